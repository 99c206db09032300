"""The table of review meetings."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Instant


class MeetingRow(Base):
    """A review meeting: what was typed in its forms until “Create”, and what came of it afterwards.

    A form carries the key alone: ten candidates are longer than the 3,000 characters that Slack lets one carry.
    """

    __tablename__ = "meetings"
    __table_args__ = (Index("ix_meetings_at", "workspace", "at"),)

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    user: Mapped[str] = mapped_column("user_id", String(32))
    incident_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Instant)  # when it was last written
    done: Mapped[bool] = mapped_column(default=False)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
