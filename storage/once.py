"""Writing a row that somebody else may be writing at the same moment."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables.base import Base


def insert_once(
    session: Session, table: type[Base], key: Mapping[str, Any], values: Mapping[str, Any] | None = None
) -> bool:
    """Inserts the row unless one with that *key* (unique in the table) is there; whether it was inserted.

    On PostgreSQL it waits for another transaction that is inserting the same key.
    """
    statement = _insert(session, table).values(**key, **(values or {}))
    columns = [getattr(table, name) for name in key]
    # By what comes back: on PostgreSQL the count of rows did not tell, and a run could be recorded twice.
    done = session.execute(statement.on_conflict_do_nothing(index_elements=list(key)).returning(*columns))
    return done.first() is not None


def write_latest(session: Session, table: type[Base], key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Inserts the row, or writes *values* into the one with that *key* (unique in the table): the last one wins."""
    statement = _insert(session, table).values(**key, **values)
    session.execute(
        # One statement: between a look and an insert somebody else may insert, as two who met the same new person did.
        statement.on_conflict_do_update(index_elements=[getattr(table, name) for name in key], set_=dict(values))
    )


def write_newer(
    session: Session, table: type[Base], key: Sequence[str], rows: Sequence[Mapping[str, Any]], *, by: str
) -> None:
    """As `write_latest`, for many rows of the same names; a row that is there stays where its *by* is later."""
    if not rows:
        return
    statement = _insert(session, table).values([dict(row) for row in rows])
    given = {getattr(table, name): statement.excluded[getattr(table, name).key] for name in rows[0] if name not in key}
    there = getattr(table, by)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[getattr(table, name) for name in key],
            set_={column.name: value for column, value in given.items()},
            where=there <= given[there],
        )
    )


def _insert(session: Session, table: type[Base]) -> sqlite.Insert:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return cast("sqlite.Insert", dialect.insert(table))  # PostgreSQL's has the same methods
