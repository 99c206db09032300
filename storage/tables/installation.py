"""The tables of installation by OAuth: where the bot is installed, and the installations that people have begun."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Instant


class _Installed:
    """The columns of an installation. The row outlives an uninstall, its token does not."""

    name: Mapped[str] = mapped_column(Text)
    bot_user: Mapped[str] = mapped_column(String(32))
    bot_id: Mapped[str] = mapped_column(String(32))
    token: Mapped[str | None] = mapped_column(Text)  # sealed: this room has no key
    scopes: Mapped[str] = mapped_column(Text)
    installed_by: Mapped[str] = mapped_column(String(32))
    installed_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class InstallationRow(_Installed, Base):
    """The bot in one workspace."""

    __tablename__ = "installations"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)


class OrganisationRow(_Installed, Base):
    """The bot in a whole organisation of Slack's Enterprise, of whose workspaces each has its own row."""

    __tablename__ = "organisations"

    # Named as in `installations`, so that both are read and written by the same queries.
    workspace: Mapped[str] = mapped_column(String(32), primary_key=True)


class OAuthStateRow(Base):
    """An installation that somebody has begun and that Slack has not sent back yet."""

    __tablename__ = "oauth_states"

    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
