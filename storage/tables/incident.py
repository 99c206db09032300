"""The table of incidents."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, BigId, Instant


class IncidentRow(Base):
    """An incident, found again by the channel in which it was handled."""

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("workspace", "channel"),
        Index(
            # Partial: who sees no private incident must not meet one where they register a public one of that name.
            "uq_incidents_external_id",
            "workspace",
            "external_id",
            unique=True,
            sqlite_where=text("NOT private"),
            postgresql_where=text("NOT private"),
        ),
        Index("ix_incidents_external_id", "workspace", "external_id"),
        Index("ix_incidents_newest", "workspace", "began_at", "id"),
        Index("ix_incidents_recurrence", "workspace", "recurrence_of"),
        Index(
            # Partial: of most incidents nobody says the end, and those before this could be said have none.
            "ix_incidents_ended",
            "workspace",
            "ended_at",
            sqlite_where=text("ended_at IS NOT NULL"),
            postgresql_where=text("ended_at IS NOT NULL"),
        ),
        Index(
            # For whether a workspace has anything private: most have nothing, and then this index is empty.
            "ix_incidents_private",
            "workspace",
            "private",  # as in `ix_items_private`
            sqlite_where=text("private = 1"),
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
    # What the tool that handled it calls it; of those that were registered by one alone.
    external_id: Mapped[str | None] = mapped_column(String(200))
    recurrence_of: Mapped[int | None] = mapped_column(BigId)  # an earlier incident of the same workspace
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    end_said_at: Mapped[datetime | None] = mapped_column(Instant)
    lead: Mapped[str] = mapped_column(String(32), default="", server_default="")
    none_needed: Mapped[str] = mapped_column(Text, default="", server_default="")
    asked_on: Mapped[date | None] = mapped_column(Date)
    asked_team: Mapped[int | None] = mapped_column(BigId)
    times_asked: Mapped[int] = mapped_column(default=0, server_default="0")


class IncidentChangeRow(Base):
    """One line of an incident's history: what was said of it from then on. Triggers refuse to alter or delete it."""

    __tablename__ = "incident_changes"
    __table_args__ = (Index("ix_incident_changes_incident", "workspace", "incident_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column("by_user", String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
