"""The tables of teams."""

from sqlalchemy import (
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.team import DEFAULT_LANGUAGE
from storage.tables.base import Base, BigId


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
    outsiders_read: Mapped[bool] = mapped_column(default=False, server_default=false())
    language: Mapped[str] = mapped_column(String(8), default=DEFAULT_LANGUAGE, server_default=DEFAULT_LANGUAGE)
    tracker: Mapped[str] = mapped_column(String(75), default="", server_default="")
    auto_ticket: Mapped[bool] = mapped_column(default=False, server_default=false())

    # `selectin`: whoever loads several teams pays one statement more, not one for each.
    members: Mapped[list["TeamMemberRow"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="TeamMemberRow.user"
    )


class TeamMemberRow(Base):
    """A member of a team; the lead needs no row."""

    __tablename__ = "team_members"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    user: Mapped[str] = mapped_column("user_id", String(32), primary_key=True)
