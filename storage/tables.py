"""The product's tables. Every row is keyed by workspace first; nothing outside `storage/` sees a row.

Delivery's own table is in `storage/delivery_tables.py`; DBOS keeps its tables itself.
"""

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
    UniqueConstraint,
    and_,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.approval_tables import ApprovalRow
from storage.base import Base, BigId, Instant


class WorkspaceRow(Base):
    """A Slack workspace. The counter gives item numbers, which are never used again."""

    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(Text, default="")
    last_item_number: Mapped[int] = mapped_column(default=0)


class PersonRow(Base):
    """What Slack last said of a person, so that a digest can name them without asking again."""

    __tablename__ = "people"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    user: Mapped[str] = mapped_column("user_id", String(32), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    timezone: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(16), server_default="en-US")
    is_bot: Mapped[bool]
    is_guest: Mapped[bool]
    is_admin: Mapped[bool]
    deactivated: Mapped[bool]
    asked_at: Mapped[datetime] = mapped_column(Instant)


class TeamRow(Base):
    """A team: its channel, its lead, and when its week begins."""

    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("workspace", "name_key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(String(200))  # casefolded: “Payments” and “payments” are one team
    channel: Mapped[str] = mapped_column(String(32))
    lead: Mapped[str] = mapped_column(String(32))
    timezone: Mapped[str] = mapped_column(String(64))
    holidays: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(16))
    quota: Mapped[int]
    capacity: Mapped[int]
    leadership_channel: Mapped[str] = mapped_column(String(32))
    strict_coach: Mapped[bool] = mapped_column(default=False)
    leadership_every: Mapped[str] = mapped_column(String(16), default="monthly")
    reaction: Mapped[str] = mapped_column(String(100), default="pushpin")

    members: Mapped[list["TeamMemberRow"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="TeamMemberRow.user"
    )


class TeamMemberRow(Base):
    """A member of a team; the lead needs no row."""

    __tablename__ = "team_members"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    user: Mapped[str] = mapped_column("user_id", String(32), primary_key=True)


class IncidentRow(Base):
    """An incident, found again by the channel in which it was handled."""

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("workspace", "channel"),
        Index("ix_incidents_workspace_began", "workspace", "began_at"),
        Index("ix_incidents_recurrence", "workspace", "recurrence_of"),
        Index(
            "ix_incidents_private",
            "workspace",
            sqlite_where=text("private"),
            postgresql_where=text("private"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    title: Mapped[str] = mapped_column(Text)
    began_at: Mapped[datetime] = mapped_column(Instant)
    channel: Mapped[str | None] = mapped_column(String(32))
    private: Mapped[bool]
    severity: Mapped[str | None] = mapped_column(String(32))
    postmortem_url: Mapped[str] = mapped_column(Text, default="")
    root_cause: Mapped[str] = mapped_column(Text, default="")
    services: Mapped[str] = mapped_column(Text, default="")  # with commas between
    recurrence_of: Mapped[int | None] = mapped_column(BigId)  # an earlier incident of the same workspace


class ItemRow(Base):
    """An action item as it stands now; `changes` has how it came there."""

    __tablename__ = "items"
    __table_args__ = (
        Index("ix_items_team_state", "workspace", "team_id", "state", "due"),
        Index("ix_items_team_created", "workspace", "team_id", "created_at"),
        Index("ix_items_team_ended", "workspace", "team_id", "ended_at"),
        Index("ix_items_owner_state", "workspace", "owner", "state"),
        Index("ix_items_incident", "workspace", "incident_id"),
        Index("ix_items_channel", "workspace", "channel"),
        Index("ix_items_state_due", "workspace", "state", "due"),
        Index("ix_items_state_progress", "workspace", "state", "last_progress_at"),
        Index("ix_items_state_ended", "workspace", "state", "ended_at"),
        Index("ix_items_state_revisit", "workspace", "state", "revisit_on"),
        Index(
            "ix_items_answered",
            "workspace",
            "team_id",
            "answered_at",
            sqlite_where=text("answered_at IS NOT NULL"),
            postgresql_where=text("answered_at IS NOT NULL"),
        ),
        Index(
            "ix_items_private",
            "workspace",
            "channel",
            sqlite_where=text("private"),
            postgresql_where=text("private"),
        ),
    )

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(Text)
    details: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(32))
    due: Mapped[date] = mapped_column(Date)
    original_due: Mapped[date] = mapped_column(Date)
    slips: Mapped[int] = mapped_column(default=0)
    blocked: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(String(32))
    impact: Mapped[int]
    urgency: Mapped[int]
    effort: Mapped[int]
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
    stale_answer: Mapped[str] = mapped_column(String(32), default="")
    stalled_by: Mapped[str] = mapped_column(String(32), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_on: Mapped[date | None] = mapped_column(Date)

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


class InboxRow(Base):
    """What Slack sent and a transaction has done: the same view, event or trigger does nothing twice."""

    __tablename__ = "inbox"

    workspace: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class ScheduleRow(Base):
    """When a team's ritual is due next. `nominal_on` is the day before days off moved it."""

    __tablename__ = "ritual_schedules"
    __table_args__ = (Index("ix_ritual_schedules_due", "next_due_at"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    ritual: Mapped[str] = mapped_column(String(32), primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    nominal_on: Mapped[date] = mapped_column(Date)
    next_due_at: Mapped[datetime] = mapped_column(Instant)


class RunRow(Base):
    """A ritual that ran or was missed: once per team and period, whoever tries."""

    __tablename__ = "ritual_runs"
    __table_args__ = (UniqueConstraint("workspace", "team_id", "ritual", "period"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    ritual: Mapped[str] = mapped_column(String(32))
    period: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime] = mapped_column(Instant)
    ran_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(16))  # posted | missed
    shown: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # the newest digest, for when the next one follows
