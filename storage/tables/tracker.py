"""The tables of trackers: connections, the tickets of items, whose account is whose, what code says of items."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, BigId, Instant


class TrackerRow(Base):
    """A connection to a tracker. Its secrets are sealed with `TOKEN_ENCRYPTION_KEYS`."""

    __tablename__ = "trackers"
    __table_args__ = (UniqueConstraint("workspace", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    name: Mapped[str] = mapped_column(String(75))
    kind: Mapped[str] = mapped_column(String(16))
    url: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)  # OWNER/REPO, a project's or a team's key
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    secret: Mapped[str] = mapped_column(Text)
    webhook_secret: Mapped[str] = mapped_column(Text, default="")
    cursor: Mapped[str] = mapped_column(Text, default="")
    # Beside it, because the code of before reads that one as a time.
    cursor_more: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    webhook_at: Mapped[datetime | None] = mapped_column(Instant)
    problem: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    problem_since: Mapped[datetime | None] = mapped_column(Instant)
    token_ends_at: Mapped[datetime | None] = mapped_column(Instant)


class TicketRow(Base):
    """The ticket of an item; `ref` is NULL until it is made."""

    __tablename__ = "tickets"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "item_number"], ["items.workspace", "items.number"]),
        # One ticket is one item's, also where two connections reach it.
        UniqueConstraint("workspace", "url"),
        Index("ix_tickets_ref", "tracker_id", "ref"),
    )

    workspace: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tracker_id: Mapped[int] = mapped_column(ForeignKey("trackers.id"))
    mark: Mapped[str] = mapped_column(String(64))
    ref: Mapped[str | None] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str | None] = mapped_column(Text)
    requested_by: Mapped[str] = mapped_column(String(32), default="")
    consented: Mapped[bool] = mapped_column(default=False)
    attempted_at: Mapped[datetime | None] = mapped_column(Instant)
    sent: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    seen: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    written: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    as_of: Mapped[datetime | None] = mapped_column(Instant)
    problem: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    problem_since: Mapped[datetime | None] = mapped_column(Instant)
    gone: Mapped[str] = mapped_column(String(32), default="")
    question: Mapped[str] = mapped_column(Text, default="")
    looked: Mapped[bool] = mapped_column(default=False)
    change_url: Mapped[str] = mapped_column(Text, default="")
    said_change: Mapped[int] = mapped_column(BigInteger, default=0)


class TrackerAccountRow(Base):
    """Whose account in a tracker is whose in Slack."""

    __tablename__ = "tracker_accounts"

    workspace: Mapped[str] = mapped_column(String(32))
    tracker_id: Mapped[int] = mapped_column(ForeignKey("trackers.id"), primary_key=True)
    user: Mapped[str] = mapped_column("user_id", String(32), primary_key=True)
    account: Mapped[str] = mapped_column(Text)


class PullRow(Base):
    """A pull request and one item that it names."""

    __tablename__ = "pull_requests"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "item_number"], ["items.workspace", "items.number"]),
        Index("ix_pull_requests_item", "workspace", "item_number"),
    )

    tracker_id: Mapped[int] = mapped_column(ForeignKey("trackers.id"), primary_key=True)
    ref: Mapped[str] = mapped_column(String(200), primary_key=True)
    item_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    workspace: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(String(32))
    as_of: Mapped[datetime] = mapped_column(Instant)
    shas: Mapped[list[str]] = mapped_column(JSON, default=list)
    merged_at: Mapped[datetime | None] = mapped_column(Instant)
    deployed_at: Mapped[datetime | None] = mapped_column(Instant)
    looked_at: Mapped[datetime | None] = mapped_column(Instant)
    question: Mapped[str] = mapped_column(Text, default="")


class DeploymentRow(Base):
    """A deployment to production that succeeded, kept for a while: what it holds may be told later."""

    __tablename__ = "deployments"

    tracker_id: Mapped[int] = mapped_column(ForeignKey("trackers.id"), primary_key=True)
    ref: Mapped[str] = mapped_column(String(200), primary_key=True)
    workspace: Mapped[str] = mapped_column(String(32))
    sha: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)


class GuardRow(Base):
    """What would tell us if an item's improvement were removed, where a connection can look at it."""

    __tablename__ = "guards"
    __table_args__ = (ForeignKeyConstraint(["workspace", "item_number"], ["items.workspace", "items.number"]),)

    workspace: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    url: Mapped[str] = mapped_column(Text)
    seen: Mapped[bool] = mapped_column(default=False)
    looked_at: Mapped[datetime | None] = mapped_column(Instant)
    gone_since: Mapped[datetime | None] = mapped_column(Instant)
    question: Mapped[str] = mapped_column(Text, default="")
