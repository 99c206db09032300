"""One morning of a zone while it is said: what it is about, and what it has said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.blocks.morning_of_leads import LeadPart
from bot.domain.days import IsOff
from bot.domain.item import Item
from bot.domain.messages import Post
from bot.domain.morning import Notice, NoticeReason
from bot.domain.policy import NO_POLICIES, Policies
from bot.domain.ritual_keys import MORNING
from bot.domain.team import Team
from scheduler.rituals.kinds import PersonalRitual
from scheduler.rituals.registry import PERSONAL_RITUALS, RITUAL_ABOUT
from scheduler.runs import Run
from storage.schedules import POSTED

ORPHANS = "orphan-sweep"
"""The one ritual of a team that a lead reads in their message of the day."""
REMINDER = "approval-reminder"
"""What is read in the message of the day about requests that wait."""
ORDER = [*PERSONAL_RITUALS, ORPHANS, REMINDER]
"""The names of what a morning says, as their runs are listed."""
AboutTeams = dict[tuple[str, str], list[str]]
"""The keys of the messages that speak of it, by ritual and team."""


@dataclass
class Round:
    """One morning of a zone as it is said. `only`: one ritual by itself; `team_id`: of one team's items alone."""

    workspace: str
    zone: str
    day: date
    now: datetime
    only: PersonalRitual | None = None
    team_id: int | None = None
    teams: dict[int, Team] = field(default_factory=dict)
    is_off: dict[int | None, IsOff] = field(default_factory=dict)
    policies: Policies = NO_POLICIES
    said: AboutTeams = field(default_factory=dict)
    repeated: bool = False

    @property
    def what(self) -> str:
        """By which name it is kept that somebody was told."""
        return self.only.name if self.only else MORNING

    @property
    def whys(self) -> frozenset[NoticeReason]:
        """For which reasons items are mentioned."""
        return self.only.whys if self.only else frozenset(NoticeReason)

    def team_of(self, notice: Notice) -> Team | None:
        """The team of the item, if it has one."""
        return self.teams.get(notice.item.team_id) if notice.item.team_id else None

    def led_by(self, user: str) -> list[Team]:
        """The teams of which they are to hear."""
        led = [team for team in self.teams.values() if team.lead == user]
        return sorted((team for team in led if self.team_id in (None, team.id)), key=lambda team: team.name)

    def count(self, post: Post, found: Iterable[Notice], parts: Iterable[LeadPart], asks: Iterable[Item] = ()) -> None:
        """One message more for each ritual and team that it speaks of."""
        parts = list(parts)
        told = [*found, *(notice for part in parts for notice in part.found)]
        # A set: a message that mentions five overdue items is still one message of that ritual.
        speaks_of = {(RITUAL_ABOUT[why].name, notice.item.team_name) for notice in told for why in notice.whys}
        speaks_of |= {(REMINDER, item.team_name) for item in asks}
        for about in speaks_of | {(ORPHANS, part.team) for part in parts if part.orphans}:
            self.said.setdefault(about, []).append(post.key)


@dataclass(frozen=True)
class Hearing:
    """Who is to be told on a morning, as it was read before anybody is."""

    round_: Round
    people: Sequence[str]


def runs_of(workspace: str, said: AboutTeams, period: str, due_at: datetime) -> list[Run]:
    """A run for each ritual and team of which somebody was told, in the order of the registry."""
    in_order = sorted(said.items(), key=lambda each: (ORDER.index(each[0][0]), each[0][1]))
    return [
        Run(ritual, workspace, team, period, due_at, POSTED, len(keys), keys=tuple(keys))
        for (ritual, team), keys in in_order
    ]
