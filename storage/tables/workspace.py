"""The tables of workspaces and of the people in them."""

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Instant


class WorkspaceRow(Base):
    """A Slack workspace. The counter gives item numbers, which are never used again."""

    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(Text, default="")
    last_item_number: Mapped[int] = mapped_column(default=0)
    # Whose installation lets the bot in there; "" where it has one of its own, or none.
    organisation: Mapped[str] = mapped_column(String(32), default="", server_default="", index=True)


class PersonRow(Base):
    """What Slack last said of a person, so that a digest can name them without asking again."""

    __tablename__ = "people"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    user: Mapped[str] = mapped_column("user_id", String(32), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    timezone: Mapped[str] = mapped_column(String(64))
    # A default of the server, for code of the version before, which runs beside the migration and knows no language.
    locale: Mapped[str] = mapped_column(String(16), server_default="en-US")
    is_bot: Mapped[bool]
    is_guest: Mapped[bool]
    is_admin: Mapped[bool]
    deactivated: Mapped[bool]
    team: Mapped[str] = mapped_column(String(32), server_default="")
    asked_at: Mapped[datetime] = mapped_column(Instant)


class PeopleListingRow(Base):
    """How far the list of everybody in a workspace was read, so that it goes on there after a stop."""

    __tablename__ = "people_listings"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    cursor: Mapped[str] = mapped_column(Text, default="")
    began_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the reading under way began; NULL: none is."""
    listed_at: Mapped[datetime | None] = mapped_column(Instant)
    """When everybody was last read to the end."""
    due_at: Mapped[datetime] = mapped_column(Instant, index=True)


class MovedChannelRow(Base):
    """A channel that got another id when it was connected to another workspace; what names the old one means it."""

    __tablename__ = "moved_channels"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    old: Mapped[str] = mapped_column(String(32), primary_key=True)
    new: Mapped[str] = mapped_column(String(32))
