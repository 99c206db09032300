"""Many rows into one table with one statement of the driver's: three times as fast as SQLAlchemy's own way.

Values are translated as the columns' types say; defaults are not applied, so every column is given.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Table
from sqlalchemy.orm import Session

from storage.base import Base

Translate = Callable[[Any], Any]


def insert_many(session: Session, mapped: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts the rows; all have the same keys, the names of columns in the database."""
    if not rows:
        return
    table, dialect = table_of(mapped), session.get_bind().dialect
    names = list(rows[0])
    columns = list(zip(*map(itemgetter(*names), rows), strict=True))
    for position, name in enumerate(names):
        if translate := _translation(table, name, dialect):
            columns[position] = tuple(map(translate, columns[position]))
    session.connection().exec_driver_sql(_statement(table, names, dialect), list(zip(*columns, strict=True)))


def table_of(mapped: type[Base]) -> Table:
    """The table of a mapped class."""
    found = mapped.__table__
    assert isinstance(found, Table)
    return found


def _translation(table: Table, name: str, dialect: Dialect) -> Translate | None:
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect)


def _statement(table: Table, names: Sequence[str], dialect: Dialect) -> str:
    quote = dialect.identifier_preparer.quote
    place = "?" if dialect.paramstyle == "qmark" else "%s"
    listed = ", ".join(quote(name) for name in names)
    return f"INSERT INTO {quote(table.name)} ({listed}) VALUES ({', '.join([place] * len(names))})"  # noqa: S608 – names of our own tables
