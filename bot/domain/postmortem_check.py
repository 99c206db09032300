"""Whether the post-mortem of an incident is asked about: missing, or without items, until it is answered (P14).

Pure: days are given in the zone of the incident's team.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.days import IsOff
from bot.domain.errors import Refused
from bot.domain.incident import Incident, marks
from bot.domain.policy import Policies, postmortem_due
from bot.domain.team import Team
from bot.domain.words import Text

AGAIN_AFTER = timedelta(days=7)
"""So long after it was asked, what was not answered is asked again."""
LEAD_TOLD_FROM = 2
"""The time from which on the team's lead is told as well."""

OTHER_LINK = "It has another link already: {url}. Nothing was changed. `/actionitem incident` changes it."
OTHER_REASON = "Somebody said already why it needs none: “{why}”. Nothing was changed."
LINK_CAME = "Its post-mortem is there now: {url}. Nothing was changed."
SHOWN = 300
"""Characters of a link or a reason in a refusal."""


@dataclass(frozen=True)
class Followed:
    """An incident that has ended, with what is known of its post-mortem. `team` is who it belongs to."""

    incident: Incident
    team: Team
    has_items: bool

    @property
    def asked_at(self) -> str:
        """Who is asked: its channel; where it has none, who led it, else the team's lead, in a direct message."""
        return self.incident.channel or self.incident.lead or self.team.lead

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


def with_answer(before: Incident, after: Incident) -> Incident:
    """*after* as it is kept: a link that comes after “None needed” takes that back, whichever door it came by."""
    comes = after.postmortem_url and not before.postmortem_url
    return replace(after, none_needed="") if comes and after.none_needed == before.none_needed else after


def with_link(now: Incident, url: str) -> Incident:
    """The incident with its link. Raises `Refused` when another one is there."""
    if now.postmortem_url not in ("", url):
        raise Refused(Text(OTHER_LINK, url=now.postmortem_url[:SHOWN]), field="postmortem_url")
    return replace(now, postmortem_url=url)


def with_none_needed(now: Incident, why: str, seen: Mapping[str, str]) -> Incident:
    """The incident with why it needs none. `seen`: marks of what it was when that was asked.

    Raises `Refused` when there is another reason, or a link that was not there then.
    """
    if now.none_needed not in ("", why):
        raise Refused(Text(OTHER_REASON, why=now.none_needed[:SHOWN]), field="why")
    # One that was there then is why its items alone were asked for: none of those are needed.
    if now.postmortem_url and seen.get("postmortem_url") != marks(now)["postmortem_url"]:
        raise Refused(Text(LINK_CAME, url=now.postmortem_url[:SHOWN]), field="why")
    return replace(now, none_needed=why)


def checked_reason(text: str) -> str:
    """Why none is needed. Raises `Refused` without a reason."""
    if not text:
        raise Refused("Say why it needs no post-mortem.", field="why")
    return text
