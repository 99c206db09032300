"""Every ritual by its name: when it is due, and what it says."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.messages import Message
from bot.domain.teams import Team
from scheduler.calendar import Occurrence
from scheduler.rituals import weekly_digest


@dataclass(frozen=True)
class Ritual:
    """A ritual. `next_occurrence(team, after)`; `say(session, team, period, now)` returns its messages."""

    name: str
    next_occurrence: Callable[[Team, datetime], Occurrence]
    say: Callable[[Session, Team, str, datetime], list[Message]]


RITUALS = {
    ritual.name: ritual for ritual in (Ritual(weekly_digest.NAME, weekly_digest.next_occurrence, weekly_digest.say),)
}
