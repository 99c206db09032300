"""Surfaces that follow their subject: whose there are, what Slack shows of them, and whether that is old.

A change marks them in its own transaction; of many marks in a row only the first asks for a drawing, because a
drawing shows the newest state. So a storm of changes costs each surface few calls.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.domain.messages import Refresh
from bot.domain.surfaces import refresh_of
from storage.columns import run
from storage.once import insert_once
from storage.tables.base import table_of
from storage.tables.surface import CapturedRow, SurfaceRow

NOT_KNOWN = -1
"""The revision that Slack shows, where two drawings were under way at once."""


@dataclass(frozen=True)
class SurfaceRecord:
    """What is known of a surface. `kept` are JSON values of its own."""

    key: str
    revision: int
    published: int
    kept: Mapping[str, Any]

    @property
    def is_fresh(self) -> bool:
        """Whether Slack shows the newest state."""
        return self.revision == self.published


def record_surface(session: Session, workspace: str, key: str, *, revision: int = 0) -> bool:
    """Makes sure that the surface has its row; whether it is new. Of revision 1 it waits to be drawn."""
    facts = {"revision": revision, "published": 0, "kept": {}}
    return insert_once(session, SurfaceRow, {"workspace": workspace, "key": key}, facts)


def find_surface(session: Session, workspace: str, key: str) -> SurfaceRecord | None:
    """The surface, if there is one."""
    row = session.get(SurfaceRow, (workspace, key), populate_existing=True)
    return SurfaceRecord(row.key, row.revision, row.published, row.kept) if row else None


def mark_surfaces(
    session: Session, workspace: str, keys: Iterable[str], *, create: Collection[str] = ()
) -> list[Refresh]:
    """Marks those of *keys* that exist as old; what must go into the outbox for them. Those of *create* are made.

    Locks them until commit, in one order, so that a drawing begun meanwhile waits and sees this change.
    """
    wanted = {*keys, *create}
    found = _mark(session, workspace, wanted)
    # Sorted, as `_mark` locks: two changes that make the same surfaces must not wait for each other.
    for key in sorted(set(create) - found.keys()):
        is_new = record_surface(session, workspace, key, revision=1)
        found |= {key: True} if is_new else _mark(session, workspace, [key])  # somebody made it just now
    return [refresh_of(key) for key, was_fresh in sorted(found.items()) if was_fresh]


def record_published(session: Session, workspace: str, drawn: SurfaceRecord) -> bool:
    """Records that Slack was given a drawing of *drawn*; returns whether that is still the newest state.

    If not, a newer drawing may have reached Slack before this one: what it shows is not known, and counts as old.
    """
    # Locked: a change that is about to commit has marked it already, and this drawing does not show that change.
    row = session.get_one(SurfaceRow, (workspace, drawn.key), with_for_update=True, populate_existing=True)
    # `kept` too: a filter that was chosen while it was drawn changes what it shows, and no revision.
    is_newest = (row.revision, row.kept) == (drawn.revision, drawn.kept)
    row.published = drawn.revision if is_newest else NOT_KNOWN
    return is_newest


def record_given_up(session: Session, workspace: str, key: str) -> None:
    """Records that no drawing is on its way, though Slack shows an old state: the next change asks for one again."""
    row = session.get(SurfaceRow, (workspace, key), with_for_update=True, populate_existing=True)
    if row is not None:
        row.published = row.revision


def record_kept(session: Session, workspace: str, key: str, kept: Mapping[str, Any]) -> None:
    """Keeps what the surface must remember, in place of what it remembered before."""
    session.get_one(SurfaceRow, (workspace, key), with_for_update=True, populate_existing=True).kept = dict(kept)


def claim_message(session: Session, workspace: str, channel: str, ts: str) -> bool:
    """Whether nothing was made of that message yet; from now on something was."""
    return insert_once(session, CapturedRow, {"workspace": workspace, "channel": channel, "ts": ts}, {"number": 0})


def record_made_of(session: Session, workspace: str, channel: str, ts: str, number: int) -> None:
    """Records which item was made of that message, which is claimed already."""
    session.get_one(CapturedRow, (workspace, channel, ts)).number = number


def find_made_of(session: Session, workspace: str, channel: str, ts: str) -> int | None:
    """The number of the item that was made of that message; 0 when it is not known, None when nothing was made."""
    row = session.get(CapturedRow, (workspace, channel, ts))
    return row.number if row else None


def _mark(session: Session, workspace: str, keys: Collection[str]) -> dict[str, bool]:
    """Of each that exists, whether a drawing must be asked for: not when one is on its way already."""
    if not keys:
        return {}
    marked = run(session, _MARK, {"marked_in": workspace, "marked": list(keys)})
    # Fresh until this mark: the first one asks for a drawing, which shows whatever is marked before it begins.
    return {row.key: row.revision - 1 == row.published for row in marked}


_SURFACES = table_of(SurfaceRow)
_HERE = _SURFACES.c.workspace == bindparam("marked_in")
_LOCKED = select(_SURFACES.c.key).where(_HERE, _SURFACES.c.key.in_(bindparam("marked", expanding=True)))
_MARK = (
    update(_SURFACES)
    # An UPDATE alone locks rows in the order in which it meets them, and two of them would end in a deadlock.
    .where(_HERE, _SURFACES.c.key.in_(_LOCKED.order_by(_SURFACES.c.key).with_for_update()))
    .values(revision=_SURFACES.c.revision + 1)
    .returning(*_SURFACES.c["key", "revision", "published"])
)
