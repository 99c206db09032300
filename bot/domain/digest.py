"""What a team's weekly digest says: its figures and its first items. Counts nothing itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.item import Item

# contract.md, Rituals: “the first ten by score, quick wins first, the rest behind a button”.
FIRST = 10
"""Items shown; the rest are behind a button."""
ASIDE = 5
"""Items shown that wait for a decision, or of which a status was given; of more their number is said."""
STALE_AFTER = timedelta(days=30)
"""Without progress for this long, an item is stale (R47)."""


@dataclass(frozen=True)
class Figures:
    """The team's counts, private items left out. `private` is how many open ones were left out."""

    open: int = 0
    overdue: int = 0
    due_this_week: int = 0
    blocked: int = 0
    awaiting_verification: int = 0
    stale: int = 0
    created: int = 0
    ended: int = 0
    deferred: int = 0
    deferred_since: date | None = None
    private: int = 0

    @property
    def grew_by(self) -> int:
        """Created minus ended last week; negative when the backlog shrank."""
        return self.created - self.ended

    @property
    def is_quiet(self) -> bool:
        """Nothing is due, overdue or waiting."""
        # What was created, ended or deferred asks nobody for anything, so it makes no week busy.
        return not (self.overdue or self.due_this_week or self.blocked or self.awaiting_verification or self.stale)


@dataclass(frozen=True)
class Digest:
    """A digest as it is drawn. `today` is the day in the team's zone.

    `first` are the first of the open items, `awaiting` those about which a request waits, the longest waiting first;
    `answered` are those of which a status was given since the last digest, because they had stood still. `unnamed` is
    how many open items count and are not named, because guests read along who are not in their channels.
    """

    team: str
    today: date
    figures: Figures
    first: Sequence[Item]
    awaiting: Sequence[Item] = ()
    answered: Sequence[Item] = ()
    unnamed: int = 0

    @property
    def monday(self) -> date:
        """The day by which its week is called, also when days off or a standstill made it late."""
        # Not the day of the post: a digest that a holiday moved to Tuesday is still that week's.
        return self.today - timedelta(days=self.today.weekday())


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
        sunday=monday + timedelta(days=6),
        last_monday=datetime.combine(monday - timedelta(days=7), time(), zone),
        this_monday=datetime.combine(monday, time(), zone),
        stale_since=now - STALE_AFTER,
    )
