"""Every ritual of a team by its name: when it is due, who hears it, and what it says.

The rituals of one person (`due-reminder` and its like) are said together, once a day: `scheduler/rituals/morning.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.messages import Message
from bot.domain.team import Team
from scheduler.calendar import WEEKLY, Rhythm, monthly, working_days
from scheduler.rituals import hygiene_review, leadership_summary, monthly_report, orphan_sweep, weekly_digest
from scheduler.rituals.occasion import Occasion

Say = Callable[[Session, Occasion], list[Message]]


@dataclass(frozen=True)
class Ritual:
    """A ritual of a team. `to_lead`: it is said to the lead, and shows what the lead may see; else to a channel."""

    name: str
    rhythm: Rhythm
    say: Say
    to_lead: bool = False
    channel_of: Callable[[Team], str] = attrgetter("channel")
    follow: Callable[[Session, Occasion, Sequence[Message]], list[Message]] | None = None
    """What else is to be sent when it is really said, such as an edit of what was said before."""
    prepare: Callable[[Deps, Team, datetime], None] | None = None
    """Asks Slack what the ritual needs to know at that time, before its transaction."""


RITUALS = {
    ritual.name: ritual
    for ritual in (
        Ritual(weekly_digest.NAME, WEEKLY, weekly_digest.say, follow=weekly_digest.follow),
        Ritual(monthly_report.NAME, monthly(10), monthly_report.say),
        Ritual(hygiene_review.NAME, monthly(11), hygiene_review.say, to_lead=True, follow=hygiene_review.follow),
        Ritual(
            leadership_summary.NAME, monthly(12), leadership_summary.say, channel_of=attrgetter("leadership_channel")
        ),
        Ritual(orphan_sweep.NAME, working_days(9), orphan_sweep.say, to_lead=True, prepare=orphan_sweep.prepare),
    )
}
