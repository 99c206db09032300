"""The table of requests that wait for somebody's decision, and of what was decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, BigId, Instant

_PENDING = text("status = 'pending'")


class ApprovalRow(Base):
    """A request about an item. The database keeps at most one that is pending for each item."""

    __tablename__ = "approvals"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "item_number"], ["items.workspace", "items.number"]),
        # With the id, in whose order an item's requests are loaded: the last one is the newest.
        Index("ix_approvals_item", "workspace", "item_number", "id"),
        Index("ix_approvals_approver", "workspace", "approver"),
        Index(
            # Two who ask at once cannot both: the rules look at what is committed, only the database sees both.
            "uq_approvals_pending",
            "workspace",
            "item_number",
            unique=True,
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace: Mapped[str] = mapped_column(String(32))
    number: Mapped[int] = mapped_column("item_number")
    action: Mapped[str] = mapped_column(String(32))
    asked_by: Mapped[str] = mapped_column(String(32))
    approver: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    # What is asked, as data: it becomes a change of the item only when somebody approves.
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(16))
    decided_by: Mapped[str] = mapped_column(String(32), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    why: Mapped[str] = mapped_column(Text, default="")
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
