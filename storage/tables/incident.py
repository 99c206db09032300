"""The table of incidents."""

from datetime import datetime

from sqlalchemy import (
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
        Index("uq_incidents_external_id", "workspace", "external_id", unique=True),
        Index("ix_incidents_workspace_began", "workspace", "began_at"),
        Index("ix_incidents_recurrence", "workspace", "recurrence_of"),
        Index(
            # For whether a workspace has anything private: most have nothing, and then this index is empty.
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
    # What the tool that handled it calls it; of those that were registered by one alone.
    external_id: Mapped[str | None] = mapped_column(String(200))
    recurrence_of: Mapped[int | None] = mapped_column(BigId)  # an earlier incident of the same workspace
