"""What the quota and the intake freeze count: both are shown, so what their readers may not know of is left out."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, and_, bindparam, func, literal, or_, select
from sqlalchemy.orm import Session

from bot.domain.freeze import Intake, OpenWork, control_of, intake
from bot.domain.intake import Gate
from bot.domain.lifecycle import State
from bot.domain.measures import DAY, OwnThresholds
from bot.domain.month import Month, midnight, month_of
from bot.domain.queries import EVERYBODY
from bot.domain.span import MICROSECOND, OPEN_STANDING, Span, instant
from bot.domain.team import Team
from storage.columns import fetch
from storage.conditions import is_one_of
from storage.measures import is_item, of_teams, seen_by, seen_by_any
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow
from storage.tables.span import SpanRow
from storage.thresholds import list_thresholds
from storage.visibility import parameters_of

_NOT_TAKEN = (State.FUTURE_CONSIDERATION, State.DECLINED, State.MERGED, State.WONT_DO, State.DEFERRED)
DEFAULT_QUOTA = 5
LOOKED_BACK = 3
"""Months of a team's history that are read at first: nearly always the freeze began, or was lifted, in one of them."""


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
    used, frozen = 0, None
    given = {"workspace": workspace, "incident": incident_id}
    if team is None:
        # Without an incident there is nothing to count, and most forms are opened where there is none.
        used = fetch(session, _taken(), given).scalar_one() if incident_id is not None else 0
    else:
        # One statement for both, as it is asked each time that somebody opens or submits the form.
        counting = _opened(with_incident=incident_id is not None)
        used, count, overdue, oldest = fetch(session, counting, given | _now_of(team, now)).one()
        if oldest is not None:
            own = list_thresholds(session, team.workspace)
            # Without the percentile: when the very oldest is young enough, so are nine in ten. And a small, young
            # backlog is under control whatever its history, which most forms need not know.
            if control_of(OpenWork(count, overdue, (instant(now) - oldest) / DAY), own).signs:
                frozen = _intake(session, team, now, own).freeze
    quota = (team.quota if team else DEFAULT_QUOTA) if incident_id is not None else None
    return Gate(quota=quota, used=used, freeze=frozen)


def intake_of(session: Session, team: Team, now: datetime) -> Intake:
    """How the team's intake stands at *now*, by what everybody may see: its freeze, or what keeps it open."""
    return _intake(session, team, now, list_thresholds(session, team.workspace))


def _intake(session: Session, team: Team, now: datetime, own: OwnThresholds) -> Intake:
    since: Month | None = month_of(now, team.zone).plus(-LOOKED_BACK)
    while True:
        spans, first = _history(session, team, now, since)
        found = intake(spans, team.zone, now, own, first, since)
        if found is not None:
            return found
        since = None  # it stood as it stands for longer


@cache
def _opened(*, with_incident: bool) -> Select[*tuple[Any, ...]]:
    """What `_taken` says; and of what is open, how much, how much of it overdue, and since when the oldest counts.

    To be run with what `_now_of` says.
    """
    counted = _taken().scalar_subquery() if with_incident else literal(0)
    overdue, oldest = func.count().filter(SpanRow.due < bindparam("today")), func.min(SpanRow.counted_at)
    at = bindparam("at", type_=BigInteger())
    held = SpanRow.since < at, SpanRow.until >= at, SpanRow.counts_until >= at, SpanRow.standing == OPEN_STANDING
    of_team = SpanRow.workspace == bindparam("workspace"), SpanRow.team_id == bindparam("team")
    seen = seen_by_any(bindparam("workspace"), outsider=False)
    return select(counted, func.count(), overdue, oldest).where(*of_team, seen, *held)


def _now_of(team: Team, now: datetime) -> dict[str, Any]:
    today = now.astimezone(team.zone).date().toordinal()
    return {"team": team.id, "at": instant(now + MICROSECOND), "today": today} | parameters_of(EVERYBODY)


def _history(session: Session, team: Team, now: datetime, since: Month | None) -> tuple[list[Span], int | None]:
    """What held from that month on, and when the team's first item began to be counted."""
    first = select(func.min(SpanRow.since)).where(*_of(team), is_item()).scalar_subquery()
    columns = [getattr(SpanRow, name) for name in Span._fields]
    query = select(first, *columns).where(*_of(team), is_item(), SpanRow.since <= instant(now))
    if since is not None:
        begins = instant(midnight(since.first_day, team.zone))
        query = query.where(SpanRow.until >= begins, SpanRow.counts_until >= begins)
    rows = fetch(session, query).all()
    return [Span(*row[1:]) for row in rows], rows[0][0] if rows else None


def _of(team: Team) -> list[Any]:
    return [SpanRow.workspace == team.workspace, of_teams((team.id,)), seen_by(team.workspace, EVERYBODY)]


@cache
def _taken() -> Select[int]:
    """Of a public incident, what was made in private channels is not counted: how many there are is nobody else's."""
    incident = bindparam("incident", type_=BigInteger())
    private = select(IncidentRow.private).where(IncidentRow.id == incident).scalar_subquery()
    of_incident = and_(ItemRow.workspace == bindparam("workspace"), ItemRow.incident_id == incident)
    # The rest of a split is work that was promised already, in the item that it was split from.
    taken = and_(~is_one_of(ItemRow.state, _NOT_TAKEN), ItemRow.split_from.is_(None))
    counted = or_(ItemRow.private.is_(False), private)
    return select(func.count()).select_from(ItemRow).where(of_incident, taken, counted)
