"""The tables of items: as they stand now, who works on them, their themes, and their history."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    and_,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.tables.approval import ApprovalRow
from storage.tables.base import Base, BigId, Instant, ScaleColumn
from storage.tables.incident import IncidentRow
from storage.tables.team import TeamRow


class ItemRow(Base):
    """An action item as it stands now; `changes` has how it came there."""

    __tablename__ = "items"
    __table_args__ = (
        Index("ix_items_team_state", "workspace", "team_id", "state", "due"),
        Index("ix_items_team_created", "workspace", "team_id", "created_at"),
        Index("ix_items_team_ended", "workspace", "team_id", "ended_at"),
        Index("ix_items_owner_state", "workspace", "owner", "state"),
        Index("ix_items_incident", "workspace", "incident_id"),
        # What was made in a channel that became private: without it every look walked all items in a write transaction.
        Index("ix_items_channel", "workspace", "channel"),
        # For those who read what is new (`storage/updates.py`), and for the newest moment, which each change asks for.
        Index("ix_items_updated", "workspace", "updated_at"),
        Index("ix_items_ordered", "workspace", "ordered_at"),
        # The four that a morning looks through, one for each reason to mention an item (`storage/morning_items.py`).
        Index("ix_items_state_due", "workspace", "state", "due"),
        Index("ix_items_state_progress", "workspace", "state", "last_progress_at"),
        Index("ix_items_state_ended", "workspace", "state", "ended_at"),
        Index("ix_items_state_revisit", "workspace", "state", "revisit_on"),
        Index(
            # Partial: few items were ever asked about, and the digest wants only those.
            "ix_items_answered",
            "workspace",
            "team_id",
            "answered_at",
            sqlite_where=text("answered_at IS NOT NULL"),
            postgresql_where=text("answered_at IS NOT NULL"),
        ),
        Index(
            # Partial: few items were merged, and every card asks what is merged into its own.
            "ix_items_merged_into",
            "workspace",
            "merged_into",
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
        Index(
            # Partial: private items are few, and measures subtract them by this index.
            "ix_items_private",
            "workspace",
            # With this column SQLite prefers it to the other indexes of a workspace; and it finds it by this very
            # condition alone, which is how SQLAlchemy writes it there.
            "private",
            "channel",
            sqlite_where=text("private = 1"),
            postgresql_where=text("private"),
        ),
    )

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    # The workspace's own counter gives it; the database would count over all workspaces.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(Text)
    details: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(32))
    due: Mapped[date] = mapped_column(Date)
    # Stays when `due` is moved: what was done on time is measured by the first promise.
    original_due: Mapped[date] = mapped_column(Date)
    slips: Mapped[int] = mapped_column(default=0)
    blocked: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(String(32))
    impact: Mapped[int | None] = mapped_column(ScaleColumn, nullable=False)
    urgency: Mapped[int | None] = mapped_column(ScaleColumn, nullable=False)
    effort: Mapped[int | None] = mapped_column(ScaleColumn, nullable=False)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    root_cause: Mapped[str] = mapped_column(Text)
    remedy: Mapped[str | None] = mapped_column(String(32))
    verification: Mapped[str] = mapped_column(Text)
    references: Mapped[str] = mapped_column("reference_links", Text)  # REFERENCES is a keyword of SQL
    channel: Mapped[str | None] = mapped_column(String(32))
    private: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    implemented_at: Mapped[datetime | None] = mapped_column(Instant)
    verified_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    last_progress_at: Mapped[datetime | None] = mapped_column(Instant)
    change_url: Mapped[str] = mapped_column(Text, default="")
    in_production_since: Mapped[date | None] = mapped_column(Date)
    verified_by: Mapped[str] = mapped_column(String(32), default="")
    verification_method: Mapped[str | None] = mapped_column(String(32))
    evidence: Mapped[str] = mapped_column(Text, default="")
    regression_guard: Mapped[str] = mapped_column(Text, default="")
    no_guard_because: Mapped[str] = mapped_column(Text, default="")
    last_change_id: Mapped[int] = mapped_column(BigId, default=0)
    awaits_acceptance: Mapped[bool] = mapped_column(default=False)
    systemic_item: Mapped[int | None]
    starts_on: Mapped[date | None] = mapped_column(Date)
    staffing: Mapped[str] = mapped_column(Text, default="")
    merged_into: Mapped[int | None]
    blocked_reason: Mapped[str | None] = mapped_column(String(32))
    blocked_since: Mapped[datetime | None] = mapped_column(Instant)
    blocked_on: Mapped[str] = mapped_column(Text, default="")
    escalated_to: Mapped[str] = mapped_column(String(32), default="")
    mitigation: Mapped[str] = mapped_column(Text, default="")
    deferred_at: Mapped[datetime | None] = mapped_column(Instant)
    deferred_from: Mapped[str | None] = mapped_column(String(32))
    deferred_because: Mapped[str] = mapped_column(Text, default="")
    deferred_risk: Mapped[str] = mapped_column(Text, default="")
    revisit_on: Mapped[date | None] = mapped_column(Date)
    trigger_condition: Mapped[str] = mapped_column(Text, default="")
    deferrals: Mapped[int] = mapped_column(default=0)
    approved_by: Mapped[str] = mapped_column(String(32), default="")
    risk_reason: Mapped[str | None] = mapped_column(String(32))
    ended_because: Mapped[str] = mapped_column(Text, default="")
    split_from: Mapped[int | None]
    ticket_url: Mapped[str] = mapped_column(Text, default="")
    nudged_on: Mapped[date | None] = mapped_column(Date)
    reminded_on: Mapped[date | None] = mapped_column(Date)
    snoozed_until: Mapped[date | None] = mapped_column(Date)
    imported_at: Mapped[datetime | None] = mapped_column(Instant)
    stale_answer: Mapped[str] = mapped_column(String(32), default="")
    stalled_by: Mapped[str] = mapped_column(String(32), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_on: Mapped[date | None] = mapped_column(Date)
    # In the order of what was public then, which a private item keeps as it was; NULL: it never was.
    updated_at: Mapped[datetime | None] = mapped_column(Instant)
    # The same in the order of all items, private ones too: for those alone who see these (`storage/updates.py`).
    # NULL: written by the version before, which knows it not; those who read what is new are told of it.
    ordered_at: Mapped[datetime | None] = mapped_column(Instant)

    # `raise`: what a query forgot to load would be one statement for each item of a list, seen by nobody.
    team: Mapped[TeamRow | None] = relationship(lazy="raise")
    incident: Mapped[IncidentRow | None] = relationship(
        lazy="raise", viewonly=True, primaryjoin=lambda: and_(IncidentRow.id == ItemRow.incident_id, _may_be_named())
    )
    collaborators: Mapped[list["CollaboratorRow"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="CollaboratorRow.user"
    )
    themes: Mapped[list["ThemeRow"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ThemeRow.position"
    )
    requests: Mapped[list[ApprovalRow]] = relationship(lazy="raise", viewonly=True, order_by=ApprovalRow.id)


def _may_be_named() -> ColumnElement[bool]:
    """Whether everybody who sees the item may know of its incident: that may have become private in its own channel."""
    same = or_(IncidentRow.channel.is_(None), IncidentRow.channel == ItemRow.channel)
    return or_(IncidentRow.private.is_(False), and_(ItemRow.private, same))


class CollaboratorRow(Base):
    """A person who works on an item without owning it."""

    __tablename__ = "item_collaborators"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "item_number"], ["items.workspace", "items.number"]),
        Index("ix_item_collaborators_user", "workspace", "user_id"),
    )

    workspace: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_number: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column("user_id", String(32), primary_key=True)


class ThemeRow(Base):
    """A theme of an item: `key` is what makes two the same, `theme` is as it was written."""

    __tablename__ = "item_themes"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "item_number"], ["items.workspace", "items.number"]),
        Index("ix_item_themes_key", "workspace", "theme_key"),
    )

    workspace: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column("theme_key", String(200), primary_key=True)
    theme: Mapped[str] = mapped_column(Text)
    position: Mapped[int]


class ChangeRow(Base):
    """One line of an item's history. Triggers of the database refuse to alter or delete it."""

    __tablename__ = "changes"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "item_number"], ["items.workspace", "items.number"]),
        Index("ix_changes_item", "workspace", "item_number", "id"),
        Index("ix_changes_at", "workspace", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace: Mapped[str] = mapped_column(String(32))
    item_number: Mapped[int]
    action: Mapped[str] = mapped_column(String(32))
    before: Mapped[str | None] = mapped_column(String(32))
    after: Mapped[str] = mapped_column(String(32))
    by: Mapped[str] = mapped_column("by_user", String(32))
    at: Mapped[datetime] = mapped_column(Instant)
    why: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
