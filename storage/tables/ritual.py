"""The tables of rituals: when each is due, which ran, and what was said to one person."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Date,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, BigId, Instant


class MorningRow(Base):
    """The next morning of one time zone in one workspace. A zone has its row when somebody lives there."""

    __tablename__ = "mornings"
    __table_args__ = (Index("ix_mornings_due", "next_due_at"),)

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    timezone: Mapped[str] = mapped_column(String(64), primary_key=True)
    next_on: Mapped[date] = mapped_column(Date)
    next_due_at: Mapped[datetime] = mapped_column(Instant)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    """Until when one of the replicas has it in hand."""


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
    __table_args__ = (Index("ix_questions_day", "day"), Index("ix_questions_beside", "workspace", "beside"))

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    reader: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)
    # The item that another one says nearly the same as: who asks of it does not know whom the question went to.
    beside: Mapped[int | None]


class ScheduleRow(Base):
    """When a team's ritual is due next. `nominal_on` is the day before days off moved it."""

    __tablename__ = "ritual_schedules"
    __table_args__ = (Index("ix_ritual_schedules_due", "next_due_at"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    ritual: Mapped[str] = mapped_column(String(32), primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    nominal_on: Mapped[date] = mapped_column(Date)
    next_due_at: Mapped[datetime] = mapped_column(Instant)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    """Until when one of the replicas has it in hand, so that no other asks Slack about it meanwhile."""


class RunRow(Base):
    """A ritual that ran or was missed: once per team and period, whoever tries."""

    __tablename__ = "ritual_runs"
    # What makes a ritual run once in a period, whatever the clocks and replicas do.
    __table_args__ = (UniqueConstraint("workspace", "team_id", "ritual", "period"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    ritual: Mapped[str] = mapped_column(String(32))
    period: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime] = mapped_column(Instant)
    ran_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(16))  # posted | missed
    # NULL in SQL and not JSON's null, which `IS NOT NULL` would find.
    shown: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # the newest digest, for when the next one follows
