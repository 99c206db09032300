"""The figures of a team's digest, counted in SQL: the cost is that of one team, however large the workspace."""

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from bot.domain.digest import Figures, Week
from bot.domain.lifecycle import ENDED, OPEN, PARKED, State
from bot.domain.queries import Viewer
from bot.domain.teams import Team
from storage.items import visible_to
from storage.tables import ItemRow

_NEVER_COUNTED = (State.FUTURE_CONSIDERATION.value, State.DECLINED.value)


def count_figures(session: Session, team: Team, week: Week, viewer: Viewer) -> Figures:
    """What *viewer* (the team's channel) may see of the team's items, counted; and how many it may not."""
    of_team = and_(ItemRow.workspace == team.workspace, ItemRow.team_id == team.id)
    visible = and_(*visible_to(viewer))
    is_open = and_(of_team, ItemRow.state.in_([state.value for state in OPEN]))
    now = session.execute(select(*_now(week)).where(is_open, visible)).one()
    all_open = session.scalar(select(func.count()).where(is_open)) or 0
    deferred = and_(of_team, visible, ItemRow.state.in_([state.value for state in PARKED]))
    return Figures(
        open=now.open,
        overdue=now.overdue,
        due_this_week=now.due_this_week,
        blocked=now.blocked,
        awaiting_verification=now.awaiting_verification,
        stale=now.stale,
        created=_count_created(session, and_(of_team, visible), week),
        ended=_count_ended(session, and_(of_team, visible), week),
        deferred=session.scalar(select(func.count()).where(deferred)) or 0,
        private=all_open - now.open,
    )


def _now(week: Week) -> list[ColumnElement[int]]:
    progress = func.coalesce(ItemRow.last_progress_at, ItemRow.created_at)
    return [
        func.count().label("open"),
        _count_if(ItemRow.due < week.today).label("overdue"),
        _count_if(ItemRow.due.between(week.today, week.sunday)).label("due_this_week"),
        _count_if(ItemRow.blocked.is_(True)).label("blocked"),
        _count_if(ItemRow.state == State.IMPLEMENTED.value).label("awaiting_verification"),
        _count_if(progress <= week.stale_since).label("stale"),
    ]


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _count_created(session: Session, of_team: ColumnElement[bool], week: Week) -> int:
    in_week = and_(ItemRow.created_at >= week.last_monday, ItemRow.created_at < week.this_monday)
    query = select(func.count()).where(of_team, in_week, ItemRow.state.not_in(_NEVER_COUNTED))
    return session.scalar(query) or 0


def _count_ended(session: Session, of_team: ColumnElement[bool], week: Week) -> int:
    in_week = and_(ItemRow.ended_at >= week.last_monday, ItemRow.ended_at < week.this_monday)
    query = select(func.count()).where(of_team, in_week, ItemRow.state.in_([state.value for state in ENDED]))
    return session.scalar(query) or 0
