"""What the quota and the intake freeze count: both are shown, so what their readers may not know of is left out."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from bot.domain.intake import Flow, Gate, freeze
from bot.domain.lifecycle import State
from bot.domain.month import month_of, period_at
from bot.domain.queries import Viewer
from bot.domain.team import Team
from storage.measures import select_flow
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow

_NOT_TAKEN = (State.FUTURE_CONSIDERATION, State.DECLINED, State.MERGED, State.WONT_DO)
_TAKEN, _LAST, _RUNNING = range(3)
EVERYBODY = Viewer("")
DEFAULT_QUOTA = 5


def gate(
    session: Session, workspace: str, incident_id: int | None, team: Team | None, now: datetime, *, lock: bool = True
) -> Gate:
    """Whether the incident and the team take one more item. Locks the incident until commit, unless it is only shown
    or locked already.

    So of two people who submit the last item of a quota at once, the second is counted after the first.
    """
    # Before the count: PostgreSQL counts what is committed, so of two at once neither would see the other's item.
    if incident_id is not None and lock:
        session.execute(select(IncidentRow.id).where(IncidentRow.id == incident_id).with_for_update())
    queries = _flows(team, now) if team else []
    if incident_id is not None:
        queries.append(_taken(workspace, incident_id))
    # One statement for three counts: it is asked each time that somebody opens or submits the form.
    found = {row[0]: Flow(row[1], row[2]) for row in session.execute(union_all(*queries))} if queries else {}
    quota = (team.quota if team else DEFAULT_QUOTA) if incident_id is not None else None
    frozen = freeze(found.get(_LAST, Flow()), found.get(_RUNNING, Flow())) if team else None
    return Gate(quota=quota, used=found[_TAKEN].created if _TAKEN in found else 0, freeze=frozen)


def _flows(team: Team, now: datetime) -> list[Select[*tuple[Any, ...]]]:
    """By the figures of the monthly report, of what everybody may see: of the last month and of the running one."""
    this = month_of(now, team.zone)
    periods = {_LAST: period_at(this.previous, team.zone, now), _RUNNING: period_at(this, team.zone, now)}
    return [
        select_flow(team.workspace, (team.id,), period, EVERYBODY, name) for name, period in periods.items() if period
    ]


def _taken(workspace: str, incident_id: int) -> Select[*tuple[Any, ...]]:
    """Of a public incident, what was made in private channels is not counted: how many there are is nobody else's."""
    private = select(IncidentRow.private).where(IncidentRow.id == incident_id).scalar_subquery()
    of_incident = and_(ItemRow.workspace == workspace, ItemRow.incident_id == incident_id)
    taken = ItemRow.state.not_in([state.value for state in _NOT_TAKEN])
    counted = or_(ItemRow.private.is_(False), private)
    return select(literal(_TAKEN), func.count(), literal(0)).where(of_incident, taken, counted)
