"""Webhooks: where they go, what has happened for them, and what became of each delivery."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.errors import NotFound
from bot.domain.webhook import Webhook
from bot.domain.words import Text
from storage.forgetting import forget_some
from storage.tables.webhook import EventRow, WebhookDeliveryRow, WebhookRow

KEPT_FOR = timedelta(days=30)
"""How long deliveries are shown."""


@dataclass(frozen=True)
class WebhookEvent:
    """Something that happened: a line of an item's history, an incident that is new or changed, or what *kind* says of
    the item with that number."""

    id: int
    workspace: str
    change_id: int | None
    incident_id: int | None
    is_new: bool
    item_number: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class WebhookDelivery:
    """An event for one webhook, and what became of it."""

    id: str
    workspace: str
    webhook_id: int
    kind: str
    subject: str
    body: str
    created_at: datetime
    tried_since: datetime
    sendings: int = 1
    attempts: int = 0
    last_tried_at: datetime | None = None
    status: int | None = None
    error: str = ""
    delivered_at: datetime | None = None
    failed_at: datetime | None = None


def record_webhook(
    session: Session,
    workspace: str,
    url: str,
    events: Sequence[str],
    secret: str,
    *,
    private: bool,
    private_network: bool,
    at: datetime,
) -> Webhook:
    """A new one. `secret` as it is stored."""
    row = WebhookRow(
        workspace=workspace, url=url, events=" ".join(events), private=private, private_network=private_network,
        secret=secret, created_at=at, disabled_because="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return _webhook(row)


def list_webhooks(session: Session, workspace: str, *, live: bool = False) -> list[Webhook]:
    """Those of the workspace, the oldest first; with `live` those that are not disabled."""
    query = select(WebhookRow).where(WebhookRow.workspace == workspace)
    query = query.where(WebhookRow.disabled_at.is_(None)) if live else query
    return [_webhook(row) for row in session.scalars(query.order_by(WebhookRow.id))]


def get_webhook(session: Session, workspace: str, named: str) -> Webhook:
    """By its id or its address, the newest of that address. Raises `NotFound`."""
    is_it = WebhookRow.url == named
    if named.isascii() and named.isdigit() and len(named) < 19:  # noqa: PLR2004 – what the column holds
        is_it = or_(is_it, WebhookRow.id == int(named))
    query = select(WebhookRow).where(WebhookRow.workspace == workspace, is_it).order_by(WebhookRow.id.desc()).limit(1)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(Text("There is no webhook “{name}”. `actionitem webhook list` shows them.", name=named[:100]))
    return _webhook(row)


def find_webhook(session: Session, webhook_id: int) -> Webhook | None:
    """The webhook, if it is still there."""
    row = session.get(WebhookRow, webhook_id)
    return _webhook(row) if row else None


def remove_webhook(session: Session, webhook_id: int) -> None:
    """It and its deliveries are gone."""
    session.execute(delete(WebhookDeliveryRow).where(WebhookDeliveryRow.webhook_id == webhook_id))
    session.execute(delete(WebhookRow).where(WebhookRow.id == webhook_id))


def record_rotated(session: Session, webhook_id: int, secret: str, before_until: datetime) -> None:
    """A new secret; the one of before stays valid until then."""
    row = session.get_one(WebhookRow, webhook_id)
    row.secret_before, row.before_until, row.secret = row.secret, before_until, secret


def record_disabled(session: Session, webhook_id: int, at: datetime, because: str) -> bool:
    """No more is sent there; whether it was sent to until now."""
    here = (WebhookRow.id == webhook_id, WebhookRow.disabled_at.is_(None))
    values = {"disabled_at": at, "disabled_because": because}
    return session.execute(update(WebhookRow).where(*here).values(values).returning(WebhookRow.id)).first() is not None


def record_working(session: Session, webhook_id: int, at: datetime | None) -> None:
    """Since when nothing is taken there; None: something was just taken."""
    here = WebhookRow.id == webhook_id
    if at is None:
        session.execute(
            update(WebhookRow).where(here, WebhookRow.failing_since.is_not(None)).values(failing_since=None)
        )
    else:
        session.execute(update(WebhookRow).where(here, WebhookRow.failing_since.is_(None)).values(failing_since=at))


def secrets_at(session: Session, webhook_id: int, now: datetime) -> tuple[str, ...]:
    """What is signed with at *now*, as it is stored: the newest secret first."""
    row = session.get_one(WebhookRow, webhook_id)
    holds = row.secret_before and row.before_until and row.before_until > now
    return (row.secret, row.secret_before) if holds and row.secret_before else (row.secret,)


def take_events(session: Session, limit: int) -> list[WebhookEvent]:
    """The oldest events, which are gone with this transaction. Of two takers the second waits."""
    rows = list(session.scalars(select(EventRow).order_by(EventRow.id).limit(limit).with_for_update()))
    taken = [_event(row) for row in rows]
    if taken:
        session.execute(delete(EventRow).where(EventRow.id.in_([event.id for event in taken])))
    return taken


def record_events(session: Session, workspace: str, kind: str, numbers: Iterable[int]) -> None:
    """That happened to these items, where anybody wants to hear of anything. What their histories say notes itself."""
    if (numbers := list(numbers)) and list_webhooks(session, workspace, live=True):
        rows = [EventRow(workspace=workspace, item_number=number, kind=kind, is_new=False) for number in numbers]
        session.add_all(rows)


def record_delivery(session: Session, made: WebhookDelivery) -> None:
    """A delivery that is to be sent."""
    session.add(WebhookDeliveryRow(**vars(made)))
    session.flush()


def find_delivery(session: Session, delivery_id: str) -> WebhookDelivery | None:
    """The delivery, if its webhook is still there."""
    row = session.get(WebhookDeliveryRow, delivery_id, populate_existing=True)
    return _delivery(row) if row else None


def list_deliveries(
    session: Session, workspace: str, *, failed: bool = False, limit: int = 1000
) -> list[WebhookDelivery]:
    """The newest first; with `failed` those that nobody has taken, given up or still tried."""
    query = select(WebhookDeliveryRow).join(WebhookRow).where(WebhookRow.workspace == workspace)
    if failed:
        query = query.where(WebhookDeliveryRow.delivered_at.is_(None), WebhookDeliveryRow.attempts > 0)
    newest = query.order_by(WebhookDeliveryRow.created_at.desc(), WebhookDeliveryRow.id.desc()).limit(limit)
    return [_delivery(row) for row in session.scalars(newest)]


def record_attempt(
    session: Session, delivery_id: str, at: datetime, *, status: int | None, error: str, done: bool, over: bool
) -> None:
    """What an attempt came to: *done* it was taken, *over* it is given up."""
    row = session.get(WebhookDeliveryRow, delivery_id)
    if row is None:  # its webhook was removed meanwhile
        return
    row.attempts += 1
    row.last_tried_at, row.status, row.error = at, status, error
    row.delivered_at, row.failed_at = at if done else None, at if over else None


def record_again(session: Session, delivery_id: str, at: datetime) -> int:
    """It is sent once more, from *at* on; for the how-manieth time."""
    row = session.get_one(WebhookDeliveryRow, delivery_id, with_for_update=True)
    row.sendings += 1
    row.tried_since, row.delivered_at, row.failed_at = at, None, None
    return row.sendings


def forget_old_deliveries(session: Session, now: datetime) -> int:
    """Deletes deliveries older than `KEPT_FOR`, some at a time; returns how many."""
    return forget_some(session, WebhookDeliveryRow, WebhookDeliveryRow.created_at < now - KEPT_FOR)


def _webhook(row: WebhookRow) -> Webhook:
    return Webhook(
        workspace=row.workspace,
        id=row.id,
        url=row.url,
        events=tuple(row.events.split()),
        private=row.private,
        private_network=row.private_network,
        created_at=row.created_at,
        failing_since=row.failing_since,
        disabled_at=row.disabled_at,
        disabled_because=row.disabled_because,
    )


def _event(row: EventRow) -> WebhookEvent:
    return WebhookEvent(**{name: getattr(row, name) for name in WebhookEvent.__dataclass_fields__})


def _delivery(row: WebhookDeliveryRow) -> WebhookDelivery:
    return WebhookDelivery(**{name: getattr(row, name) for name in WebhookDelivery.__dataclass_fields__})
