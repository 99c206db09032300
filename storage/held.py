"""Deliveries that are held after a restore: put there, listed, and sent or dropped when somebody says so."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.domain.messages import Message, Refresh
from bot.domain.request import Status
from bot.domain.restored import comes_twice, number_after
from bot.domain.subjects import RequestOf
from storage.once import insert_once
from storage.outbox import from_json
from storage.queued import QueueContent, Queued
from storage.tables.approval import ApprovalRow
from storage.tables.delivery import DeliveryWorker, HeldRow, OutboxRow, SentMessage
from storage.tables.workspace import WorkspaceRow


@dataclass(frozen=True)
class HeldDelivery:
    """A delivery that is held; `queued_at` is when its change was made."""

    id: int
    workspace: str
    delivery: str
    messages: Sequence[Message]
    queued_at: datetime


def hold_undelivered(session: Session, queue: QueueContent, *, older_than: datetime, now: datetime) -> int:
    """Takes what was not delivered out of outbox and queue; returns how many deliveries are held.

    What was queued after *older_than* stays there, and is looked for in Slack before it is sent. So is what shows
    nothing twice. Nobody delivers meanwhile: the processes of then are forgotten.
    """
    session.execute(delete(DeliveryWorker))
    undone = [*queue.list_undone(session), *_in_outbox(session)]
    held, limit = [], int(older_than.timestamp() * 1000)
    for each in undone:
        if not _repeats(session, each):
            continue
        if each.queued_at >= limit:
            doubt(session, each.workspace, _read(each), since=_moment(each.queued_at))
        else:
            held.append(each)
    session.add_all(_row(each, now) for each in held)
    queue.remove(session, [each.workflow for each in held if each.workflow])
    for each in held:
        if not each.workflow:
            here = (OutboxRow.workspace == each.workspace, OutboxRow.delivery == each.delivery)
            session.execute(delete(OutboxRow).where(*here))
    return len(held)


def doubt_reminders(session: Session) -> None:
    """Reminders of requests may have been sent: they are looked for before they are."""
    waiting = (ApprovalRow.status == Status.PENDING.value, ApprovalRow.reminded_at.is_(None))
    for row in session.scalars(select(ApprovalRow).where(*waiting)):
        _doubt(session, row.workspace, RequestOf(row.id).reminder, row.approver, row.asked_at)


def leave_numbers_free(session: Session) -> None:
    """Items go on behind numbers that may have been given since the backup."""
    for workspace, last in list(session.execute(select(WorkspaceRow.id, WorkspaceRow.last_item_number))):
        values = {"last_item_number": number_after(last)}
        session.execute(update(WorkspaceRow).where(WorkspaceRow.id == workspace).values(**values))


def list_held_deliveries(session: Session, ids: Collection[int] | None = None) -> list[HeldDelivery]:
    """Those with these ids, or all, the oldest first."""
    query = select(HeldRow).order_by(HeldRow.id)
    if ids is not None:
        query = query.where(HeldRow.id.in_(ids))
    return [
        HeldDelivery(
            row.id, row.workspace, row.delivery, [from_json(one) for one in row.messages], _moment(row.queued_at)
        )
        for row in session.scalars(query)
    ]


def count_held(session: Session) -> int:
    """How many deliveries are held."""
    return session.scalar(select(func.count()).select_from(HeldRow)) or 0


def release(session: Session, held: Iterable[HeldDelivery]) -> None:
    """Puts them into the outbox, in their order. Each message is looked for in Slack before it is sent."""
    for each in held:
        row = session.get_one(HeldRow, each.id)
        doubt(session, each.workspace, each.messages, since=each.queued_at)
        key = {"workspace": row.workspace, "delivery": row.delivery}
        insert_once(session, OutboxRow, key, {"messages": row.messages, "queued_at": row.queued_at})
        session.delete(row)
        session.flush()


def drop(session: Session, held: Iterable[HeldDelivery]) -> None:
    """They are never sent."""
    session.execute(delete(HeldRow).where(HeldRow.id.in_([each.id for each in held])))


def doubt(session: Session, workspace: str, messages: Iterable[Message], *, since: datetime) -> None:
    """Records that Slack may have taken them since then, unknown to us."""
    for message in messages:
        if not isinstance(message, Refresh):
            _doubt(session, workspace, message.key, message.to, since)


def _doubt(session: Session, workspace: str, key: str, recipient: str, since: datetime) -> None:
    row = session.get(SentMessage, (workspace, key))
    if row is None:
        row = SentMessage(workspace=workspace, key=key, recipient=recipient, attempts=0)
        session.add(row)
    if row.sent_at is None and row.failed_at is None:
        row.attempted_at = min(row.attempted_at or since, since)
        row.not_before = None


def _in_outbox(session: Session) -> list[Queued]:
    rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id))
    return [Queued("", row.workspace, row.delivery, row.messages, row.queued_at) for row in rows]


def _read(queued: Queued) -> list[Message]:
    return [from_json(one) for one in queued.messages]


def _repeats(session: Session, queued: Queued) -> bool:
    return any(comes_twice(each, stands=_stands(session, queued.workspace, each.key)) for each in _read(queued))


def _stands(session: Session, workspace: str, key: str) -> bool:
    row = session.get(SentMessage, (workspace, key))
    return row is not None and (row.sent_at is not None or row.failed_at is not None)


def _row(queued: Queued, now: datetime) -> HeldRow:
    return HeldRow(
        workspace=queued.workspace,
        delivery=queued.delivery,
        messages=list(queued.messages),
        queued_at=queued.queued_at,
        held_at=now,
    )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
