"""Statements are compiled once for all databases of a test process, as in a process that serves one for years.

SQLAlchemy keeps what it compiled by engine and by dialect object, and each test world opens engines of its own: a
tenth of the suite's work was to compile the same statements again.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_compiled: LRUCache[Any, Any] = LRUCache(5_000)


def _of_one_kind(one: object, other: object) -> bool:
    return type(one) is type(other)


def _by_kind(one: object) -> int:
    return hash(type(one))


def share() -> None:
    """From now on every engine of this process uses what another has compiled."""
    # What a dialect learns from its server is the same for all: each process has one server, and one SQLite.
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = _of_one_kind  # type: ignore[method-assign, assignment]
        dialect.__hash__ = _by_kind  # type: ignore[method-assign]

    @event.listens_for(Engine, "engine_connect")
    def connected(connection: Connection) -> None:
        connection.engine._compiled_cache = _compiled
