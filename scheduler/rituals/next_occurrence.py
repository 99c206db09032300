"""Which run of a team's ritual is due, which went by unsaid, and which comes next."""

from datetime import datetime

from bot.domain.team import Team
from scheduler.calendar import Occurrence
from scheduler.rituals.kinds import TeamRitual
from scheduler.runs import LONGEST_AWAY
from storage.schedules import Schedule


def due(ritual: TeamRitual, team: Team, schedule: Schedule, now: datetime) -> Occurrence:
    """What the schedule says is due, or the first within `LONGEST_AWAY`."""
    if schedule.next_due_at < now - LONGEST_AWAY:
        return ritual.rhythm.next_after(team, now - LONGEST_AWAY)
    return Occurrence(schedule.nominal_on, schedule.next_due_at, ritual.rhythm.period_of(schedule.nominal_on))


def sorted_out(
    ritual: TeamRitual, team: Team, due: Occurrence, now: datetime
) -> tuple[list[Occurrence], Occurrence | None, Occurrence]:
    """Of what came due until *now*: what is missed, what is said now if anything is, and what comes next."""
    missed: list[Occurrence] = []
    while True:
        following = ritual.rhythm.following(team, due.nominal_on)
        if now < ritual.rhythm.expires_at(team, due):
            return missed, due, following
        missed.append(due)
        if following.due_at > now:
            return missed, None, following
        due = following
