"""Sets when a team's rituals are due next; called whenever a team is created or its times change."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.team import Team
from scheduler.calendar import Occurrence
from scheduler.rituals.kinds import TeamRitual
from scheduler.rituals.registry import TEAM_RITUALS
from storage.morning_items import list_zones_without
from storage.mornings import record_zone
from storage.schedules import Schedule, find_schedule, list_teams_without, record_schedule
from storage.teams import get_team_by_id


def schedule_team(session: Session, team: Team, now: datetime) -> None:
    """Every ritual of *team* is next due at its first time after *now*.

    One that was set before keeps its period: a digest whose time is moved within its week is still posted in it.
    """
    for ritual in TEAM_RITUALS.values():
        before = find_schedule(session, team.id, ritual.name)
        if before is None:
            _record(session, team, ritual, ritual.rhythm.next_after(team, now))
        else:
            # Counted from now, a digest that is moved to an hour that has passed today would lose its week.
            _record(session, team, ritual, ritual.rhythm.again(team, before.nominal_on))


def schedule_what_is_missing(session: Session, now: datetime) -> None:
    """Rituals that are new to a team, and zones that are new to a workspace, begin after *now*."""
    for ritual in TEAM_RITUALS.values():
        for team_id in list_teams_without(session, ritual.name):
            team = get_team_by_id(session, team_id)
            _record(session, team, ritual, ritual.rhythm.next_after(team, now))
    for workspace, timezone in list_zones_without(session):
        record_zone(session, workspace, timezone, now)


def _record(session: Session, team: Team, ritual: TeamRitual, found: Occurrence) -> None:
    schedule = Schedule(team.workspace, team.id, ritual.name, found.nominal_on, found.due_at)
    record_schedule(session, schedule)
