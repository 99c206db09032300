"""Spans of items, kept beside their history: written in the transaction of each change, or anew from the history.

Whoever writes many items at once with their lines of history calls `rebuild_spans` for them in the same transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import Session

from bot.domain.lifecycle import Change, State
from bot.domain.span import FOREVER, Facts, Span, first_span, following, instant, replay
from storage.tables.item import ChangeRow, ItemRow
from storage.tables.span import SpanRow

BATCH = 2000
"""Items rebuilt with one query, and rows written with one statement."""
_FIELDS = Span._fields


def first_span_of(row: ItemRow) -> dict[str, Any]:
    """The columns of the first span of an item that is created."""
    first = first_span(_facts(row), instant(row.created_at))
    return {"workspace": row.workspace, "item_number": row.number, **first._asdict()}


def follow(session: Session, row: ItemRow, change: Change) -> None:
    """Ends the item's newest span and begins another, if *change* altered what a measure reads of it."""
    # There is always one: it begins with the item, and FOREVER marks the one that lasts.
    newest = session.scalars(_newest(row)).one()
    changed = following(_span(newest), _facts(row), instant(change.at))
    if changed is None:
        return
    ended, new = changed
    # Two changes at the same instant: a span of no length would have the same key as the next one.
    if ended is None:
        _write(newest, new)
        return
    _write(newest, ended)
    session.flush()
    _add(session, row, new)


def rebuild_spans(session: Session, workspace: str, numbers: Iterable[int]) -> None:
    """Writes the spans of these items anew from their lines in `changes`, in few statements however many they are."""
    for batch in _batches(sorted(set(numbers))):
        # Deleting is allowed here: spans are derived, and only `changes` must never lose a line.
        session.execute(delete(SpanRow).where(SpanRow.workspace == workspace, SpanRow.item_number.in_(batch)))
        facts = _facts_of(session, workspace, batch)
        rows = [
            {"workspace": workspace, "item_number": number, **span._asdict()}
            for number, changes in _histories(session, workspace, batch)
            for span in replay(changes, facts[number])
        ]
        session.execute(insert(SpanRow), rows)


def _facts_of(session: Session, workspace: str, numbers: Sequence[int]) -> dict[int, Facts]:
    columns = (ItemRow.number, ItemRow.team_id, ItemRow.state, ItemRow.due, ItemRow.original_due, ItemRow.blocked)
    found = session.execute(select(*columns).where(ItemRow.workspace == workspace, ItemRow.number.in_(numbers)))
    return {row.number: Facts(row.team_id, State(row.state), row.due, row.original_due, row.blocked) for row in found}


def _histories(session: Session, workspace: str, numbers: Sequence[int]) -> Iterator[tuple[int, list[Change]]]:
    query = select(ChangeRow.item_number, ChangeRow.action, ChangeRow.after, ChangeRow.at, ChangeRow.detail)
    query = query.where(ChangeRow.workspace == workspace, ChangeRow.item_number.in_(numbers))
    found = session.execute(query.order_by(ChangeRow.item_number, ChangeRow.id))
    for number, lines in groupby(found, key=lambda row: int(row.item_number)):
        yield number, [Change(row.action, None, State(row.after), "", row.at, "", row.detail) for row in lines]


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), BATCH):
        yield numbers[start : start + BATCH]


def _newest(row: ItemRow) -> Select[SpanRow]:
    return select(SpanRow).where(
        SpanRow.workspace == row.workspace, SpanRow.item_number == row.number, SpanRow.until == FOREVER
    )


def _facts(row: ItemRow) -> Facts:
    return Facts(row.team_id, State(row.state), row.due, row.original_due, row.blocked)


def _span(row: SpanRow) -> Span:
    return Span(**{name: getattr(row, name) for name in _FIELDS})


def _write(row: SpanRow, span: Span) -> None:
    for name in _FIELDS:
        setattr(row, name, getattr(span, name))


def _add(session: Session, item: ItemRow, span: Span) -> None:
    session.add(SpanRow(workspace=item.workspace, item_number=item.number, **span._asdict()))
