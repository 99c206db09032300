"""Many rows into one table in the driver's fastest way, column by column.

Values are given as the driver takes them; defaults are not applied, so every column is given.
"""

from collections.abc import Iterator, Mapping
from itertools import repeat
from typing import Any

from sqlalchemy import Dialect, func, select, text
from sqlalchemy.orm import Session

from storage.tables.base import Base, table_of

Column = list[Any] | str | int | None
"""A value for each row of a table, or the one that all of them have."""
Laid = Mapping[str, Column]
"""By their names in the database."""


def insert_columns(session: Session, mapped: type[Base], columns: Laid, count: int) -> None:
    """Inserts *count* rows."""
    if not count:
        return
    dialect = session.get_bind().dialect
    insert = _copy if dialect.name == "postgresql" else _execute_many
    insert(session, dialect, table_of(mapped).name, columns, count)


def reserve_ids(session: Session, mapped: type[Base], count: int) -> list[int]:
    """*count* ids of a table that gives its own, growing. On SQLite nobody else writes until commit."""
    table = table_of(mapped)
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(select(func.max(table.c.id))) or 0
        return list(range(last + 1, last + count + 1))
    # Taken from the sequence, so that others can take theirs meanwhile; sorted, because ids order what they are of.
    taken = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return sorted(session.scalars(taken, {"table": table.name, "count": count}))


def _execute_many(session: Session, dialect: Dialect, table: str, columns: Laid, count: int) -> None:
    quote = dialect.identifier_preparer.quote
    # Where nothing is said, the statement says so: to give it with each row takes a tenth of the time.
    literals = {name: _literal(column) for name, column in columns.items()}
    values = ", ".join(literal or "?" for literal in literals.values())
    statement = f"INSERT INTO {quote(table)} ({', '.join(map(quote, columns))}) VALUES ({values})"  # noqa: S608 – names of our own tables
    given = {name: column for name, column in columns.items() if literals[name] is None}
    session.connection().exec_driver_sql(statement, list(_rows(given, count)))


def _literal(column: Column) -> str | None:
    """A number or nothing as SQL; None for everything else."""
    if column is None:
        return "NULL"
    if isinstance(column, int):
        return str(int(column))
    return "''" if column == "" else None


def _rows(columns: Laid, count: int) -> Iterator[tuple[Any, ...]]:
    return zip(*(each if isinstance(each, list) else repeat(each, count) for each in columns.values()), strict=True)


def _copy(session: Session, dialect: Dialect, table: str, columns: Laid, count: int) -> None:
    """PostgreSQL's own way in, without a statement a row."""
    quote = dialect.identifier_preparer.quote
    statement = f"COPY {quote(table)} ({', '.join(map(quote, columns))}) FROM STDIN"
    # psycopg's own cursor, because SQLAlchemy has no COPY; it is the session's connection, so its transaction too.
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in _rows(columns, count):
            copy.write_row(row)
