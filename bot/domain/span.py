"""How an item counts, and since when: its history as spans in which nothing that a measure reads changed.

Pure. Instants are whole microseconds since 1970 (UTC), so that both databases compute with them alike and exactly.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from bot.domain.lifecycle import BLOCKABLE, ENDED, OPEN, Action, Change, State

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# Within 64 bits, which is what both databases have, and later than every date.
FOREVER = 2**62
"""The end of a span that still lasts."""
OPEN_STANDING = "open"
"""How every state of an open item counts; all others count as themselves."""
NEVER_ITEMS = frozenset({State.FUTURE_CONSIDERATION, State.DECLINED})
"""What was never created in the sense of a measure; the due date of these means nothing and is kept as 0."""
_ZONES_DIFFER_BY = 2
"""Days."""
_DAY = timedelta(days=1) // MICROSECOND
_EPOCH_DAY = EPOCH.toordinal()


# Tuples, for an import makes hundreds of thousands of both.
class Facts(NamedTuple):
    """What measures read of an item at some moment."""

    team_id: int | None
    state: State
    due: date
    original_due: date
    blocked: bool


class Span(NamedTuple):
    """An item from `since` up to, and not including, `until`. Days are ordinals (`date.toordinal`).

    `counted_at`: when it was created, or promoted from an idea. `counts_until`: no month that begins later
    counts this span, which is how an index passes over all that is long over.
    """

    since: int
    until: int
    counts_until: int
    team_id: int | None
    standing: str
    counted_at: int
    ended_at: int | None
    due: int
    original_due: int
    blocked: bool


_COUNTS = Span._fields.index("counts_until") + 1
"""From where on the fields of two spans of the same item count alike when they are equal."""


def instant(at: datetime) -> int:
    """*at* in microseconds since 1970, exactly."""
    return (at - EPOCH) // MICROSECOND


def moment(at: int) -> datetime:
    """The inverse of `instant`."""
    return EPOCH + at * MICROSECOND


def standing_of(state: State) -> str:
    """How an item in *state* counts."""
    return _STANDINGS[state]


_STANDINGS = {state: OPEN_STANDING if state in OPEN else state.value for state in State}


def first_span(facts: Facts, at: int) -> Span:
    """The span of an item that was written down at *at*."""
    return _changed(Span(at, FOREVER, FOREVER, None, "", at, None, 0, 0, blocked=False), facts, at)


def following(span: Span, facts: Facts, at: int) -> tuple[Span | None, Span] | None:
    """What becomes of the newest *span* when *facts* hold from *at* on; None when nothing that counts changed.

    Else the span as it ended (None when it lasted no time, so that the new one takes its place) and the new one.
    A line of history is never earlier than the one before it, whatever the clocks of two replicas said.
    """
    at = max(at, span.since)
    new = _changed(span, facts, at)
    # Most lines of a history (updates, edits, owners) change nothing that counts and must not cost a row (ADR 004).
    if span.until == FOREVER and new[_COUNTS:] == span[_COUNTS:]:
        return None
    ended = None if at == span.since else _until(span, at)
    return ended, new


def replay(changes: Sequence[Change], now: Facts) -> list[Span]:
    """The spans of a whole history, oldest line first, of an item whose facts are *now*; the last one still lasts."""
    return spans_of(_facts_after_each(changes, now))


def spans_of(history: Iterable[tuple[int, Facts]]) -> list[Span]:
    """The spans of an item, given the facts that held from each of these instants on, the earliest first."""
    spans: list[Span] = []
    for at, facts in history:
        if not spans:
            spans.append(first_span(facts, at))
        elif changed := following(spans[-1], facts, at):
            ended, new = changed
            spans[-1:] = [ended, new] if ended else [new]
    return spans


def _changed(span: Span, facts: Facts, at: int) -> Span:
    team_id, state, due_on, first_due_on, blocked = facts
    standing = standing_of(state)
    # An item ends in the period of its latest ending: closed again, it ends anew (docs/measures.md).
    ended_at = (span.ended_at if standing == span.standing else at) if state in ENDED else None
    # An idea was no promise: its age and its time to close begin with the promotion (docs/measures.md).
    promoted = span.standing == State.FUTURE_CONSIDERATION and standing != span.standing
    is_item = state not in NEVER_ITEMS
    due, original_due = (due_on.toordinal(), first_due_on.toordinal()) if is_item else (0, 0)
    # Without names, which take a third of the time of an import's spans.
    return Span(
        at, FOREVER, _counts_until(standing, ended_at, FOREVER, max(due, original_due)), team_id, standing,
        at if promoted else span.counted_at, ended_at, due, original_due, blocked and is_item,
    )  # fmt: skip


def _until(span: Span, at: int) -> Span:
    """The span as it ended."""
    counts_until = _counts_until(span.standing, span.ended_at, at, max(span.due, span.original_due))
    return Span._make((span.since, at, counts_until, *span[_COUNTS:]))


def _counts_until(standing: str, ended_at: int | None, until: int, last_due: int) -> int:
    # Counted in no month at all, so no index has to look at it.
    if standing == State.DECLINED:
        return 0
    if ended_at is None:
        return until
    # Both rates ask for an item in the months of its due dates, which may come after its end.
    over = (last_due - _EPOCH_DAY + _ZONES_DIFFER_BY) * _DAY
    return min(until, max(ended_at, over))


def _facts_after_each(changes: Iterable[Change], now: Facts) -> Iterator[tuple[int, Facts]]:
    """Due date and team backwards from today's, because each move says what was before; the rest forwards."""
    lines = list(changes)
    movable = [(now.due, now.team_id)]
    for line in reversed(lines[1:]):
        due, team = movable[-1]
        movable.append((_before(line, "due", due), _before(line, "team_id", team)))
    blocked = False
    for line, (due, team_id) in zip(lines, reversed(movable), strict=True):
        blocked = _blocked(line, before=blocked)
        # The original date needs no history: it is set once, and what was an idea before has no dates at all.
        facts = Facts(team_id, line.after, _day(due), now.original_due, blocked)
        yield instant(line.at), facts


def _before(line: Change, name: str, after: Any) -> Any:
    moved = line.detail.get(name)
    return moved["from"] if isinstance(moved, dict) else after


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _blocked(line: Change, *, before: bool) -> bool:
    # As in `item.moved`: leaving these states takes the flag off without a line of its own.
    if line.after not in BLOCKABLE or line.action == Action.UNBLOCK:
        return False
    # “Undo” of a merge gives the flag back that the merge took.
    return before or line.action == Action.BLOCK or line.detail.get("blocked") is True
