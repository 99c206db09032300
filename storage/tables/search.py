"""The tables of the index of searches: which items have which letters in a row (ADR 017)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, BigId, Instant


class GramRow(Base):
    """Which items of a block of numbers have a gram in one of the four texts that are searched."""

    __tablename__ = "search_grams"
    # Without a number of its own on SQLite, which would look each row up twice. And it refers to no other table: a
    # block has thousands of rows, and PostgreSQL would look for the workspace of each.
    __table_args__ = ({"sqlite_with_rowid": False},)

    workspace: Mapped[str] = mapped_column(String(32), primary_key=True)
    # Bytes, so that no collation has a say.
    gram: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    items: Mapped[bytes] = mapped_column(LargeBinary)


class SearchProgress(Base):
    """Up to which number a workspace's items are in the index, and up to which they are being put there."""

    __tablename__ = "search_progress"

    workspace: Mapped[str] = mapped_column(String(32), ForeignKey("workspaces.id"), primary_key=True)
    indexed: Mapped[int] = mapped_column(default=-1)
    # What is inserted up to here is noted in `search_changes`, by a trigger.
    watched: Mapped[int] = mapped_column(default=-1)
    busy_until: Mapped[datetime | None] = mapped_column(Instant)


class SearchChange(Base):
    """What an item said, noted by a trigger when it is changed: the index does not know yet what it says now."""

    __tablename__ = "search_changes"
    __table_args__ = (Index("ix_search_changes_number", "workspace", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    said: Mapped[str] = mapped_column(Text)
