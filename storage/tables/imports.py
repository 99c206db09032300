"""The tables of imports that are under way."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Instant


class ImportRow(Base):
    """The one import of a workspace that is under way, with its last sign of life."""

    __tablename__ = "imports"

    workspace: Mapped[str] = mapped_column(String(32), ForeignKey("workspaces.id"), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(Instant)
    # NULL in SQL and not JSON's null: `IS NOT NULL` finds what is sealed.
    incidents: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    """Ids of its incidents, in the order in which its pieces count them. With them it is sealed."""


class ImportPieceRow(Base):
    """Some of its items, ready to be written."""

    __tablename__ = "import_pieces"

    workspace: Mapped[str] = mapped_column(String(32), ForeignKey("workspaces.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[str] = mapped_column(Text)
