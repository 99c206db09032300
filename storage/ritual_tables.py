"""The tables of what is said to one person: when each time zone's morning comes, what was told, who waits."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Instant


class MorningRow(Base):
    """The next morning of one time zone in one workspace. A zone has its row when somebody lives there."""

    __tablename__ = "mornings"
    __table_args__ = (Index("ix_mornings_due", "next_due_at"),)

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    timezone: Mapped[str] = mapped_column(String(64), primary_key=True)
    next_on: Mapped[date] = mapped_column(Date)
    next_due_at: Mapped[datetime] = mapped_column(Instant)


class MorningRunRow(Base):
    """A morning that was said or missed: once per workspace, zone and day."""

    __tablename__ = "morning_runs"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    timezone: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    ran_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(16))  # posted | missed


class ToldRow(Base):
    """That somebody was told something on a day of theirs: what makes it one message a day at most."""

    __tablename__ = "told"
    __table_args__ = (Index("ix_told_day", "day"),)

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    what: Mapped[str] = mapped_column(String(100), primary_key=True)


class SnoozeRow(Base):
    """Until when somebody does not want to be reminded: not before that day."""

    __tablename__ = "snoozes"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    not_before: Mapped[date] = mapped_column(Date)


class QuestionRow(Base):
    """A message that asks its reader about several items: what it said, and on which day."""

    __tablename__ = "questions"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    reader: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)
