"""Whether the post-mortem of an incident is asked about: missing, or without items, until it is answered (P14).

Pure: days are given in the zone of the incident's team.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.days import IsOff
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.domain.policy import Policies, postmortem_due
from bot.domain.team import Team

AGAIN_AFTER = timedelta(days=7)
"""So long after it was asked, what was not answered is asked again."""
LEAD_TOLD_FROM = 2
"""The time from which on the team's lead is told as well."""


@dataclass(frozen=True)
class Followed:
    """An incident that has ended, with what is known of its post-mortem. `team` is who it belongs to."""

    incident: Incident
    team: Team
    has_items: bool

    @property
    def lacks_link(self) -> bool:
        """Whether it has no link to a post-mortem."""
        return not self.incident.postmortem_url

    @property
    def is_answered(self) -> bool:
        """Whether there is nothing to ask: link and items are there, or none are needed."""
        return bool(self.incident.none_needed) or (self.has_items and not self.lacks_link)

    def due(self, policies: Policies, off: IsOff) -> date | None:
        """The last day for its post-mortem; None while it is not said to be over."""
        ended_at, judged_at = self.incident.ended_at, self.incident.judged_at
        if ended_at is None or judged_at is None:
            return None
        policy = policies.of(self.incident.severity or "", judged_at)
        return postmortem_due(ended_at.astimezone(self.team.zone).date(), policy, off)

    def is_asked(self, policies: Policies, today: date, off: IsOff) -> bool:
        """Whether its channel is asked today: longer ago than allowed, and again each week until it is answered."""
        due = self.due(policies, off)
        if self.is_answered or due is None or today <= due:
            return False
        asked = self.incident.asked_on
        # Still, on the day it was asked: a run that is repeated says the same.
        return asked is None or asked == today or today - asked >= AGAIN_AFTER

    def time_on(self, today: date) -> int:
        """For which time it is asked on that day, from 1 on."""
        return self.incident.times_asked + (self.incident.asked_on != today)


def checked_reason(text: str) -> str:
    """Why none is needed. Raises `Refused` without a reason."""
    if not text:
        raise Refused("Say why it needs no post-mortem.", field="why")
    return text
