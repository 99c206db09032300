"""What awaits one person: requests to approve, items to accept, to verify, to say something about. One query."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from bot.domain.digest import STALE_AFTER
from bot.domain.home import Awaits
from bot.domain.lifecycle import OPEN, State
from bot.domain.queries import Viewer
from bot.domain.request import Status
from storage.tables.approval import ApprovalRow
from storage.tables.item import ItemRow
from storage.tables.team import TeamRow
from storage.visibility import visible_to

_UNMOVED = (State.NOT_STARTED.value, State.IN_PROGRESS.value)
_WHYS = tuple(Awaits)
_ASKED = aliased(ApprovalRow)  # another name: who may see an item asks the same table


PENDING = 1_000_000
"""Requests that wait in a workspace: more than there ever are."""


def list_awaiting(
    session: Session, workspace: str, viewer: Viewer, *, now: datetime, limit: int
) -> tuple[list[tuple[Awaits, int]], int]:
    """Why and which item, the most pressing first, and how many there are in all.

    Two halves, each of which has an index: what somebody must decide, and what its owner must do.
    """
    both = union_all(_to_decide(workspace, viewer), _to_do(workspace, viewer, now)).subquery()
    query = select(both.c.why, both.c.number, func.count().over()).order_by(both.c.why, both.c.due, both.c.number)
    rows = session.execute(query.limit(limit)).all()
    return [(_WHYS[row[0]], row[1]) for row in rows], (rows[0][2] if rows else 0)


def _to_decide(workspace: str, viewer: Viewer) -> Select[int, int, date]:
    led = select(TeamRow.id).where(TeamRow.workspace == workspace, TeamRow.lead == viewer.user)
    # Few, and picked first, which the limit brings about: else SQLite walks all items of the workspace.
    pending = (_ASKED.workspace == workspace, _ASKED.status == Status.PENDING.value, _ASKED.asked_by != viewer.user)
    waiting = select(_ASKED.number, _ASKED.approver).where(*pending).limit(PENDING).subquery()
    asked = or_(waiting.c.approver == viewer.user, ItemRow.team_id.in_(led))
    query = select(literal(_WHYS.index(Awaits.APPROVE)).label("why"), ItemRow.number, ItemRow.due)
    query = query.join(waiting, ItemRow.number == waiting.c.number)
    return query.where(ItemRow.workspace == workspace, asked, *visible_to(viewer))


def _to_do(workspace: str, viewer: Viewer, now: datetime) -> Select[int, int, date]:
    to_accept: ColumnElement[bool] = and_(ItemRow.awaits_acceptance, ItemRow.state.in_([state.value for state in OPEN]))
    to_verify = ItemRow.state == State.IMPLEMENTED.value
    progress = func.coalesce(ItemRow.last_progress_at, ItemRow.created_at)
    to_answer = and_(ItemRow.state.in_(_UNMOVED), progress <= now - STALE_AFTER)
    unanswered = or_(ItemRow.reviewed_on.is_(None), ItemRow.reviewed_on < ItemRow.nudged_on)
    to_hold = and_(ItemRow.state == State.CLOSED.value, ItemRow.nudged_on.is_not(None), unanswered)
    why = case(
        (to_accept, _WHYS.index(Awaits.ACCEPT)),
        (to_verify, _WHYS.index(Awaits.VERIFY)),
        (to_hold, _WHYS.index(Awaits.HOLD)),
        else_=_WHYS.index(Awaits.ANSWER),
    )
    mine = and_(ItemRow.workspace == workspace, ItemRow.owner == viewer.user)
    any_of_them = or_(to_accept, to_verify, to_answer, to_hold)
    return select(why.label("why"), ItemRow.number, ItemRow.due).where(mine, any_of_them, *visible_to(viewer))
