"""After a restore: what the calendar had due until now counts as passed, for it may have been said since the backup.

Nothing is sent, and nothing is lost: `actionitem ritual NAME` says what somebody wants said all the same.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.morning import morning_after
from scheduler.calendar import Occurrence
from scheduler.rituals.registry import TEAM_RITUALS
from storage.mornings import Morning, claim_morning, list_mornings_due, record_morning_run
from storage.schedules import MISSED, Schedule, claim_schedule, list_schedules_due, record_run
from storage.teams import get_team_by_id

AT_ONCE = 100_000


def pass_over_what_was_due(session: Session, now: datetime) -> list[str]:
    """Moves every schedule that was due until *now* on beyond it; names each ritual and morning passed over."""
    schedules = list_schedules_due(session, now, AT_ONCE, None, TEAM_RITUALS)
    passed = [said for schedule in schedules for said in _pass_over(session, schedule, now)]
    mornings = list_mornings_due(session, now, None, AT_ONCE)
    return passed + [_pass_over_morning(session, morning, now) for morning in mornings]


def _pass_over(session: Session, schedule: Schedule, now: datetime) -> Iterator[str]:
    ritual, team = TEAM_RITUALS[schedule.ritual], get_team_by_id(session, schedule.team_id)
    due = Occurrence(schedule.nominal_on, schedule.next_due_at, ritual.rhythm.period_of(schedule.nominal_on))
    last = ritual.rhythm.latest(team, now) or due
    # The last alone is on record: that one could still be made up, those before are missed anyway.
    record_run(session, schedule, last.period, due_at=last.due_at, ran_at=now, status=MISSED)
    following = ritual.rhythm.next_after(team, now)
    claim_schedule(session, schedule, following.nominal_on, following.due_at)
    yield f"{schedule.ritual} of {team.name} ({last.period})"


def _pass_over_morning(session: Session, morning: Morning, now: datetime) -> str:
    day, due_at = morning_after(morning.timezone, now)
    record_morning_run(session, morning, ran_at=now, missed=True)
    claim_morning(session, morning, Morning(morning.workspace, morning.timezone, day, due_at))
    return f"the morning in {morning.timezone} ({morning.day.isoformat()})"
