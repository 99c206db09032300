"""When an item last changed, for those who read what is new: an order in which nothing is missed.

A moment is never before that of another change of the workspace that was committed earlier: also after a clock went
back, or where another replica's clock is behind.
"""

from datetime import datetime
from typing import Any
from zlib import crc32

from sqlalchemy import ColumnElement, Integer, bindparam, case, func, literal, select
from sqlalchemy.orm import Session

from storage.tables.base import Instant, table_of
from storage.tables.item import ItemRow

_LOCKS = 7_214_190
"""The first half of the keys of the advisory locks; the other half is the workspace's."""


_OTHER = table_of(ItemRow).alias("newest")
"""An alias: within the UPDATE of the item itself, its own row would be meant. Made once, for it has sixty columns."""


def _moment(workspace: ColumnElement[str], at: ColumnElement[datetime]) -> ColumnElement[datetime]:
    newest = select(func.max(_OTHER.c.updated_at)).where(_OTHER.c.workspace == workspace).scalar_subquery()
    return case((newest > at, newest), else_=at)


_IN, _AT = "stamped_in", "stamped_at"
STAMP = _moment(bindparam(_IN), bindparam(_AT, type_=Instant()))
"""The moment of `stamp` for a statement that is written once, and run with what `stamped` says."""


def stamped(workspace: str, at: datetime) -> dict[str, Any]:
    """The parameters of `STAMP`."""
    return {_IN: workspace, _AT: at}


def stamp(row: ItemRow, at: datetime) -> None:
    """The item changes *at*, or at the moment of the workspace's newest change where that is later.

    The caller has run a statement with what is `announced`.
    """
    # An expression, which becomes part of the statement that writes the row.
    row.updated_at = _moment(literal(row.workspace), literal(at, Instant()))


def moment_for(session: Session, workspace: str, at: datetime) -> datetime:
    """The same for many items at once, which are written with the moment itself."""
    if lock := announced(session.get_bind().dialect.name):
        session.execute(select(*lock), announcing(workspace))
    return max(at, newest_change(session, workspace) or at)


def settle(session: Session, workspace: str) -> None:
    """Waits until every change that is stamped is committed or given up. In a transaction of its own, which ends it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCKS, _key(workspace))))


def newest_change(session: Session, workspace: str) -> datetime | None:
    """When the newest change of the workspace was; None where there is no item."""
    return session.scalar(select(func.max(ItemRow.updated_at)).where(ItemRow.workspace == workspace))


_ANNOUNCED = "announced_in"


def announced(dialect: str) -> list[ColumnElement[Any]]:
    """What says that an item is about to be stamped, as columns that a statement returns which runs before anyway.

    Run with what `announcing` says.
    """
    # SQLite has one writer. On PostgreSQL whoever reads what is new waits for those who have stamped and not committed
    # (`settle`); writers do not wait for each other.
    if dialect != "postgresql":
        return []
    return [func.pg_advisory_xact_lock_shared(_LOCKS, bindparam(_ANNOUNCED, type_=Integer()))]


def announcing(workspace: str) -> dict[str, Any]:
    """The parameters of what is `announced`."""
    return {_ANNOUNCED: _key(workspace)}


def _key(workspace: str) -> int:
    return crc32(workspace.encode()) - 2**31  # a signed number of four bytes
