"""What the buttons and menus carry that say more than the number of an item: written and read here alone.

As with `subjects`: they stand under messages of years ago, so what is written never changes. All `read` raise
`Unreadable` for what was never written: whoever pressed is told, and nothing is done.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from bot.domain.errors import Unreadable
from bot.domain.joined import Joined, number
from bot.domain.priority import Quadrant

MOST_OTHERS = 100
"""Items of one project; a button's value has no room for more."""


LONGEST_VALUE = 2000
"""Characters that Slack lets a button carry."""
LONGEST_KIND = 20
_NUMBER_TYPED = re.compile(r"(?:AI-|#)?[0-9]{1,9}", re.IGNORECASE)
_OF_A_KIND = ("list", "help")
"""What stands behind these is no text of somebody's."""

FURTHEST_AHEAD = timedelta(days=400)
"""So far in the future may be the day that a button carries: `tick --at` runs rituals ahead of their time."""


MINE, TEAM = "mine", "team"
"""Whose items want attention."""


def item_of(value: str) -> str:
    """The item that the value begins with, whatever else it says."""
    return value.partition(":")[0]


def no_further(day: date, today: date) -> date:
    """The day that a button carries. Raises `Unreadable` for one so far ahead that no ritual was ever run for it."""
    if day > today + FURTHEST_AHEAD:
        raise Unreadable
    return day


@dataclass(frozen=True)
class RequestAbout(Joined):
    """A request and its item: `12:34`."""

    number: int
    request_id: int


@dataclass(frozen=True)
class MergeInto(Joined):
    """An item and the one that it goes into: `12:14`."""

    number: int
    into: int


@dataclass(frozen=True)
class MergeOf(Joined):
    """What one form merged: the item that stayed, and the line of its history that tells of it: `12:345`."""

    into: int
    taken_in: int


@dataclass(frozen=True)
class MeasuresOf(Joined):
    """A report: its team, 0 for the workspace, and its month: `3:2026-10`."""

    team_id: int
    month: str


@dataclass(frozen=True)
class SameAs(Joined):
    """An incident and an earlier one: `5:3`."""

    later_id: int
    earlier_id: int


@dataclass(frozen=True)
class ItemOnDay(Joined):
    """An item, and the day of the message that asked about it: `12:2026-11-23`."""

    number: int
    day: date


@dataclass(frozen=True)
class HistoryPage(Joined):
    """A page of an item's history: `12:3`."""

    number: int
    at: int


@dataclass(frozen=True)
class ToReview(Joined):
    """A page of the review of a team that began on a day: `3:2026-11-23:0`."""

    team_id: int
    day: date
    at: int

    @property
    def review(self) -> str:
        """The review, without its page: see `with_page`."""
        return f"{self.team_id}:{self.day.isoformat()}"


@dataclass(frozen=True)
class Attention(Joined):
    """A page of what needs attention: `mine:0:…`, or a team's, as of a day: `team:3:2026-11-23:0`."""

    whose: str
    team_id: int
    day: date
    at: int = 0

    @classmethod
    def read(cls, text: str) -> Self:
        """From the text. Raises `Unreadable`."""
        found = super().read(text)
        if found.whose not in (MINE, TEAM):
            raise Unreadable
        return found

    @property
    def listed(self) -> str:
        """The list, without its page: see `with_page`."""
        return f"{self.whose}:{self.team_id}:{self.day.isoformat()}"


def with_page(of: str, at: int) -> str:
    """A page of a list or a review, by its name without a page."""
    return f"{of}:{at}"


@dataclass(frozen=True)
class NotBefore(Joined):
    """How long reminders wait, counted from the day of the message: `2026-11-23:monday`, or `…:3` for days."""

    day: date
    choice: str


@dataclass(frozen=True)
class Snooze(Joined):
    """How long the reminders of an item wait, counted from the day of the message: `12:2026-11-23:monday`."""

    number: int
    day: date
    choice: str


@dataclass(frozen=True)
class Rank(Joined):
    """Where an item stands in the matrix of impact and effort: `12:quick win`."""

    number: int
    rank: str

    @property
    def quadrant(self) -> Quadrant:
        """The place itself. Raises `Unreadable` for what is none."""
        try:
            return Quadrant(self.rank)
        except ValueError:
            raise Unreadable from None


@dataclass(frozen=True)
class MenuEntry(Joined):
    """What was chosen in the menu of an item: `defer:12`."""

    action: str
    number: str


@dataclass(frozen=True)
class TypedLine:
    """A line as people type it behind `/actionitem`, for a button that does the same: `verify 12 Fired in staging`."""

    name: str
    text: str = ""

    @property
    def value(self) -> str:
        """The text."""
        return f"{self.name} {self.text}".strip()

    @property
    def fits(self) -> bool:
        """Whether a button can carry it, whole."""
        return len(self.value) <= LONGEST_VALUE

    @property
    def in_short(self) -> str:
        """The subcommand with its number, or with the kind of list: the button's words. Not what else was typed."""
        first, *_rest = [*self.text.split(maxsplit=1), ""]
        is_short = _NUMBER_TYPED.fullmatch(first) or (self.name in _OF_A_KIND and len(first) <= LONGEST_KIND)
        return f"{self.name} {first}".strip() if is_short else self.name

    @classmethod
    def read(cls, text: str) -> Self:
        """From the text."""
        name, _sep, rest = text.partition(" ")
        return cls(name, rest.strip())


@dataclass(frozen=True)
class OneProject:
    """Items that become one, the first of them: `12:14,15`."""

    into: int
    others: tuple[int, ...]

    @property
    def value(self) -> str:
        """The text."""
        return f"{self.into}:{','.join(map(str, self.others))}"

    @classmethod
    def read(cls, text: str) -> Self:
        """From the text."""
        into, _sep, others = text.partition(":")
        # Not `Joined`: how many items there are differs from theme to theme.
        return cls(number(into), tuple(number(one) for one in others.split(",", MOST_OTHERS) if one))


@dataclass(frozen=True)
class ListPage:
    """A list from its *offset* on, as it was asked for: `20|team Payments`."""

    offset: int
    what: str

    @property
    def value(self) -> str:
        """The text."""
        return f"{self.offset}|{self.what}"

    @classmethod
    def read(cls, text: str) -> Self:
        """From the text."""
        offset, _sep, what = text.partition("|")
        return cls(number(offset), what)


@dataclass(frozen=True)
class ShownToken(Joined):
    """A token beside its button: by its id, because another may have got its name since the list was drawn."""

    id: int
    name: str
