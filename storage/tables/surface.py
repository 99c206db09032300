"""The tables of what is drawn anew when it changes (App Homes, canvases), and of messages that became items."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class SurfaceRow(Base):
    """Something that follows its subject without being a message: `home:U…` of a person, `canvas:N` of an incident.

    `revision` counts what changed, `published` is the revision that Slack shows, -1 where that is not known. `kept` is
    what the surface itself must remember: the filters of a Home, the id of a canvas.
    """

    __tablename__ = "surfaces"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    published: Mapped[int] = mapped_column(default=0)
    kept: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class CapturedRow(Base):
    """A message of which an item or an idea was made: one for each message, whoever asks, however often.

    `number` is the item's; 0 where it was made before that was kept.
    """

    __tablename__ = "captured_messages"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    ts: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(default=0, server_default="0")
