"""Whether a team's intake is frozen, and why: its history walked once, from month to month (R92–R95).

Pure. The history is the team's spans (`span.py`); instants are microseconds since 1970. `docs/measures.md` says the
rule in words, and `tests/oracle.py` checks it by a program of its own.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.lifecycle import COUNTED_AS_ENDED
from bot.domain.measures import DAY, Band, MeasureKey, OwnThresholds, band, percentile_90_of, thresholds
from bot.domain.month import Month, midnight, month_of
from bot.domain.span import MICROSECOND, NEVER_ITEMS, OPEN_STANDING, Span, instant, moment

FIRST_MONTHS = 2
"""So many calendar months from a team's first item on nothing is frozen: at first more begins than can have ended."""
OVERDUE_SHARE = 3
"""Under control, at most one item of so many is overdue."""


@dataclass(frozen=True)
class Flow:
    """How many items of a team were created and how many ended, in some time. What was merged did not end, and is not
    there any more."""

    created: int = 0
    ended: int = 0
    merged: int = 0


@dataclass(frozen=True)
class OpenWork:
    """What is open at some moment; `age_p90_days` is None when nothing is."""

    open: int = 0
    overdue: int = 0
    age_p90_days: float | None = None


class Sign(StrEnum):
    """What shows that a backlog is not under control."""

    SIZE = "size"
    AGE = "age"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Before:
    """A month that is over: what was created and ended in it, and what was overdue at its end."""

    month: Month
    flow: Flow
    overdue: int

    @property
    def freezes(self) -> bool:
        """More was created than ended, or nothing ended while something was overdue."""
        return self.flow.created > self.flow.ended or (self.flow.ended == 0 and self.overdue > 0)


@dataclass(frozen=True)
class Control:
    """Whether a backlog is under control: it is when it shows no `signs`. `size`, `age_days`: what is on target."""

    backlog: OpenWork
    signs: tuple[Sign, ...]
    size: float
    age_days: float


@dataclass(frozen=True)
class Freeze:
    """A team's intake is closed until the backlog is under control. `before`: the latest month that called for it."""

    before: Before
    control: Control


@dataclass(frozen=True)
class Intake:
    """How a team's intake stands: its freeze, or what keeps it open.

    `before` is the last month that is over; `is_young`: the team is in its first two months.
    """

    freeze: Freeze | None
    before: Before
    control: Control
    is_young: bool = False


def control_of(backlog: OpenWork, own: OwnThresholds) -> Control:
    """What shows that the backlog is not under control, by the workspace's own thresholds."""
    size, age = (thresholds(key, own).on_target for key in (MeasureKey.BACKLOG_SIZE, MeasureKey.BACKLOG_AGE_P90_DAYS))
    is_large = band(MeasureKey.BACKLOG_SIZE, backlog.open, own) is not Band.ON_TARGET
    is_old = band(MeasureKey.BACKLOG_AGE_P90_DAYS, backlog.age_p90_days, own) in (Band.WATCH, Band.RED_FLAG)
    is_overdue = backlog.overdue * OVERDUE_SHARE > backlog.open
    found = {Sign.SIZE: is_large, Sign.AGE: is_old, Sign.OVERDUE: is_overdue}
    return Control(backlog, tuple(sign for sign, holds in found.items() if holds), size, age)


def intake(
    spans: Iterable[Span], zone: ZoneInfo, now: datetime, own: OwnThresholds, first: int | None, since: Month | None
) -> Intake | None:
    """How the intake of a team stands at *now*.

    *first* is when its first item began to be counted, None when it has none. *spans* are all that held from the
    beginning of the month *since* on (None: all there ever were). None: what was before *since* decides.
    """
    this = month_of(now, zone)
    young_until = (month_of(moment(first), zone) if first is not None else this).plus(FIRST_MONTHS)
    begin = max(young_until, since.plus(1)) if since else young_until
    # Unknown until the backlog was under control once, or a month froze the intake: before the first month that may.
    walk = _Walk(spans, zone, own, since if since and begin > young_until else None)
    for month in _months(min(begin, this), this):
        walk.begin(month, may_freeze=month >= begin)
    before, cutoff = walk.month_before(this), instant(now + MICROSECOND)
    walk.to(cutoff)
    if not walk.known:
        return None
    control = control_of(walk.backlog(cutoff - 1), own)
    freeze = Freeze(walk.frozen, control) if walk.frozen else None
    return Intake(freeze, before, control, is_young=this < young_until)


class _Walk:
    """A history as it is walked: what is open just then, and the latest month that froze the intake."""

    def __init__(self, spans: Iterable[Span], zone: ZoneInfo, own: OwnThresholds, unknown_before: Month | None) -> None:
        self._zone, self._own = zone, own
        self.known = unknown_before is None
        self._all_is_here_from = self._start(unknown_before) if unknown_before else 0
        self._spans = sorted((s for s in spans if s.standing not in NEVER_ITEMS), key=lambda span: span.since)
        self._changes = _changes(self._spans)
        self._counted: list[int] = []
        self._due: list[int] = []
        self.frozen: Before | None = None

    def begin(self, month: Month, *, may_freeze: bool) -> None:
        """Walks to the beginning of the month and freezes the intake, if the month before and the backlog say so."""
        start = self._start(month)
        self.to(start)
        before = self.month_before(month)
        if may_freeze and before.freezes and self._signs(start):
            self.frozen, self.known = before, True

    def to(self, cutoff: int) -> None:
        """Walks up to and not including *cutoff*. Once under control, the backlog lifts the freeze."""
        while self._changes and self._changes[-1][0] < cutoff:
            at, begun, over = self._changes.pop()
            self._take(begun, over)
            # Between two changes a backlog only gets older and more overdue, so that no other moment can lift it.
            decides = self.frozen or (not self.known and at >= self._all_is_here_from)
            if decides and not self._signs(at):
                self.frozen, self.known = None, True

    def backlog(self, at: int) -> OpenWork:
        """What is open at that instant, which has been walked to."""
        today = moment(at).astimezone(self._zone).date().toordinal()
        count = len(self._counted)
        # The youngest first, which is the one that was counted last.
        age = percentile_90_of(count, lambda place: at - self._counted[count - 1 - place])
        return OpenWork(count, bisect_left(self._due, today), age / DAY if age is not None else None)

    def month_before(self, month: Month) -> Before:
        """The month before the one that the walk has just come to."""
        begins, ends = self._start(month.previous), self._start(month)
        # What was created or ended in a month has a span that began in it and still held at its end.
        first, last = (bisect_left(self._spans, at, key=lambda span: span.since) for at in (begins, ends))
        held = [span for span in self._spans[first:last] if span.until >= ends]
        created = sum(begins <= span.counted_at < ends for span in held)
        ended = sum(
            span.standing in COUNTED_AS_ENDED and span.ended_at is not None and begins <= span.ended_at < ends
            for span in held
        )
        return Before(month.previous, Flow(created, ended), self.backlog(ends).overdue)

    def _signs(self, at: int) -> tuple[Sign, ...]:
        return control_of(self.backlog(at), self._own).signs

    def _take(self, begun: Sequence[Span], over: Sequence[Span]) -> None:
        for span in over:
            del self._counted[bisect_left(self._counted, span.counted_at)]
            del self._due[bisect_left(self._due, span.due)]
        for span in begun:
            insort(self._counted, span.counted_at)
            insort(self._due, span.due)

    def _start(self, month: Month) -> int:
        return instant(midnight(month.first_day, self._zone))


def _changes(spans: Iterable[Span]) -> list[tuple[int, list[Span], list[Span]]]:
    """When something open begins or is over, the latest first."""
    # By instant: an item that is moved is for no moment neither here nor there.
    begun, over = defaultdict[int, list[Span]](list), defaultdict[int, list[Span]](list)
    for span in spans:
        if span.standing == OPEN_STANDING:
            begun[span.since].append(span)
            over[span.until].append(span)
    return [(at, begun[at], over[at]) for at in sorted({*begun, *over}, reverse=True)]


def _months(first: Month, last: Month) -> Iterator[Month]:
    while first <= last:
        yield first
        first = first.plus(1)
