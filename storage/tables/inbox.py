"""The table of what came in from Slack and was done."""

from datetime import datetime

from sqlalchemy import (
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Instant


class InboxRow(Base):
    """What Slack sent and a transaction has done: the same view, event or trigger does nothing twice."""

    __tablename__ = "inbox"

    workspace: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    # For forgetting alone: an hourly job deletes what is older than a week.
    at: Mapped[datetime] = mapped_column(Instant, index=True)
