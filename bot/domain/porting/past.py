"""The history of an imported item, built from its times alone; and times that contradict its state.

Only what is known becomes a step: a closed item of which nothing but its end is known goes from not started to
closed at that moment. Nobody is named, because nobody is known. docs/import.md says the same for people.

How a history goes depends on the order of its times alone, and of a hundred thousand rows few dozens differ in it
(`Shape`): what follows from that is worked out once.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from bot.domain.lifecycle import BLOCKABLE, ENDED, ORDER, RESUMABLE, Action, State
from bot.domain.porting.row import Row

CREATE = "create"
IMPORTED = {"imported": True}
"""What every line of an imported history notes, all but one nothing else."""
_STEPS = (
    ("started_at", Action.START, State.IN_PROGRESS),
    ("implemented_at", Action.IMPLEMENT, State.IMPLEMENTED),
    ("verified_at", Action.VERIFY, State.VERIFIED),
    ("deferred_at", Action.DEFER, State.DEFERRED),
)
_STEP_OF = {column: (action, state) for column, action, state in _STEPS}
_ENDINGS = {
    State.CLOSED: Action.CLOSE,
    State.RISK_ACCEPTED: Action.ACCEPT_RISK,
    State.WONT_DO: Action.DROP,
    State.MERGED: Action.MERGE,
    State.DECLINED: Action.DECLINE,
}
_ACTIONS = {state: action for _, action, state in _STEPS} | _ENDINGS | {State.NOT_STARTED: Action.REOPEN}
TIMES = ("created_at", "last_progress_at", *_STEP_OF, "ended_at")
"""The times of an item. Those of the same moment count in this order: tools that write whole days give several the
same, and progress is no later than a step that says so itself."""
_TIMES_OF = attrgetter(*TIMES)
_HAPPENED = (*TIMES, "incident_started_at", "incident_ended_at")
_HAPPENED_OF = attrgetter(*_HAPPENED)
# An export that another machine made a moment ago is not from the future.
_CLOCKS_DIFFER_BY = timedelta(minutes=1)
_IDEAS = frozenset({State.FUTURE_CONSIDERATION, State.DECLINED})
_SHAPES = 4096


class Shape(NamedTuple):
    """What of a row decides how its history goes. `order`: the columns of its times, the earliest first."""

    state: State
    blocked: bool
    due_moved: bool
    order: tuple[str, ...]


class PastStep(NamedTuple):
    """A line of the history. `at`: the column that holds its moment."""

    action: str
    before: State | None
    after: State
    at: str


def shape_of(row: Row) -> Shape:
    """How the row's history goes."""
    given = [(at, place) for place, at in enumerate(_TIMES_OF(row)) if at]
    given.sort()
    return Shape(row.state, row.blocked, row.due != row.original_due, tuple([TIMES[place] for _, place in given]))


@lru_cache(_SHAPES)
def past(shape: Shape) -> Sequence[PastStep]:
    """The steps of the history, oldest first. The shape has no contradictions."""
    # An idea's history begins as an idea, or it would count as created (docs/measures.md).
    state = State.FUTURE_CONSIDERATION if shape.state in _IDEAS else State.NOT_STARTED
    at = "created_at"
    steps = [PastStep(CREATE, None, state, at)]
    if shape.due_moved:
        # When is not known: the present date counts from the beginning, the original stays beside it.
        steps.append(PastStep(Action.MOVE_DUE_DATE, state, state, at))
    for at, action, after in _events(shape):
        steps.append(PastStep(action, state, after, at))
        state = after
    # docs/import.md: a state without its time begins at `last_progress_at`, else with the last time that is known.
    if state is not shape.state:
        at = _later(shape, "last_progress_at", at)
        action = Action.RESUME if state is State.DEFERRED else _ACTIONS[shape.state]
        steps.append(PastStep(action, state, shape.state, at))
    if shape.blocked:
        steps.append(PastStep(Action.BLOCK, shape.state, shape.state, at))
    return tuple(steps)


def moved_due_date(first: date, present: date) -> dict[str, Any]:
    """What the line notes by which the due date moved."""
    return {**IMPORTED, "due": {"from": first.isoformat(), "to": present.isoformat()}}


def with_its_end(row: Row) -> Row:
    """An item that is over or deferred and does not say since when: since the latest time that is known."""
    column = "ended_at" if row.state in _ENDINGS else "deferred_at" if row.state is State.DEFERRED else None
    if column is None or getattr(row, column):
        return row
    known = (row.created_at, row.last_progress_at, *(getattr(row, name) for name in _STEP_OF))
    return row._replace(**{column: max(at for at in known if at)})


def contradictions(row: Row) -> list[str]:
    """What in the row cannot be true together; nothing when all can."""
    found = list(_contradictions(shape_of(row)))
    if row.systemic_item is not None and row.systemic_item == row.number:
        found.append("systemic_item is the item itself: name the one beside it")
    if row.incident_ended_at and row.incident_started_at and row.incident_ended_at < row.incident_started_at:
        found.append("incident_ended_at is before incident_started_at")
    return found


def still_to_come(row: Row, now: datetime) -> list[str]:
    """Which times of the row cannot have happened by *now*; a day that is planned may lie ahead."""
    latest = now + _CLOCKS_DIFFER_BY
    if max(filter(None, _HAPPENED_OF(row))) <= latest:
        return []
    given = ((column, getattr(row, column)) for column in _HAPPENED)
    return [f"{column} is in the future: write when it happened" for column, at in given if at and at > latest]


def _events(shape: Shape) -> list[tuple[str, Action, State]]:
    """Column, action and state of what is known between the creation and now; the end last."""
    found = [(column, *_STEP_OF[column]) for column in shape.order if column in _STEP_OF]
    if "ended_at" in shape.order and shape.state in _ENDINGS:
        found.append(("ended_at", _ENDINGS[shape.state], shape.state))
    return found


def _is_after(shape: Shape, column: str, other: str) -> bool:
    """Whether both are known, and *column* stands behind *other* in the order."""
    order = shape.order
    return column in order and other in order and order.index(column) > order.index(other)


def _later(shape: Shape, column: str, other: str) -> str:
    return column if _is_after(shape, column, other) else other


@lru_cache(_SHAPES)
def _contradictions(shape: Shape) -> tuple[str, ...]:
    return (*_not_over(shape), *_too_early(shape), *_disordered(shape), *_wrong_state(shape), *_wrong_block(shape))


def _not_over(shape: Shape) -> Iterator[str]:
    if "ended_at" in shape.order and shape.state not in _ENDINGS:
        yield f"ended_at says that it has ended, but the state is {shape.state.value}"


def _too_early(shape: Shape) -> Iterator[str]:
    for column in (*_STEP_OF, "ended_at", "last_progress_at"):
        if _is_after(shape, "created_at", column):
            yield f"{column} is before created_at"


def _disordered(shape: Shape) -> Iterator[str]:
    # Without `deferred_at`, which may lie anywhere among the steps.
    known = [name for name, _, _ in _STEPS[:3] if name in shape.order]
    for earlier, later in pairwise(known):
        if _is_after(shape, earlier, later):
            yield f"{later} is before {earlier}"
    yield from (f"ended_at is before {name}" for name in _STEP_OF if _is_after(shape, name, "ended_at"))


def _wrong_state(shape: Shape) -> Iterator[str]:
    events = _events(shape)
    if shape.state in _IDEAS:
        worked_on = [column for column, _, _ in events if column != "ended_at"]
        yield from (
            f"{column} is given, but nobody works on an item that is {shape.state.value}" for column in worked_on
        )
        return
    if not events or shape.state in ENDED:
        return
    column, _, latest = events[-1]
    if latest is not shape.state and not _may_follow(latest, shape):
        yield f"{column} is its latest time, but the state is {shape.state.value}: correct one of them"


def _may_follow(latest: State, shape: Shape) -> bool:
    """A state without a time of its own comes after what is known; a reopened item is not started again.

    A deferred item was resumed by what brought it on last.
    """
    if latest is State.DEFERRED:
        return shape.state in RESUMABLE and _is_after(shape, "last_progress_at", "deferred_at")
    if shape.state is State.NOT_STARTED:
        return latest is State.IN_PROGRESS
    has_own = any(state is shape.state and column in shape.order for column, _, state in _STEPS)
    return not has_own and latest in ORDER and ORDER.index(latest) < ORDER.index(shape.state)


def _wrong_block(shape: Shape) -> Iterator[str]:
    if shape.blocked and shape.state not in BLOCKABLE:
        yield f"blocked is true, but the state is {shape.state.value}"
