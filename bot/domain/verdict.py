"""What is wrong with a team and what to decide, in one sentence, as leadership reads it.

Pure: measures, counts and load in, a sentence out. docs/measures.md says in which order the signs are looked at.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from bot.domain.capacity import Load, how_long
from bot.domain.freeze import OVERDUE_SHARE
from bot.domain.measures import Band, Measured, MeasureKey, Tally
from bot.domain.words import Text

RATES = frozenset([MeasureKey.COMPLETION_RATE, MeasureKey.ON_TIME_COMPLETION])
Measures = Mapping[MeasureKey, Measured]


class VerdictKind(IntEnum):
    """What a sentence is about, the worst first."""

    STALLED = 0
    RECURRED = 1
    BEHIND = 2
    UNCLOSED = 3
    GROWING = 4
    LARGE = 5
    TOO_MUCH = 6
    AGEING = 7
    LATE = 8
    BEGUN = 9
    WATCH = 10
    FINE = 11
    EMPTY = 12

    @property
    def asks(self) -> bool:
        """Whether there is something to decide."""
        return self < VerdictKind.BEGUN


SENTENCES = {
    VerdictKind.STALLED: (
        "{team} has stalled: nothing ended, {overdue} of {open} overdue; decide what to drop and who does the rest."
    ),
    VerdictKind.RECURRED: (
        "{team} saw {count} incidents come back before their items were done; decide who finishes those first."
    ),
    VerdictKind.BEHIND: "{team} is behind: {overdue} of {open} overdue; decide what to drop and which dates are real.",
    VerdictKind.UNCLOSED: (
        "{team} verified all that is overdue, {overdue} of {open}, and has not closed it; decide who does."
    ),
    VerdictKind.GROWING: (
        "{team} takes on more than it ends: {created} created, {ended} ended; decide what not to take on."
    ),
    VerdictKind.LARGE: "{team} has {open} open items, more than anybody follows; decide what to drop.",
    VerdictKind.TOO_MUCH: (
        "{team} has more work than time: what is open takes {long} of the time reserved; fund it or drop some."
    ),
    VerdictKind.AGEING: "{team} has old items: one in ten is older than {days} days; decide which will never be done.",
    VerdictKind.LATE: (
        "{team} misses its dates: {done} of {due} closed in time; decide whether dates or scope give way."
    ),
    VerdictKind.WATCH: "{team} is nearly on target: watch {watch}; nothing to decide yet.",
    VerdictKind.BEGUN: "{team} has ended nothing yet: {created} created, none overdue; nothing to decide yet.",
    VerdictKind.FINE: "{team} is on target: {ended} ended, {overdue} of {open} overdue; nothing to decide.",
    VerdictKind.EMPTY: "{team} has nothing open; nothing to decide.",
}
SPECIAL = {
    VerdictKind.RECURRED: (
        "{team} saw an incident come back before its items were done; decide who finishes those first."
    ),
    VerdictKind.TOO_MUCH: "{team} has {open} open and no time reserved for them; reserve some or drop some.",
}
"""Of one incident; and where nothing is reserved."""


WATCHED = {
    MeasureKey.COMPLETION_RATE: "what is closed in time",
    MeasureKey.ON_TIME_COMPLETION: "what is closed by its first date",
    MeasureKey.AVERAGE_DAYS_TO_CLOSE: "the time to close",
    MeasureKey.BACKLOG_SIZE: "the number of open items",
    MeasureKey.BACKLOG_AGE_P90_DAYS: "the age of what is open",
    MeasureKey.CREATED_TO_ENDED: "whether more ends than is created",
    MeasureKey.RECURRENCES_DESPITE_ITEM: "what comes back",
}
"""The measures within a sentence."""


@dataclass(frozen=True)
class Verdict:
    """A team in one sentence, and what that is about."""

    kind: VerdictKind
    sentence: Text


def verdict(team: str, measures: Measures, tally: Tally, load: Load, verified: int = 0) -> Verdict:
    """The worst kind of a team in a period; *team* is its name as it is drawn, *verified* how many of what is overdue
    are verified and wait for nothing but to be closed."""
    kind = next(kind for kind in VerdictKind if _shows(kind, measures, tally, load, verified))
    done, due = _in_time(measures, tally)
    words = {
        "team": team, "open": tally.open, "overdue": tally.overdue, "created": tally.created, "ended": tally.ended,
        "done": done, "due": due, "count": tally.recurrences, "long": how_long(load.months or 0),
        "watch": _watch(measures), "days": math.floor(measures[MeasureKey.BACKLOG_AGE_P90_DAYS].value or 0),
    }  # fmt: skip
    if (kind is VerdictKind.RECURRED and tally.recurrences == 1) or (
        kind is VerdictKind.TOO_MUCH and load.months is None
    ):
        return Verdict(kind, Text(SPECIAL[kind], **words))
    return Verdict(kind, Text(SENTENCES[kind], **words))


def _shows(kind: VerdictKind, measures: Measures, tally: Tally, load: Load, verified: int) -> bool:
    red = {key for key, each in measures.items() if each.band is Band.RED_FLAG}
    is_watched = any(each.band is Band.WATCH for each in measures.values())
    # What is verified is done: only its closing is late.
    undone = max(tally.overdue - verified, 0)
    shows = {
        VerdictKind.STALLED: tally.ended == 0 and undone > 0,
        VerdictKind.RECURRED: tally.recurrences > 0,
        VerdictKind.BEHIND: undone * OVERDUE_SHARE > tally.open,
        VerdictKind.UNCLOSED: tally.overdue > 0 and undone == 0,
        # Of a first item nothing can have ended yet; and what was merged is there no more.
        VerdictKind.GROWING: MeasureKey.CREATED_TO_ENDED in red and tally.ended > 0 and tally.grew_by > 0,
        VerdictKind.LARGE: MeasureKey.BACKLOG_SIZE in red,
        VerdictKind.TOO_MUCH: load.is_too_much,
        VerdictKind.AGEING: MeasureKey.BACKLOG_AGE_P90_DAYS in red,
        VerdictKind.LATE: bool(red & RATES),
        VerdictKind.BEGUN: tally.created > 0 and tally.ended == 0,
        VerdictKind.WATCH: bool(red) or is_watched,
        VerdictKind.FINE: tally.open > 0 or tally.ended > 0,
        VerdictKind.EMPTY: True,
    }
    return shows[kind]


def _watch(measures: Measures) -> Text:
    """The first of the measures that are not on target; there is one where this is said."""
    keys = (key for key in MeasureKey if measures[key].band in (Band.WATCH, Band.RED_FLAG))
    return Text(WATCHED[next(keys, MeasureKey.BACKLOG_SIZE)])


def _in_time(measures: Measures, tally: Tally) -> tuple[int, int]:
    """Of the rate that is red: by the dates as they stand, else by the first ones."""
    if measures[MeasureKey.COMPLETION_RATE].band is Band.RED_FLAG:
        return tally.completed, tally.due
    return tally.on_time, tally.first_due
