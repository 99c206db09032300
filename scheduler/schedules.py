"""Sets when a team's rituals are due next; called whenever a team is created or its times change."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.teams import Team
from scheduler.rituals.registry import RITUALS
from storage.schedules import Schedule, record_schedule


def schedule_team(session: Session, team: Team, now: datetime) -> None:
    """Every ritual of *team* is next due at its first time after *now*."""
    for ritual in RITUALS.values():
        occurrence = ritual.next_occurrence(team, now)
        record_schedule(
            session,
            Schedule(team.workspace, team.id, ritual.name, occurrence.nominal_on, occurrence.due_at),
        )
