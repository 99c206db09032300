"""The tables of durable delivery. What waits for a recipient's turn stands in DBOS's own tables; here is what has not
come there yet, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, BigId, Instant


class OutboxRow(Base):
    """What one change has to say, to whomever; deleted when it is handed over to the queue."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("workspace", "delivery"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace: Mapped[str] = mapped_column(Text)
    delivery: Mapped[str] = mapped_column(Text)
    messages: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    queued_at: Mapped[int] = mapped_column(BigInteger)  # milliseconds since 1970, as DBOS counts


class HeldRow(Base):
    """What was not delivered when a backup was made, and may have been since: sent only when somebody asks for it."""

    __tablename__ = "held_deliveries"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace: Mapped[str] = mapped_column(Text)
    delivery: Mapped[str] = mapped_column(Text)
    messages: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    queued_at: Mapped[int] = mapped_column(BigInteger)  # milliseconds since 1970, as in `outbox`
    held_at: Mapped[datetime] = mapped_column(Instant)


class SentMessage(Base):
    """One message, by the key that identifies it for ever: what was tried, and where it stands in Slack."""

    __tablename__ = "sent_messages"

    workspace: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    recipient: Mapped[str]  # as the message says: a channel or a person
    channel: Mapped[str | None]  # where it stands; for a person the direct message's channel
    ts: Mapped[str | None]
    thread_ts: Mapped[str | None]  # the first message of the thread in which it stands; None: in none
    shown: Mapped[str | None]  # fingerprint of what a Live message shows there
    attempts: Mapped[int] = mapped_column(default=0)  # failed ones in a row
    first_tried_at: Mapped[datetime | None] = mapped_column(Instant)
    attempted_at: Mapped[datetime | None] = mapped_column(Instant)  # since when one may have been taken unknown to us
    touched_at: Mapped[datetime | None] = mapped_column(Instant)  # the last call to Slack
    not_before: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    failed_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str | None]

    __table_args__ = (
        Index("ix_sent_messages_pace", "workspace", "recipient", "touched_at"),
        Index("ix_sent_messages_not_before", "not_before"),
        Index("ix_sent_messages_failed_at", "failed_at"),
    )


class DeliveryWorker(Base):
    """A process that delivers, and its last sign of life. Its pending work is taken over when the signs end."""

    __tablename__ = "delivery_workers"

    executor: Mapped[str] = mapped_column(primary_key=True)
    machine: Mapped[str]  # where `pid` can be looked up; empty when it cannot
    pid: Mapped[int]
    beat_at: Mapped[datetime] = mapped_column(Instant)
