"""The table of policies: what a workspace asks of each severity, and asked before."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, BigId, Instant


class PolicyRow(Base):
    """A policy from a moment on, until the next line of its severity. Lines are added and never changed."""

    __tablename__ = "policies"
    __table_args__ = (Index("ix_policies_workspace", "workspace", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    severity: Mapped[str] = mapped_column(String(32))
    since: Mapped[datetime] = mapped_column(Instant)
    position: Mapped[int]
    is_over: Mapped[bool] = mapped_column(default=False)
    due_days: Mapped[int | None]
    postmortem_days: Mapped[int | None]
    escalate_days: Mapped[int | None]
    leadership_days: Mapped[int | None]
