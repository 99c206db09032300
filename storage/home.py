"""What awaits one person: requests to approve, items to accept, to verify, to say something about. One query."""

from datetime import date, datetime
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from bot.domain.digest import STALE_AFTER
from bot.domain.home import Awaits
from bot.domain.lifecycle import State
from bot.domain.queries import Viewer
from bot.domain.request import Status
from storage.columns import fetch_all
from storage.conditions import IS_OPEN, PROGRESS, is_one_of
from storage.tables.approval import ApprovalRow
from storage.tables.item import ItemRow
from storage.tables.team import TeamRow
from storage.visibility import parameters_of, visible_to_any

_UNMOVED = (State.NOT_STARTED, State.IN_PROGRESS)
_WHYS = tuple(Awaits)
_OF: BindParameter[str] = bindparam("of")
_VIEWER: BindParameter[str] = bindparam("viewer")  # of `parameters_of`
_ASKED = aliased(ApprovalRow)  # another name: who may see an item asks the same table


PENDING = 1_000_000
"""Requests that wait in a workspace: more than there ever are."""


def list_awaiting(
    session: Session, workspace: str, viewer: Viewer, *, now: datetime, limit: int
) -> tuple[list[tuple[Awaits, int]], int]:
    """Why and which item, the most pressing first, and how many there are in all.

    Two halves, each of which has an index: what somebody must decide, and what its owner must do.
    """
    given = {"of": workspace, "stale_since": now - STALE_AFTER, "most": limit} | parameters_of(viewer)
    rows = fetch_all(session, _awaiting(outsider=viewer.only is not None), given)
    return [(_WHYS[row[0]], row[1]) for row in rows], (rows[0][2] if rows else 0)


@cache  # each App Home asks it
def _awaiting(*, outsider: bool) -> Select[int, int, int]:
    both = union_all(_to_decide(outsider=outsider), _to_do(outsider=outsider)).subquery()
    query = select(both.c.why, both.c.number, func.count().over()).order_by(both.c.why, both.c.due, both.c.number)
    return query.limit(bindparam("most"))


def _to_decide(*, outsider: bool) -> Select[int, int, date]:
    led = select(TeamRow.id).where(TeamRow.workspace == _OF, TeamRow.lead == _VIEWER)
    # Few, and picked first, which the limit brings about: else SQLite walks all items of the workspace.
    pending = (_ASKED.workspace == _OF, is_one_of(_ASKED.status, [Status.PENDING]), _ASKED.asked_by != _VIEWER)
    waiting = select(_ASKED.number, _ASKED.approver).where(*pending).limit(PENDING).subquery()
    asked = or_(waiting.c.approver == _VIEWER, ItemRow.team_id.in_(led))
    query = select(literal(_WHYS.index(Awaits.APPROVE)).label("why"), ItemRow.number, ItemRow.due)
    query = query.join(waiting, ItemRow.number == waiting.c.number)
    return query.where(ItemRow.workspace == _OF, asked, visible_to_any(outsider=outsider))


def _to_do(*, outsider: bool) -> Select[int, int, date]:
    to_accept: ColumnElement[bool] = and_(ItemRow.awaits_acceptance, IS_OPEN)
    to_verify = ItemRow.state == State.IMPLEMENTED.value
    to_answer = and_(is_one_of(ItemRow.state, _UNMOVED), bindparam("stale_since", type_=PROGRESS.type) >= PROGRESS)
    unanswered = or_(ItemRow.reviewed_on.is_(None), ItemRow.reviewed_on < ItemRow.nudged_on)
    to_hold = and_(ItemRow.state == State.CLOSED.value, ItemRow.nudged_on.is_not(None), unanswered)
    why = case(
        (to_accept, _WHYS.index(Awaits.ACCEPT)),
        (to_verify, _WHYS.index(Awaits.VERIFY)),
        (to_hold, _WHYS.index(Awaits.HOLD)),
        else_=_WHYS.index(Awaits.ANSWER),
    )
    mine = and_(ItemRow.workspace == _OF, ItemRow.owner == _VIEWER)
    any_of_them = or_(to_accept, to_verify, to_answer, to_hold)
    return select(why.label("why"), ItemRow.number, ItemRow.due).where(
        mine, any_of_them, visible_to_any(outsider=outsider)
    )
