"""Requests that wait for a decision: recorded, found, decided, and expired when their item changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, select
from sqlalchemy.orm import Session

from bot.domain.errors import NotFound
from bot.domain.item import Item, Moved
from bot.domain.lifecycle import Action
from bot.domain.request import Ask, Request, Status, ends_request
from storage.columns import columns_of, fetch
from storage.tables.approval import ApprovalRow
from storage.tables.base import Instant

GONE = "That request does not exist. `/actionitem show N` shows how the item stands."


def record_request(session: Session, item: Item, asks: Ask, *, asked_by: str, asked_at: datetime) -> Request:
    """A new request about *item*. The database refuses a second pending one."""
    return request_of(_record(session, item, asks, asked_by=asked_by, asked_at=asked_at))


def _record(session: Session, item: Item, asks: Ask, *, asked_by: str, asked_at: datetime) -> ApprovalRow:
    row = ApprovalRow(
        workspace=item.workspace,
        number=item.number,
        action=asks.action.value,
        asked_by=asked_by,
        approver=asks.approver,
        asked_at=asked_at,
        terms=dict(asks.terms),
        status=Status.PENDING.value,
        decided_by="",
        why="",
    )
    session.add(row)
    session.flush()
    return row


def get_request(session: Session, workspace: str, request_id: int) -> Request:
    """Raises `NotFound` when the workspace has no such request."""
    # Read anew even where the session has it: it may have been read before its item was locked, and decided since.
    row = session.get(ApprovalRow, request_id, populate_existing=True)
    if row is None or row.workspace != workspace:
        raise NotFound(GONE)
    return request_of(row)


def get_request_about(session: Session, item: Item, request_id: int) -> Request:
    """As `get_request`; raises `NotFound` also for one about another item: who may decide here may not decide there."""
    found = get_request(session, item.workspace, request_id)
    if found.number != item.number:
        raise NotFound(GONE)
    return found


def record_decision(session: Session, request: Request, status: Status, *, by: str, at: datetime, why: str) -> Request:
    """What became of the request. Its item is locked, so that nobody else decides meanwhile."""
    row = session.get_one(ApprovalRow, request.id)
    row.status, row.decided_by, row.decided_at, row.why = status.value, by, at, why
    session.flush()
    return request_of(row)


def settle(session: Session, moved: Moved) -> ApprovalRow | None:
    """What the change means for requests about its item: decided, expired, a new one. The item is locked meanwhile.

    Returns the new one, if there is one.
    """
    item, change = moved.item, moved.change
    waits = item.request if item.request and item.request.is_pending else None
    status = moved.settles or (Status.EXPIRED if ends_request(change) else None)
    if waits and status:
        why = change.why if status is Status.DECLINED else ""
        record_decision(session, waits, status, by=change.by, at=change.at, why=why)
    if moved.asks is None:
        return None
    return _record(session, item, moved.asks, asked_by=change.by, asked_at=change.at)


def list_to_remind(
    session: Session, workspace: str | None, asked_before: datetime, after: int, limit: int
) -> list[Request]:
    """Pending requests asked before that moment whose approver was not reminded yet; ids above *after*, in order.

    *workspace* None: of every workspace.
    """
    query = select(ApprovalRow).where(
        *_unanswered(asked_before),
        # A page goes on from an id: an offset would skip, because those that are reminded leave the list.
        ApprovalRow.id > after,
    )
    if workspace is not None:
        query = query.where(ApprovalRow.workspace == workspace)
    rows = session.scalars(query.order_by(ApprovalRow.id).limit(limit))
    return [request_of(row) for row in rows]


def list_of_approver(session: Session, workspace: str, approver: str, asked_before: datetime) -> list[Request]:
    """As `list_to_remind`, all that one person is to decide, the longest waiting first."""
    given = {"of": workspace, "asked": approver, "before": asked_before}
    return [request_of(row) for row in fetch(session, _OF_APPROVER, given)]


def list_approvers(session: Session, workspace: str, asked_before: datetime) -> list[str]:
    """Who is to decide about a request that was asked before that moment, and was not reminded yet."""
    return list(fetch(session, _APPROVERS, {"of": workspace, "before": asked_before}).scalars())


def _unanswered(asked_before: Any) -> tuple[ColumnElement[bool], ...]:
    waits = ApprovalRow.status == Status.PENDING.value
    return waits, ApprovalRow.asked_at < asked_before, ApprovalRow.reminded_at.is_(None)


_WAITING = and_(*_unanswered(bindparam("before", type_=Instant())), ApprovalRow.workspace == bindparam("of"))
_OF_APPROVER = (
    select(*columns_of(ApprovalRow))
    .where(_WAITING, ApprovalRow.approver == bindparam("asked"))
    .order_by(ApprovalRow.id)
)
_APPROVERS = select(ApprovalRow.approver).where(_WAITING).distinct().order_by(ApprovalRow.approver)


def claim_reminder(session: Session, request: Request, at: datetime) -> bool:
    """Whether this caller reminds: of several replicas one does, and only while the request waits."""
    # Locked and read anew: *request* was read in an earlier transaction, and somebody may have decided it since.
    row = session.get_one(ApprovalRow, request.id, with_for_update=True, populate_existing=True)
    if row.reminded_at is not None or row.status != Status.PENDING.value:
        return False
    row.reminded_at = at
    session.flush()
    return True


def request_of(row: ApprovalRow | Row[Any]) -> Request:
    """The row as the rules know it."""
    return Request(
        workspace=row.workspace,
        id=row.id,
        number=row.number,
        action=Action(row.action),
        asked_by=row.asked_by,
        approver=row.approver,
        asked_at=row.asked_at,
        terms=row.terms,
        status=Status(row.status),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        why=row.why,
        reminded_at=row.reminded_at,
    )
