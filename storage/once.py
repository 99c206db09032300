"""Inserting a row that somebody else may be inserting at the same moment."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.base import Base


def insert_once(
    session: Session, table: type[Base], key: Mapping[str, Any], values: Mapping[str, Any] | None = None
) -> bool:
    """Inserts the row unless one with that *key* (unique in the table) is there; whether it was inserted.

    On PostgreSQL it waits for another transaction that is inserting the same key.
    """
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**key, **(values or {}))
    columns = [getattr(table, name) for name in key]
    done = session.execute(statement.on_conflict_do_nothing(index_elements=list(key)).returning(*columns))
    return done.first() is not None
