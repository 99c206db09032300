"""When an item last changed, for those who read what is new: an order in which nothing is missed.

A moment is never before that of another change of the workspace that was committed earlier: also after a clock went
back, or where another replica's clock is behind. There are two such orders: `updated_at` goes by public items
alone, so that nobody can tell from it that something private changed; `ordered_at` goes by all. An item that becomes
private keeps the `updated_at` that it had, which others were told to read on from.
"""

from datetime import datetime
from typing import Any
from zlib import crc32

from sqlalchemy import ColumnElement, Integer, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import Session

from storage.tables.base import Instant, table_of
from storage.tables.item import ItemRow

_LOCKS = 7_214_190
"""The first half of the keys of the advisory locks; the other half is the workspace's."""


_OTHER = table_of(ItemRow).alias("newest")
"""An alias: within the UPDATE of the item itself, its own row would be meant. Made once, for it has sixty columns."""


def _newest(workspace: ColumnElement[str], *, everything: bool) -> ColumnElement[datetime]:
    moment = _OTHER.c.ordered_at if everything else _OTHER.c.updated_at
    return select(func.max(moment)).where(_OTHER.c.workspace == workspace).scalar_subquery()


def _moments(
    workspace: ColumnElement[str], at: ColumnElement[datetime], *, private: bool
) -> dict[str, ColumnElement[datetime]]:
    moments = {"ordered_at": _newest(workspace, everything=True)}
    if not private:
        moments["updated_at"] = _newest(workspace, everything=False)
    return {name: case((newest > at, newest), else_=at) for name, newest in moments.items()}


_IN, _AT = "stamped_in", "stamped_at"
STAMPS = {
    private: _moments(bindparam(_IN), bindparam(_AT, type_=Instant()), private=private) for private in (False, True)
}
"""The moments of `stamp`, of public and of private items, by their columns, for a statement that is written once and
run with what `stamped` says."""


def stamped(workspace: str, at: datetime) -> dict[str, Any]:
    """The parameters of `STAMPS`."""
    return {_IN: workspace, _AT: at}


def stamp(row: ItemRow, at: datetime) -> None:
    """The item changes *at*, or at the moment of the workspace's newest change where that is later.

    The caller has run a statement with what is `announced`.
    """
    # Expressions, which become part of the statement that writes the row.
    for name, moment in _moments(literal(row.workspace), literal(at, Instant()), private=row.private).items():
        setattr(row, name, moment)


def moments_for(session: Session, workspace: str, at: datetime) -> dict[bool, dict[str, datetime | None]]:
    """The same for many items at once: the columns of private ones (True) and of public ones (False)."""
    if lock := announced(session.get_bind().dialect.name):
        session.execute(select(*lock), announcing(workspace))
    among_all = max(at, newest_change(session, workspace, everything=True) or at)
    in_public = max(at, newest_change(session, workspace, everything=False) or at)
    return {
        True: {"updated_at": None, "ordered_at": among_all},
        False: {"updated_at": in_public, "ordered_at": among_all},
    }


def settle(session: Session, workspace: str) -> None:
    """Waits until every change that is stamped is committed or given up. In a transaction of its own, which ends it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCKS, _key(workspace))))


def newest_change(session: Session, workspace: str, *, everything: bool) -> datetime | None:
    """When the newest change of the workspace was, of its public items or of *everything*; None where there is none."""
    return session.scalar(select(_newest(literal(workspace), everything=everything)))


def changed_since(since: datetime, *, everything: bool) -> ColumnElement[bool]:
    """Whether an item changed then or later, in the order of public items or of *everything*."""
    if not everything:
        return or_(ItemRow.updated_at >= since, ItemRow.updated_at.is_(None))
    # What the version before wrote has no moment in this order, or an old one.
    return or_(ItemRow.ordered_at >= since, ItemRow.updated_at >= since, ItemRow.ordered_at.is_(None))


def moment_of(row: ItemRow, *, everything: bool) -> datetime | None:
    """When the item changed, as who sees public items, or *everything*, may know."""
    moments = (row.updated_at, row.ordered_at if everything else None)
    return max((each for each in moments if each), default=None)


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
