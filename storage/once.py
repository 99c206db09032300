"""Writing a row that somebody else may be writing at the same moment."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.columns import run
from storage.tables.base import Base, table_of


def insert_once(
    session: Session, table: type[Base], key: Mapping[str, Any], values: Mapping[str, Any] | None = None
) -> bool:
    """Inserts the row unless one with that *key* (unique in the table) is there; whether it was inserted.

    On PostgreSQL it waits for another transaction that is inserting the same key.
    """
    statement = _inserting(session.get_bind().dialect.name, table, tuple(key))
    # By what comes back: on PostgreSQL the count of rows did not tell, and a run could be recorded twice.
    return run(session, statement, _values(table, {**key, **(values or {})})).first() is not None


def insert_new(session: Session, table: type[Base], key: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bool:
    """Inserts the rows but those whose *key* (unique in the table) is there; False when any was."""
    statement = _adding(session.get_bind().dialect.name, table, tuple(key))
    return run(session, statement, [_values(table, row) for row in rows]).rowcount == len(rows)


def write_latest(session: Session, table: type[Base], key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Inserts the row, or writes *values* into the one with that *key* (unique in the table): the last one wins."""
    # One statement: between a look and an insert somebody else may insert, as two who met the same new person did.
    statement = _overwriting(session.get_bind().dialect.name, table, tuple(key), tuple(values))
    run(session, statement, _values(table, {**key, **values}))


def write_all_latest(
    session: Session, table: type[Base], key: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """As `write_latest`, for many rows of the same names."""
    if rows:
        names = tuple(name for name in rows[0] if name not in key)
        statement = _overwriting(session.get_bind().dialect.name, table, tuple(key), names)
        session.execute(statement, [_values(table, row) for row in rows])


def write_newer(
    session: Session, table: type[Base], key: Sequence[str], rows: Sequence[Mapping[str, Any]], *, by: str
) -> None:
    """As `write_latest`, for many rows of the same names; a row that is there stays where its *by* is later."""
    if not rows:
        return
    columns = table.__mapper__.columns
    insert = _insert(session.get_bind().dialect.name, table)
    statement = insert.values([{columns[name]: value for name, value in row.items()} for row in rows])
    given = {columns[name]: statement.excluded[columns[name].name] for name in rows[0] if name not in key}
    unique = [columns[name] for name in key]
    where = columns[by] <= given[columns[by]]
    session.execute(statement.on_conflict_do_update(index_elements=unique, set_=given, where=where))


# Written once for each table and key: to write such a statement takes longer than to run it.
@cache
def _inserting(dialect: str, table: type[Base], key: tuple[str, ...]) -> Any:
    return _adding(dialect, table, key).returning(*(table.__mapper__.columns[name] for name in key))


@cache
def _adding(dialect: str, table: type[Base], key: tuple[str, ...]) -> Any:
    unique = [table.__mapper__.columns[name] for name in key]
    inserting = _insert(dialect, table).on_conflict_do_nothing(index_elements=unique)
    # Else SQLAlchemy keeps no count of what was inserted, and on PostgreSQL it says -1.
    return inserting.execution_options(preserve_rowcount=True)


@cache
def _overwriting(dialect: str, table: type[Base], key: tuple[str, ...], names: tuple[str, ...]) -> Any:
    columns, statement = table.__mapper__.columns, _insert(dialect, table)
    given = {columns[name]: statement.excluded[columns[name].name] for name in names}
    return statement.on_conflict_do_update(index_elements=[columns[name] for name in key], set_=given)


def _insert(dialect: str, table: type[Base]) -> sqlite.Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return cast("sqlite.Insert", insert(table_of(table)))  # PostgreSQL's has the same methods


def _values(table: type[Base], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values by column, whose names are not always those of the attributes."""
    columns = table.__mapper__.columns
    return {columns[name].name: value for name, value in values.items()}
