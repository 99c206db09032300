"""Which items somebody wants to see, and which of them they may see. Data only; storage turns it into SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum, auto

from bot.domain.lifecycle import State
from bot.domain.team import Team


@dataclass(frozen=True)
class Viewer:
    """Who looks: private items show only to their channel's members, owner, collaborators and approver.

    `private_channels` are the private channels this person is in. A `user` of "" is a public channel:
    it sees what everybody may see, and of private items only those of `private_channels`. `only`, set for a
    guest, are all the channels they are in: they see nothing else, not even public items. For a channel with guests
    in it, these are the channels in which every one of them is. `teams` are those whose public items are shown all the
    same, because their leads let outsiders read along in the team's own channel.
    """

    user: str
    private_channels: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    teams: frozenset[int] = frozenset()


EVERYBODY = Viewer("")
"""Sees what everybody may see, and nothing private."""


@dataclass(frozen=True)
class Today:
    """The day it is, for each item where its dates are meant: in its team's zone, UTC without a team.

    `elsewhere` has the teams for which it is another day than in UTC.
    """

    utc: date
    elsewhere: tuple[tuple[date, frozenset[int]], ...] = ()


def today_of(teams: Iterable[Team], now: datetime) -> Today:
    """The day it is at *now* for the items of each of *teams*."""
    utc = now.astimezone(UTC).date()
    days: dict[date, set[int]] = {}
    for team in teams:
        # The exceptions alone, so that a query stays short where thousands of teams share the date.
        if (day := now.astimezone(team.zone).date()) != utc:
            days.setdefault(day, set()).add(team.id)
    return Today(utc, tuple((day, frozenset(ids)) for day, ids in sorted(days.items())))


class Order(Enum):
    """How a list is sorted. The number decides between equals, so that pages neither repeat an item nor skip one."""

    PRIORITY = auto()
    """What is open before what has ended, quick wins first, then by score (R20)."""
    STILL_LONGEST = auto()
    BACK_SOONEST = auto()
    NEWEST = auto()


@dataclass(frozen=True)
class Wanted:
    """A selection of items. Every condition that is set must hold; dates are days in the team's zone."""

    states: frozenset[State] | None = None
    owner: str | None = None
    team_id: int | None = None
    incident_id: int | None = None
    overdue: Today | None = None
    no_progress_since: datetime | None = None
    blocked: bool | None = None
    words: tuple[str, ...] = ()
    owner_left: bool = False
    theme: str = ""
    has_theme: bool = False
    incident_ids: frozenset[int] | None = None
    number: int | None = None
    not_overdue: Today | None = None
    """Not open, or within its due date."""
    not_stale_since: datetime | None = None
    """Not open, or with progress since then."""
