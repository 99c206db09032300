"""The history of an imported item, built from its times alone; and times that contradict its state.

Only what is known becomes a line: a closed item of which nothing but its end is known goes from not started to
closed at that moment. Nobody is named, because nobody is known. docs/import.md says the same for people.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from bot.domain.lifecycle import BLOCKABLE, ENDED, ORDER, RESUMABLE, Action, Change, State
from bot.domain.porting.row import Row

CREATE = "create"
IMPORTED = {"imported": True}
"""What every line of an imported history notes."""
_STEPS = (
    ("started_at", Action.START, State.IN_PROGRESS),
    ("implemented_at", Action.IMPLEMENT, State.IMPLEMENTED),
    ("verified_at", Action.VERIFY, State.VERIFIED),
    ("deferred_at", Action.DEFER, State.DEFERRED),
)
_ENDINGS = {
    State.CLOSED: Action.CLOSE,
    State.RISK_ACCEPTED: Action.ACCEPT_RISK,
    State.WONT_DO: Action.DROP,
    State.MERGED: Action.MERGE,
    State.DECLINED: Action.DECLINE,
}
_ACTIONS = {state: action for _, action, state in _STEPS} | _ENDINGS | {State.NOT_STARTED: Action.REOPEN}
_HAPPENED = (
    "created_at", *(name for name, _, _ in _STEPS), "ended_at", "last_progress_at", "incident_started_at",
    "incident_ended_at",
)  # fmt: skip
# An export that another machine made a moment ago is not from the future.
_CLOCKS_DIFFER_BY = timedelta(minutes=1)
_IDEAS = frozenset({State.FUTURE_CONSIDERATION, State.DECLINED})


class _Event(NamedTuple):
    at: datetime
    column: str
    action: Action
    state: State


def past(row: Row) -> list[Change]:
    """The lines of the item's history, oldest first. The row has no `contradictions`."""
    # An idea's history begins as an idea, or it would count as created (docs/measures.md).
    first = _first_state(row)
    lines = [_line(CREATE, None, first, row.created_at), *_moved_due_date(row, first)]
    at, state = row.created_at, first
    for event in _events(row):
        lines.append(_line(event.action, state, event.state, event.at))
        at, state = event.at, event.state
    # docs/import.md: a state without its time begins at `last_progress_at`, else with the last time that is known.
    if state is not row.state:
        at = max(at, row.last_progress_at or at)
        action = Action.RESUME if state is State.DEFERRED else _ACTIONS[row.state]
        lines.append(_line(action, state, row.state, at))
    if row.blocked:
        lines.append(_line(Action.BLOCK, row.state, row.state, at))
    return lines


def with_its_end(row: Row) -> Row:
    """An item that is over or deferred and does not say since when: since the latest time that is known."""
    column = "ended_at" if row.state in _ENDINGS else "deferred_at" if row.state is State.DEFERRED else None
    if column is None or getattr(row, column):
        return row
    known = (row.created_at, row.last_progress_at, *(getattr(row, name) for name, _, _ in _STEPS))
    return row._replace(**{column: max(at for at in known if at)})


def contradictions(row: Row) -> list[str]:
    """What in the row cannot be true together; nothing when all can."""
    own = ["systemic_item is the item itself: name the one beside it"] if _is_beside_itself(row) else []
    return [
        *_not_over(row),
        *_too_early(row),
        *_disordered(row),
        *_wrong_state(row),
        *_wrong_block(row),
        *own,
        *_incident(row),
    ]


def was_resumed(row: Row) -> bool:
    """Whether something brought the item on after it had been deferred."""
    return bool(row.deferred_at and row.last_progress_at and row.last_progress_at > row.deferred_at)


def still_to_come(row: Row, now: datetime) -> list[str]:
    """Which times of the row cannot have happened by *now*; a day that is planned may lie ahead."""
    latest = now + _CLOCKS_DIFFER_BY
    given = ((column, getattr(row, column)) for column in _HAPPENED)
    return [f"{column} is in the future: write when it happened" for column, at in given if at and at > latest]


def _first_state(row: Row) -> State:
    return State.FUTURE_CONSIDERATION if row.state in _IDEAS else State.NOT_STARTED


def _moved_due_date(row: Row, state: State) -> Iterator[Change]:
    """When it moved is not known: the present date counts from the beginning, the original stays beside it."""
    if row.due != row.original_due:
        moved = {"due": {"from": row.original_due.isoformat(), "to": row.due.isoformat()}}
        yield _line(Action.MOVE_DUE_DATE, state, state, row.created_at, moved)


def _events(row: Row) -> list[_Event]:
    """By time; of the same moment, in the order of an item's life."""
    found = [_Event(at, column, action, state) for column, action, state in _STEPS if (at := getattr(row, column))]
    # Stable, and listed in the order of life: tools that write whole days give several steps the same time.
    found.sort(key=lambda event: event.at)
    if row.ended_at and row.state in _ENDINGS:
        found.append(_Event(row.ended_at, "ended_at", _ENDINGS[row.state], row.state))
    return found


def _line(
    action: str, before: State | None, after: State, at: datetime, detail: dict[str, Any] | None = None
) -> Change:
    return Change(action, before, after, "", at, "", {**IMPORTED, **detail} if detail else IMPORTED)


def _not_over(row: Row) -> Iterator[str]:
    if row.ended_at and row.state not in _ENDINGS:
        yield f"ended_at says that it has ended, but the state is {row.state.value}"


def _too_early(row: Row) -> Iterator[str]:
    for column in (*(name for name, _, _ in _STEPS), "ended_at", "last_progress_at"):
        at = getattr(row, column)
        if at and at < row.created_at:
            yield f"{column} is before created_at"


def _disordered(row: Row) -> Iterator[str]:
    # Without `deferred_at`, which may lie anywhere among the steps.
    known = [(name, at) for name, _, _ in _STEPS[:3] if (at := getattr(row, name))]
    for (earlier, first), (later, second) in pairwise(known):
        if second < first:
            yield f"{later} is before {earlier}"
    if row.ended_at:
        late = [name for name, _, _ in _STEPS if (getattr(row, name) or row.ended_at) > row.ended_at]
        yield from (f"ended_at is before {name}" for name in late)


def _wrong_state(row: Row) -> Iterator[str]:
    events = _events(row)
    if row.state in _IDEAS:
        worked_on = [event.column for event in events if event.column != "ended_at"]
        yield from (f"{column} is given, but nobody works on an item that is {row.state.value}" for column in worked_on)
    elif (
        events
        and events[-1].state is not row.state
        and row.state not in ENDED
        and not _may_follow(events[-1].state, row)
    ):
        yield f"{events[-1].column} is its latest time, but the state is {row.state.value}: correct one of them"


def _may_follow(latest: State, row: Row) -> bool:
    """A state without a time of its own comes after what is known; a reopened item is not started again.

    A deferred item was resumed by what brought it on last.
    """
    if latest is State.DEFERRED:
        return row.state in RESUMABLE and was_resumed(row)
    if row.state is State.NOT_STARTED:
        return latest is State.IN_PROGRESS
    own = next((getattr(row, name) for name, _, state in _STEPS if state is row.state), None)
    return own is None and latest in ORDER and ORDER.index(latest) < ORDER.index(row.state)


def _is_beside_itself(row: Row) -> bool:
    return row.systemic_item is not None and row.systemic_item == row.number


def _incident(row: Row) -> Iterator[str]:
    if row.incident_ended_at and row.incident_started_at and row.incident_ended_at < row.incident_started_at:
        yield "incident_ended_at is before incident_started_at"


def _wrong_block(row: Row) -> Iterator[str]:
    if row.blocked and row.state not in BLOCKABLE:
        yield f"blocked is true, but the state is {row.state.value}"
