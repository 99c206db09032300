"""A summary for leadership: which teams need it most, and what is said of each. Counts nothing itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from bot.domain.capacity import Load
from bot.domain.costly import Risk
from bot.domain.item import Item
from bot.domain.measures import Band, Measured, MeasureKey, Recurrence, Tally
from bot.domain.month import Month
from bot.domain.patterns import Pattern
from bot.domain.policy_kept import PolicyKept
from bot.domain.team import QUARTERLY, Team
from bot.domain.trend import Trend
from bot.domain.verdict import Verdict, VerdictKind, verdict
from bot.domain.words import Text

DEFERRED_OFTEN = 3
"""Deferrals of one item from which leadership reads its name (R82)."""
MONTHS_OF_A_QUARTER = 3
_AS_OF_THE_END = ("deferred_open", "open", "overdue", "blocked", "future_considerations", "ages")
"""What is a state of affairs; everything else is a number of events, and those of several months add up."""


@dataclass(frozen=True)
class RiskDebt:
    """What is deferred: how many, since when the oldest, and which ones again and again (number, title, times)."""

    deferred: int = 0
    oldest: date | None = None
    often: tuple[tuple[int, str, int], ...] = ()


@dataclass(frozen=True)
class TeamLine:
    """A team as leadership reads it."""

    team: str
    measures: Mapping[MeasureKey, Measured]
    before: Mapping[MeasureKey, Measured]
    tally: Tally
    recurrences: tuple[Recurrence, ...]
    debt: RiskDebt
    load: Load
    verified_overdue: int = 0
    """Of what is overdue: verified, and only not closed."""

    @cached_property
    def kind(self) -> VerdictKind:
        """What is wrong. Two hundred teams are asked again for each length of the message that is tried."""
        return self.verdict(self.team).kind

    def verdict(self, name: str) -> Verdict:
        """What is wrong and what to decide, in one sentence with the team's *name* as it is drawn."""
        return verdict(name, self.measures, self.tally, self.load, self.verified_overdue)

    @property
    def need(self) -> tuple[int, int, int, int, float, str]:
        """The sort key: whether there is something to decide; red flags, what is watched, recurrences, and the age of
        the backlog, most first."""
        bands = [measured.band for measured in self.measures.values()]
        age = self.measures[MeasureKey.BACKLOG_AGE_P90_DAYS].value or 0.0
        red, watch = bands.count(Band.RED_FLAG), bands.count(Band.WATCH)
        # docs/measures.md, Need. The name last, so that two readings give the same order.
        asks = 0 if self.kind.asks else 1 if self.kind < VerdictKind.FINE else 2
        return asks, -red, -watch, -len(self.recurrences), -age, self.team.casefold()


@dataclass(frozen=True)
class Escalated:
    """What is overdue for more than 21 days, or for longer than a policy allows (`by_policy`: there are some): how many
    by team, most first, and the one that is so longest."""

    by_team: tuple[tuple[str, int], ...] = ()
    longest: Item | None = None
    days: int = 0
    by_policy: bool = False


@dataclass(frozen=True)
class Summary:
    """A summary of some months, the last of which is `months[-1]`, for the teams that share a leadership channel.

    `now` is when it is said. `risks` are those that cost most, `waiting` what awaits a decision, the longest first.
    `none_needed` are the incidents of which somebody said in these months that they need no post-mortem, and why.
    `kept`: how the policy of each severity was kept in them.
    """

    months: tuple[Month, ...]
    now: datetime
    teams: tuple[TeamLine, ...]
    trend: Trend
    risks: tuple[Risk, ...] = ()
    waiting: tuple[Item, ...] = ()
    escalated: Escalated = Escalated()
    none_needed: tuple[tuple[str, str], ...] = ()
    kept: Mapping[str, PolicyKept] = field(default_factory=dict)
    patterns: tuple[Pattern, ...] = ()

    @property
    def name(self) -> Text:
        """`October 2026`, or `July to September 2026`."""
        first, last = self.months[0], self.months[-1]
        if first == last:
            return Text("{month} {year}", month=last.name, year=last.year)
        return Text("{first} to {last} {year}", first=first.name, last=last.name, year=last.year)


def by_need(teams: Iterable[TeamLine]) -> tuple[TeamLine, ...]:
    """Those that need attention most come first."""
    return tuple(sorted(teams, key=lambda line: line.need))


def months_told(team: Team, running: Month) -> tuple[Month, ...]:
    """The months that are summed up in *running*: the one before, or a full quarter; none when nothing is due."""
    if team.leadership_every != QUARTERLY:
        return (running.previous,)
    # January, April, July and October: a quarter is told once it is full.
    if running.number % MONTHS_OF_A_QUARTER != 1:
        return ()
    return tuple(running.previous.last(MONTHS_OF_A_QUARTER))


def over(tallies: Sequence[Tally]) -> Tally:
    """Several months of the same items as one: events add up, and the state of affairs is that of the last month."""
    # `sum` would begin with 0, which is no tally.
    total = sum(tallies[1:], tallies[0])
    return replace(total, **{name: getattr(tallies[-1], name) for name in _AS_OF_THE_END})
