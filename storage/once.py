"""Writing a row that somebody else may be writing at the same moment."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables.base import Base, table_of


def insert_once(
    session: Session, table: type[Base], key: Mapping[str, Any], values: Mapping[str, Any] | None = None
) -> bool:
    """Inserts the row unless one with that *key* (unique in the table) is there; whether it was inserted.

    On PostgreSQL it waits for another transaction that is inserting the same key.
    """
    statement, unique = _insert(session, table, {**key, **(values or {})}), _columns(table, key)
    # By what comes back: on PostgreSQL the count of rows did not tell, and a run could be recorded twice.
    done = session.execute(statement.on_conflict_do_nothing(index_elements=list(unique)).returning(*unique))
    return done.first() is not None


def write_latest(session: Session, table: type[Base], key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Inserts the row, or writes *values* into the one with that *key* (unique in the table): the last one wins."""
    statement, unique = _insert(session, table, {**key, **values}), _columns(table, key)
    # One statement: between a look and an insert somebody else may insert, as two who met the same new person did.
    session.execute(statement.on_conflict_do_update(index_elements=list(unique), set_=_columns(table, values)))


def write_newer(
    session: Session, table: type[Base], key: Sequence[str], rows: Sequence[Mapping[str, Any]], *, by: str
) -> None:
    """As `write_latest`, for many rows of the same names; a row that is there stays where its *by* is later."""
    if not rows:
        return
    columns = table.__mapper__.columns
    statement = _dialect(session).insert(table_of(table)).values([_columns(table, row) for row in rows])
    given = {columns[name]: statement.excluded[columns[name].name] for name in rows[0] if name not in key}
    unique = [columns[name] for name in key]
    where = columns[by] <= given[columns[by]]
    session.execute(statement.on_conflict_do_update(index_elements=unique, set_=given, where=where))


def _insert(session: Session, table: type[Base], values: Mapping[str, Any]) -> sqlite.Insert:
    statement = cast("sqlite.Insert", _dialect(session).insert(table_of(table)))  # PostgreSQL's has the same methods
    return statement.values(_columns(table, values))


def _dialect(session: Session) -> Any:
    return sqlite if session.get_bind().dialect.name == "sqlite" else postgresql


def _columns(table: type[Base], values: Mapping[str, Any]) -> dict[Column[Any], Any]:
    """The values by column, whose names are not always those of the attributes."""
    columns = table.__mapper__.columns
    return {columns[name]: value for name, value in values.items()}
