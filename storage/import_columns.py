"""Rows of a file as columns of the tables: made when a file is read, all but what is known only when it is stored.

Some items at once, in values that both databases take as they are: a moment is a text in UTC, a day is one too. What is
the same for all of them stands there once (`Column`). An import of a hundred thousand rows makes a million values; with
an object for each line of history it took twice as long.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from json import dumps
from typing import Any, NamedTuple

from sqlalchemy import Date

from bot.domain.form_fields import STORED
from bot.domain.lifecycle import Action, State
from bot.domain.porting.columns import are_alike
from bot.domain.porting.past import IMPORTED, TIMES, Shape, moved_due_date, past, shape_of
from bot.domain.porting.row import Row
from bot.domain.span import Facts, Span, instant, spans_of, standing_of
from bot.domain.themes import theme_key
from storage.bulk import Column, Laid
from storage.tables.base import UNSAID, ScaleColumn, table_of
from storage.tables.item import ItemRow

OF = "of"
"""The column that says whose a line is: the place of the item among those that were laid out with it."""
_Given = Mapping[str, Sequence[Any]]
_Times = dict[str, list[Any]]


def laid_out(rows: Sequence[Row]) -> dict[str, Laid]:
    """The columns of `items`, `changes`, `item_spans` and `item_themes`, without number, people, team and incident."""
    shapes = list(map(shape_of, rows))
    given: _Given = dict(zip(Row._fields, zip(*rows, strict=True), strict=True))
    times = {name: _texts(given[name]) for name in TIMES}
    return {
        "items": _items(given, shapes, times),
        "changes": _changes(given, shapes, times),
        "spans": _spans(rows, shapes),
        "themes": _themes(given["themes"]),
    }


def _texts(moments: Sequence[datetime | None]) -> list[str | None]:
    if moments.count(None) == len(moments):
        return [None] * len(moments)  # most of an item's times never happened
    return [None if at is None else moment_text(at) for at in moments]


def moment_text(at: datetime) -> str:
    """As SQLAlchemy writes it into SQLite; PostgreSQL reads it so where the session's zone is UTC."""
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(" ", "microseconds")[:-6]


def one_or_all(values: list[Any]) -> Column:
    """The one value that all have, where it is one."""
    if not values:
        return None
    one: Column = values[0]
    return one if are_alike(values) else values


class _Line(NamedTuple):
    action: str
    before: str | None
    after: str
    at: str


class _Lines(NamedTuple):
    """What follows from the shape of a history: its lines, and of the spans when which facts begin."""

    lines: Sequence[_Line]
    last: str
    deferred_from: str | None
    facts: Sequence[tuple[str, State, bool]]


@lru_cache(4096)
def _lines_of(shape: Shape) -> _Lines:
    steps = past(shape)
    before = [step.before for step in steps if step.after is State.DEFERRED and step.before]
    return _Lines(
        [
            _Line(str(step.action), step.before.value if step.before else None, step.after.value, step.at)
            for step in steps
        ],
        steps[-1].at,
        before[-1].value if before and shape.state is State.DEFERRED else None,
        list(_facts(shape)),
    )


def _facts(shape: Shape) -> Iterator[tuple[str, State, bool]]:
    """The steps between which a measure can tell the difference: work on an open item is none."""
    before = None
    for step in past(shape):
        standing = standing_of(step.after)
        if standing != before or step.action == Action.BLOCK:
            yield step.at, step.after, step.action == Action.BLOCK
        before = standing


def _items(given: _Given, shapes: Sequence[Shape], times: _Times) -> Laid:
    lines = list(map(_lines_of, shapes))
    last = [times[each.last][place] for place, each in enumerate(lines)]
    columns = {name: _stored(name, given[field]) for field, name in _STORED.items()} | times | {
        "state": [state.value for state in given["state"]],
        "original_due": list(map(date.isoformat, given["original_due"])),
        # How often it was moved no file tells; that it was, the two dates do.
        "slips": [int(due > first) for due, first in zip(given["due"], given["original_due"], strict=True)],
        "blocked": list(given["blocked"]),
        "blocked_since": [at if blocked else None for at, blocked in zip(last, given["blocked"], strict=True)],
        "remedy": [remedy and remedy.value for remedy in given["remedy"]],
        "channel": [channel or None for channel in given["private_channel"]],
        "private": list(map(bool, given["private_channel"])),
        "last_progress_at": [at or begun for at, begun in zip(times["last_progress_at"], last, strict=True)],
        "ticket_url": list(given["ticket_url"]),
        **_deferrals(given, times, lines),
    }  # fmt: skip
    return {name: one_or_all(column) for name, column in columns.items()}


def _deferrals(given: _Given, times: _Times, lines: Sequence[_Lines]) -> dict[str, list[Any]]:
    """What only an item has that is deferred now, and how many were."""
    now = [state is State.DEFERRED for state in given["state"]]

    def theirs(column: Sequence[Any], otherwise: str | None = None) -> list[Any]:
        return [value if is_now else otherwise for value, is_now in zip(column, now, strict=True)]

    return {
        "deferrals": [int(at is not None) for at in given["deferred_at"]],
        "deferred_at": theirs(times["deferred_at"]),
        "deferred_from": [each.deferred_from for each in lines],
        "revisit_on": theirs([day and day.isoformat() for day in given["revisit_on"]]),
        "trigger_condition": theirs(given["trigger_condition"], ""),
    }


def _stored(name: str, values: Sequence[Any]) -> list[Any]:
    """The values of a field that is stored as it is."""
    match table_of(ItemRow).c[name].type:
        case ScaleColumn():
            return [value or UNSAID for value in values]
        case Date():
            return [value and value.isoformat() for value in values]
    return list(values)


def _changes(given: _Given, shapes: Sequence[Shape], times: _Times) -> Laid:
    dues = list(zip(given["original_due"], given["due"], strict=True))
    found = [
        (place, action, before, after, times[at][place], _moved(*dues[place]) if action == _MOVE else _IMPORTED)
        for place, shape in enumerate(shapes)
        for action, before, after, at in _lines_of(shape).lines
    ]
    return _named((OF, "action", "before", "after", "at", "detail"), found)


@lru_cache(4096)
def _moved(first: date, present: date) -> str:
    return dumps(moved_due_date(first, present))


def _spans(rows: Sequence[Row], shapes: Sequence[Shape]) -> Laid:
    found = [
        (place, *span)
        for place, (row, shape) in enumerate(zip(rows, shapes, strict=True))
        for span in spans_of(
            (instant(getattr(row, at)), Facts(None, state, row.due, row.original_due, blocked))
            for at, state, blocked in _lines_of(shape).facts
        )
    ]
    return _named((OF, *Span._fields), found)


def _themes(themes: Sequence[tuple[str, ...]]) -> Laid:
    found = [
        (place, theme_key(theme), theme, position)
        for place, of_one in enumerate(themes)
        for position, theme in enumerate(of_one)
    ]
    return _named((OF, "theme_key", "theme", "position"), found)


def _named(names: Sequence[str], found: list[tuple[Any, ...]]) -> Laid:
    columns = map(list, zip(*found, strict=True)) if found else ([] for _ in names)
    # Whose a line is is always said line by line, for that tells how many there are.
    return {name: column if name == OF else one_or_all(column) for name, column in zip(names, columns, strict=True)}


_IMPORTED, _MOVE = dumps(IMPORTED), str(Action.MOVE_DUE_DATE)
_STORED = {field: ItemRow.__mapper__.columns[field].key for field in STORED if field != "owner"}
"""The fields that are stored as they are, with their columns, of which one has another name; people come later."""
