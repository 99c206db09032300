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


def share() -> None:
    """From now on every engine of this process uses what another has compiled."""
    # What a dialect learns from its server is the same for all: each process has one server, and one SQLite.
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
        setattr(dialect, "__hash__", lambda one: hash(type(one)))

    @event.listens_for(Engine, "engine_connect")
    def connected(connection: Connection) -> None:
        connection.engine._compiled_cache = _compiled
