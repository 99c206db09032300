"""A new item's rows, with the first line of its history and its first span."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Insert,
    bindparam,
    false,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from bot.domain.lifecycle import Change
from storage import changes
from storage.columns import run
from storage.load import note_counted, open_of_owner
from storage.spans import first_span_of
from storage.tables.base import table_of
from storage.tables.item import ChangeRow, CollaboratorRow, ItemRow, ThemeRow
from storage.tables.span import SpanRow
from storage.updates import STAMPS, stamped

_ITEMS, _LINES, _SPANS = table_of(ItemRow), table_of(ChangeRow), table_of(SpanRow)
_COLUMNS = [
    (name, column.name, column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None)
    for name, column in ItemRow.__mapper__.columns.items()
    if name not in STAMPS[False]
]
"""Each attribute of a row with its column, and what stands there where nothing is said."""
_INSERT_COLLABORATORS, _INSERT_THEMES = insert(table_of(CollaboratorRow)), insert(table_of(ThemeRow))


def insert_item(session: Session, row: ItemRow, first: Change, at: datetime) -> None:
    """Inserts a row that belongs to no session, stamped *at*, with its collaborators and themes, the *first* line of
    its history, and its span: in one transaction, so that no report is ever read from half of the two."""
    given = {column: getattr(row, name) for name, column, _default in _COLUMNS if name in vars(row)}
    for name, _column, default in _COLUMNS:
        if name not in vars(row):
            setattr(row, name, default)
    line, span = changes.line_of(row.workspace, row.number, first), first_span_of(row)
    written = given | stamped(row.workspace, at)
    if session.get_bind().dialect.name == "postgresql":
        row.last_change_id, others = _insert_at_once(session, row, frozenset(given), written, line, span)
        note_counted(session, row.number, row.owner, others)
    else:
        run(session, _inserting(row.private, frozenset(given)), written)
        row.last_change_id = changes.record_change(session, row.workspace, row.number, first)
        run(session, _LAST_CHANGE, {"of": row.workspace, "numbered": row.number, "last": row.last_change_id})
        run(session, _SPAN, span)
    _insert_more(session, row)


_SPAN = insert(_SPANS)
_LAST_CHANGE = (
    update(_ITEMS)
    .where(_ITEMS.c.workspace == bindparam("of"), _ITEMS.c.number == bindparam("numbered"))
    .values(last_change_id=bindparam("last"))
)


def _insert_at_once(
    session: Session,
    row: ItemRow,
    given: frozenset[str],
    written: Mapping[str, Any],
    line: Mapping[str, Any],
    span: Mapping[str, Any],
) -> tuple[int, int]:
    """All three by one statement, the id of the line, and how many open items the owner has besides: whoever else
    creates in this workspace waits until commit, and each statement is a way to the server and back."""
    statement = _inserting_at_once(row.private, given, tuple(line), tuple(span))
    parameters = {f"line_{name}": value for name, value in line.items()}
    parameters |= {f"span_{name}": value for name, value in span.items()}
    made = run(session, statement, {**written, **parameters}).one()
    return made.last_change_id, made.others


@cache
def _inserting_at_once(
    private: bool, given: frozenset[str], line: tuple[str, ...], span: tuple[str, ...]
) -> ReturningInsert[Any]:
    next_id = func.nextval(literal_column("pg_get_serial_sequence('changes', 'id')"), type_=BigInteger())
    numbered = select(next_id.label("id")).cte("numbered")
    its_id = select(numbered.c.id).scalar_subquery()
    whose: dict[str, BindParameter[Any]] = {"workspace": bindparam("workspace"), "item_number": bindparam("number")}
    # Whose they are is said once: of more than fifty parameters psycopg reads the statement anew each time.
    of_line = {name: bindparam(f"line_{name}") for name in line} | whose
    of_span = {name: bindparam(f"span_{name}") for name in span} | whose
    added = insert(_LINES).values(id=its_id, **of_line).cte("line"), insert(_SPANS).values(**of_span).cte("span")
    of_item: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in given}
    item = _inserting(private, given).values(last_change_id=its_id, **of_item)
    return item.add_cte(*added).returning(_ITEMS.c.last_change_id, open_of_owner(of_item).label("others"))


@cache
def _inserting(private: bool, given: frozenset[str]) -> Insert:
    """Of the columns *given*. What the others begin with stands in the statement: of more than fifty parameters psycopg
    reads it anew each time, which took longer than to insert the row."""
    begun = {
        column: _constant(default) for _name, column, default in _COLUMNS if column not in given and default is not None
    }
    return insert(_ITEMS).values(**STAMPS[private], **begun)


def _constant(default: Any) -> ColumnElement[Any]:
    """Nought, nothing written, or not so: words of ours alone."""
    return false() if default is False else literal_column(repr(default))


def _insert_more(session: Session, row: ItemRow) -> None:
    of_item = {"workspace": row.workspace, "item_number": row.number}
    if row.collaborators:
        run(session, _INSERT_COLLABORATORS, [of_item | {"user_id": each.user} for each in row.collaborators])
    if row.themes:
        themes = [{"theme_key": each.key, "theme": each.theme, "position": each.position} for each in row.themes]
        run(session, _INSERT_THEMES, [of_item | theme for theme in themes])
