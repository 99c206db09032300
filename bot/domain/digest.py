"""What a team's weekly digest says: its figures, and which items under which heading. Counts nothing itself."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import count
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.days import IsOff, next_working_day
from bot.domain.item import Item
from bot.domain.priority import Quadrant
from bot.domain.team import Team
from bot.domain.waiting import NO_COST, Cost

# contract.md, Rituals: “the first ten by score, quick wins first, the rest behind a button”.
FIRST = 10
"""Items shown; the rest are behind a button."""
ASIDE = 5
"""Items shown that wait for a decision, or of which a status was given; of more their number is said."""
STALE_AFTER = timedelta(days=30)
"""Without progress for this long, an item is stale (R47)."""
STANDS_STILL_AFTER = timedelta(days=14)
"""A team of which nothing moved for this long reads that first."""


NO_COSTS: Mapping[int, Cost] = MappingProxyType({})


class Section(StrEnum):
    """The headings of a digest, in order; an item stands under one of them. The values are the words in texts."""

    OVERDUE = "Overdue"
    DUE = "Due this week"
    WAITING = "Waiting for a decision"
    UNRANKED = "Not prioritised"
    FIRST = "First"


AT_LEAST = {Section.OVERDUE: 3, Section.DUE: 3, Section.UNRANKED: 2}
"""So many of a section are among the items shown, however low their score: else a heading would be missing."""


@dataclass(frozen=True)
class Figures:
    """The team's counts, private items left out. `private` is how many open ones were left out.

    `unranked`: open ones whose impact or effort nobody gave. `moved_at`: when any of them last moved, or the last one
    ended.
    """

    open: int = 0
    overdue: int = 0
    due_this_week: int = 0
    blocked: int = 0
    awaiting_verification: int = 0
    stale: int = 0
    created: int = 0
    ended: int = 0
    merged: int = 0
    deferred: int = 0
    deferred_since: date | None = None
    private: int = 0
    unranked: int = 0
    moved_at: datetime | None = None

    @property
    def grew_by(self) -> int:
        """Created last week minus what ended and what was merged, which is there no more; negative when it shrank."""
        return self.created - self.ended - self.merged

    @property
    def is_quiet(self) -> bool:
        """Nothing is due, overdue or waiting."""
        # What was created, ended or deferred asks nobody for anything, so it makes no week busy.
        return not (self.overdue or self.due_this_week or self.blocked or self.awaiting_verification or self.stale)


@dataclass(frozen=True)
class Digest:
    """A digest as it is drawn. `now` is the moment, `today` the day in the team's zone.

    `items` are those that it names, in order of their rank, and none of `awaiting`, about which a request waits, the
    longest waiting first; of these `more_wait` says that there are more. `answered` are those of which a status was
    given since the last digest, because they had stood still. `unnamed` is how many open items count and are not
    named, because guests read along who are not in their channels. `lost`: whose guard is gone, with its address, and
    whether it was there once.
    """

    team: str
    now: datetime
    today: date
    figures: Figures
    items: Sequence[Item]
    awaiting: Sequence[Item] = ()
    answered: Sequence[Item] = ()
    unnamed: int = 0
    more_wait: bool = False
    lost: Sequence[tuple[Item, str, bool]] = ()
    costs: Mapping[int, Cost] = field(default_factory=dict)

    @property
    def monday(self) -> date:
        """The day by which its week is called, also when days off or a standstill made it late."""
        # Not the day of the post: a digest that a holiday moved to Tuesday is still that week's.
        return self.today - timedelta(days=self.today.weekday())

    @property
    def sections(self) -> Mapping[Section, Sequence[Item]]:
        """The items by heading, in the order of the headings; only those that have any."""
        found = {section: [one for one in self.items if section_of(one, self.today) is section] for section in Section}
        found[Section.WAITING] = list(self.awaiting)
        return {section: items for section, items in found.items() if items}

    @property
    def days_still(self) -> int:
        """Whole days in which nothing of the team moved, from two weeks on; else 0."""
        still = self.now - self.figures.moved_at if self.figures.moved_at and self.figures.open else timedelta()
        return still.days if still >= STANDS_STILL_AFTER else 0

    def in_all(self, section: Section) -> int:
        """How many of the team's items belong under that heading; 0 where it does not matter."""
        counted = {
            Section.OVERDUE: self.figures.overdue,
            Section.DUE: self.figures.due_this_week,
            Section.UNRANKED: self.figures.unranked,
        }
        return counted.get(section, 0) - self.elsewhere(section)

    def elsewhere(self, section: Section) -> int:
        """How many would belong under that heading and stand under those that wait for a decision."""
        return sum(item.is_open and section_of(item, self.today) is section for item in self.awaiting)


def is_ranked(item: Item) -> bool:
    """Whether somebody gave its impact and its effort."""
    return item.quadrant is not Quadrant.NOT_PRIORITISED


def section_of(item: Item, today: date) -> Section:
    """Under which heading an open item stands about which nobody is asked."""
    if item.is_overdue(today):
        return Section.OVERDUE
    if item.due <= sunday_of(today):
        return Section.DUE
    return Section.FIRST if is_ranked(item) else Section.UNRANKED


def chosen(
    candidates: Iterable[Item], today: date, elsewhere: Collection[int], costs: Mapping[int, Cost] = NO_COSTS
) -> list[Item]:
    """The ten that a digest names, in order of rank: the first ones, and of each section some (`AT_LEAST`).

    *elsewhere* are the numbers of those that are named already. What is overdue and has cost something by waiting, by
    *costs*, comes first.
    """

    def order(item: Item) -> tuple[object, ...]:
        cost = costs.get(item.number, NO_COST) if item.is_overdue(today) else NO_COST
        return (*cost.rank, *item.rank)

    ranked = sorted((item for item in candidates if item.number not in elsewhere), key=order)
    kept: list[Item] = []
    for section, at_least in AT_LEAST.items():
        kept += [item for item in ranked if section_of(item, today) is section][:at_least]
    numbers = {item.number for item in kept}
    kept += [item for item in ranked if item.number not in numbers][: FIRST - len(kept)]
    return sorted(kept, key=order)


def sunday_of(today: date) -> date:
    """The last day of its week."""
    return today + timedelta(days=6 - today.weekday())


def next_digest(team: Team, now: datetime, is_off: IsOff) -> datetime:
    """When the team's digest comes next, later than *now*: its day of the week, or the first working day after it."""
    # From last week on: a digest that days off moved may still be to come.
    began = now.astimezone(team.zone).date() - timedelta(days=7)
    first = began + timedelta(days=(team.digest.weekday - began.weekday()) % 7)
    days = (next_working_day(first + timedelta(days=7 * week), is_off) for week in count())
    moments = (datetime.combine(day, team.digest.at, team.zone) for day in days)
    return next(at for at in moments if at > now)


@dataclass(frozen=True)
class Week:
    """The days and moments that a digest counts by, in the team's zone."""

    today: date
    sunday: date
    last_monday: datetime
    this_monday: datetime
    stale_since: datetime


def week_at(now: datetime, zone: ZoneInfo) -> Week:
    """This week and last week, Monday to Sunday, as seen from *now* in *zone*."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return Week(
        today=today,
        sunday=sunday_of(today),
        last_monday=datetime.combine(monday - timedelta(days=7), time(), zone),
        this_monday=datetime.combine(monday, time(), zone),
        stale_since=now - STALE_AFTER,
    )
