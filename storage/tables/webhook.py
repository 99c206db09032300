"""The tables of outgoing webhooks: where they go, what has happened and is not sent out yet, and what became of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, BigId, Instant


class WebhookRow(Base):
    """Where events of a workspace go."""

    __tablename__ = "webhooks"
    __table_args__ = (Index("ix_webhooks_workspace", "workspace", "disabled_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    url: Mapped[str] = mapped_column(Text)
    events: Mapped[str] = mapped_column(Text)  # patterns, with spaces between
    private: Mapped[bool]
    private_network: Mapped[bool]  # may go to one
    secret: Mapped[str] = mapped_column(Text)  # sealed where there are keys
    secret_before: Mapped[str | None] = mapped_column(Text)
    before_until: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    failing_since: Mapped[datetime | None] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    disabled_because: Mapped[str] = mapped_column(Text, default="", server_default="")


class EventRow(Base):
    """What has happened in a workspace that has webhooks. Triggers of the database write it, so that none is missed,
    whoever changes what; deleted when its deliveries are made."""

    __tablename__ = "webhook_events"
    # Ids are never used again: deliveries are named by them, and sorted.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 – SQLAlchemy's way

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace: Mapped[str] = mapped_column(String(32))
    change_id: Mapped[int | None] = mapped_column(BigId)
    incident_id: Mapped[int | None] = mapped_column(BigId)
    is_new: Mapped[bool]
    # Of what no line of the history says: the item, and what became of it (`bot.domain.webhook.NOTED`).
    item_number: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(20), default="", server_default="")


class WebhookDeliveryRow(Base):
    """An event for one webhook: what is sent, and what became of it."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_webhook", "webhook_id", "created_at"),
        Index("ix_webhook_deliveries_created_at", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    workspace: Mapped[str] = mapped_column(String(32))
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40))  # item:12
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    tried_since: Mapped[datetime] = mapped_column(Instant)
    sendings: Mapped[int] = mapped_column(default=1, server_default="1")  # redelivered: 2, 3 …
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    last_tried_at: Mapped[datetime | None] = mapped_column(Instant)
    status: Mapped[int | None]
    error: Mapped[str] = mapped_column(Text, default="", server_default="")
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    failed_at: Mapped[datetime | None] = mapped_column(Instant)
