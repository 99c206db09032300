"""Millions of rows of a table by one statement, which both databases take: they differ by their number."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, String, cast, insert, literal, null, select
from sqlalchemy.orm import Session

Of = ColumnElement[Any]
"""Computed from a row's number."""


def add_numbered(session: Session, table: Any, since: int, until: int, values: Callable[[Of], dict[str, Any]]) -> None:
    """A row for each number behind *since* up to *until*; *values* gives its columns, by their names in the table."""
    if since >= until:
        return
    numbers = select(literal(since + 1, Integer).label("number")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < until))
    given = values(numbers.c.number)
    said = [value if isinstance(value, ColumnElement) else _said(table, name, value) for name, value in given.items()]
    session.execute(insert(table).from_select(list(given), select(*said).select_from(numbers)))


def text_of(before: str, number: Of) -> Of:
    """The number as text, behind another."""
    return literal(before) + cast(number, String)


def _said(table: FromClause, name: str, value: object) -> Of:
    return null() if value is None else literal(value, table.c[name].type)
