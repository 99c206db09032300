"""The figures of a team's digest, counted in SQL: the cost is that of one team, however large the workspace."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, null, or_, select, true, update
from sqlalchemy.orm import Session

from bot.domain.digest import AT_LEAST, FIRST, Figures, Section, Week
from bot.domain.item import Item
from bot.domain.lifecycle import OPEN, PARKED, State
from bot.domain.queries import Viewer
from bot.domain.request import Status
from bot.domain.span import instant
from bot.domain.team import Team
from storage.items import list_numbered, list_numbers, list_where
from storage.measures import Stretch, count_flow
from storage.tables.approval import ApprovalRow
from storage.tables.base import UNSAID
from storage.tables.item import ItemRow
from storage.tables.ritual import RunRow
from storage.visibility import visible_to


def count_figures(session: Session, team: Team, week: Week, viewer: Viewer) -> Figures:
    """What *viewer* (the team's channel) may see of the team's items, counted; and how many it may not."""
    of_team = and_(ItemRow.workspace == team.workspace, ItemRow.team_id == team.id)
    visible = and_(*visible_to(viewer))
    is_open = and_(of_team, ItemRow.state.in_([state.value for state in OPEN]))
    now = session.execute(select(*_now(week)).where(is_open, visible)).one()
    # Only their number: the digest says how many private items there are, and nothing else does (issue 5).
    all_open = session.scalar(select(func.count()).where(is_open)) or 0
    deferred = and_(of_team, visible, ItemRow.state.in_([state.value for state in PARKED]))
    parked = session.execute(select(func.count(), func.min(ItemRow.deferred_at)).where(deferred)).one()
    # Counted by the history as the monthly report does, not by the items' columns: an idea counts at its promotion.
    last_week = Stretch(instant(week.last_monday), instant(week.this_monday))
    flow = count_flow(session, team.workspace, (team.id,), last_week, viewer)
    return Figures(
        open=now.open,
        overdue=now.overdue,
        due_this_week=now.due_this_week,
        blocked=now.blocked,
        awaiting_verification=now.awaiting_verification,
        stale=now.stale,
        created=flow.created,
        ended=flow.ended,
        merged=flow.merged,
        deferred=parked[0],
        deferred_since=parked[1].astimezone(team.zone).date() if parked[1] else None,
        private=all_open - now.open,
        unranked=now.unranked,
        moved_at=_moved_at(session, of_team, visible),
    )


def list_first(
    session: Session, team: Team, week: Week, viewer: Viewer, spare: int, came_back: Collection[int] = ()
) -> list[Item]:
    """What a digest may name of the team's open items: the first by rank, of all and of each section that has its own.

    *spare*: so many more of each, because they may be named elsewhere. *came_back* are incidents that did.
    """
    is_open = (ItemRow.team_id == team.id, ItemRow.state.in_([state.value for state in OPEN]))
    sections = {
        Section.OVERDUE: ItemRow.due < week.today,
        Section.DUE: ItemRow.due.between(week.today, week.sunday),
        Section.UNRANKED: _unranked(),
    }
    wanted = [(FIRST, true()), *((AT_LEAST[section], condition) for section, condition in sections.items())]
    # Numbers first, and the items once: what belongs to an item is three statements more each time.
    # What came back may be of any rank, and few items are of such an incident.
    wanted += [(FIRST, and_(ItemRow.due < week.today, ItemRow.incident_id.in_(came_back)))] if came_back else []
    numbers = [
        number
        for limit, condition in wanted
        for number in list_numbers(session, team.workspace, *is_open, condition, viewer=viewer, limit=limit + spare)
    ]
    return list(list_numbered(session, team.workspace, set(numbers)).values())


def list_awaiting(session: Session, workspace: str, teams: Collection[int], viewer: Viewer, limit: int) -> list[Item]:
    """The teams' items about which a request waits, the longest waiting first, as far as *viewer* may see them."""
    waits = (
        ApprovalRow.workspace == ItemRow.workspace,
        ApprovalRow.number == ItemRow.number,
        ApprovalRow.status == Status.PENDING.value,
    )
    undecided = [state.value for state in (*OPEN, *PARKED)]
    wanted = (ItemRow.team_id.in_(teams), ItemRow.state.in_(undecided), exists().where(*waits))
    found = list_where(session, workspace, *wanted, viewer=viewer)
    asked = (item for item in found if item.request is not None)
    # Sorted and cut here: when it was asked stands with the request, not with the item.
    return sorted(asked, key=lambda item: item.request.asked_at if item.request else item.created_at)[:limit]


def list_answered(session: Session, team: Team, since: datetime, viewer: Viewer, limit: int) -> list[Item]:
    """The team's items that had stood still and of which a status was given since, as far as *viewer* may see them."""
    return list_where(
        session, team.workspace, ItemRow.team_id == team.id, ItemRow.answered_at >= since, viewer=viewer, limit=limit
    )


def record_shown(session: Session, team: Team, ritual: str, period: str, shown: dict[str, Any]) -> None:
    """Keeps what was said in that period, so that its buttons can be taken away when the next one follows."""
    session.execute(
        update(RunRow)
        .where(*_run(team, ritual), RunRow.period == period)
        .values(shown=shown)
        .execution_options(synchronize_session=False)
    )


def find_last_shown(session: Session, team: Team, ritual: str, before: str) -> tuple[str, str] | None:
    """(period, channel) of what was said last for an earlier period; what was said before that is forgotten.

    A digest that a `tick` at an earlier time posts afterwards is no newer one.
    """
    earlier = select(RunRow.period, RunRow.shown).where(*_run(team, ritual), RunRow.shown.is_not(None))
    found = session.execute(earlier.where(RunRow.period < before).order_by(RunRow.period.desc()).limit(1)).first()
    # Whole messages are kept here, so only the newest one: an older one has lost its buttons already.
    _forget_shown(session, team, ritual, before=found.period if found else before)
    return (found.period, str(found.shown["to"])) if found else None


def find_shown(session: Session, workspace: str, team_id: int, ritual: str, period: str) -> dict[str, Any] | None:
    """What was said in that period, while it is kept."""
    run = (RunRow.workspace == workspace, RunRow.team_id == team_id, RunRow.ritual == ritual, RunRow.period == period)
    return session.scalar(select(RunRow.shown).where(*run))


def _forget_shown(session: Session, team: Team, ritual: str, before: str) -> None:
    session.execute(
        update(RunRow)
        .where(*_run(team, ritual), RunRow.shown.is_not(None), RunRow.period < before)
        .values(shown=null())
        .execution_options(synchronize_session=False)
    )


def _run(team: Team, ritual: str) -> list[ColumnElement[bool]]:
    return [RunRow.workspace == team.workspace, RunRow.team_id == team.id, RunRow.ritual == ritual]


def _moved_at(session: Session, of_team: ColumnElement[bool], visible: ColumnElement[bool]) -> datetime | None:
    """When an item of the team last moved, was made or ended."""
    alive = ItemRow.state.in_([state.value for state in OPEN | PARKED])
    progress = func.coalesce(ItemRow.last_progress_at, ItemRow.created_at)
    # Two lookups with an index each, and not the maximum over all that ever was.
    moved = session.scalar(select(func.max(progress)).where(of_team, alive, visible))
    ended = session.scalar(
        select(ItemRow.ended_at)
        .where(of_team, ItemRow.ended_at.is_not(None), visible)
        .order_by(ItemRow.ended_at.desc())
        .limit(1)
    )
    return max((at for at in (moved, ended) if at), default=None)


def _unranked() -> ColumnElement[bool]:
    """Nobody gave its impact or its effort."""
    return or_(ItemRow.impact == UNSAID, ItemRow.effort == UNSAID)


def _now(week: Week) -> list[ColumnElement[int]]:
    progress = func.coalesce(ItemRow.last_progress_at, ItemRow.created_at)
    return [
        func.count().label("open"),
        _count_if(ItemRow.due < week.today).label("overdue"),
        _count_if(ItemRow.due.between(week.today, week.sunday)).label("due_this_week"),
        _count_if(ItemRow.blocked.is_(True)).label("blocked"),
        _count_if(ItemRow.state == State.IMPLEMENTED.value).label("awaiting_verification"),
        _count_if(progress <= week.stale_since).label("stale"),
        _count_if(_unranked()).label("unranked"),
    ]


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    # The sum over no rows is NULL.
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
