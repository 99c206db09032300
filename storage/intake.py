"""What the quota and the intake freeze count: both are shown, so what their readers may not know of is left out."""

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.intake import Flow, Freeze, Gate, freeze
from bot.domain.lifecycle import State
from bot.domain.month import month_of, period_at
from bot.domain.queries import Viewer
from bot.domain.team import Team
from storage.measures import count_flows
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow

_NOT_TAKEN = (State.FUTURE_CONSIDERATION, State.DECLINED, State.MERGED, State.WONT_DO)
EVERYBODY = Viewer("")
DEFAULT_QUOTA = 5


def gate(
    session: Session, workspace: str, incident_id: int | None, team: Team | None, now: datetime, *, lock: bool = True
) -> Gate:
    """Whether the incident and the team take one more item. Locks the incident until commit, unless it is only shown.

    So of two people who submit the last item of a quota at once, the second is counted after the first.
    """
    used = 0
    if incident_id is not None:
        if lock:
            session.execute(select(IncidentRow.id).where(IncidentRow.id == incident_id).with_for_update())
        used = _count_taken(session, workspace, incident_id)
    quota = (team.quota if team else DEFAULT_QUOTA) if incident_id is not None else None
    return Gate(quota=quota, used=used, freeze=_freeze(session, team, now) if team else None)


def _freeze(session: Session, team: Team, now: datetime) -> Freeze | None:
    """By the figures of the monthly report, of what everybody may see."""
    this = month_of(now, team.zone)
    periods = [period_at(month, team.zone, now) for month in (this.previous, this)]
    flows = iter(count_flows(session, team.workspace, (team.id,), [each for each in periods if each], EVERYBODY))
    last, running = (next(flows) if period else Flow() for period in periods)
    return freeze(last, running)


def _count_taken(session: Session, workspace: str, incident_id: int) -> int:
    """Of a public incident, what was made in private channels is not counted: how many there are is nobody else's."""
    private = select(IncidentRow.private).where(IncidentRow.id == incident_id).scalar_subquery()
    of_incident = and_(ItemRow.workspace == workspace, ItemRow.incident_id == incident_id)
    taken = ItemRow.state.not_in([state.value for state in _NOT_TAKEN])
    counted = or_(ItemRow.private.is_(False), private)
    return session.scalar(select(func.count()).where(of_incident, taken, counted)) or 0
