"""What a workspace has that is private: most have nothing, and then nobody needs to be asked."""

from collections.abc import Collection

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow

BATCH = 500
"""Channels asked about at once."""


def has_private(session: Session, workspace: str) -> bool:
    """Whether there is a private item or a private incident."""
    items = exists().where(ItemRow.workspace == workspace, ItemRow.private)
    incidents = exists().where(IncidentRow.workspace == workspace, IncidentRow.private)
    return bool(session.scalar(select(or_(items, incidents))))


def has_public_in(session: Session, workspace: str, channel: str) -> bool:
    """Whether anything that was made in the channel is public."""
    items = exists().where(ItemRow.workspace == workspace, ItemRow.channel == channel, ItemRow.private.is_(False))
    here = (IncidentRow.workspace == workspace, IncidentRow.channel == channel)
    incidents = exists().where(*here, IncidentRow.private.is_(False))
    return bool(session.scalar(select(or_(items, incidents))))


def record_private(session: Session, workspace: str, channels: Collection[str]) -> bool:
    """What was made in *channels* is private from now on, as they are; whether anything was not so before.

    Never the other way round: what was said in private stays so when its channel is opened.
    """
    changed = False
    wanted = sorted(channels)
    for start in range(0, len(wanted), BATCH):
        for row in (ItemRow, IncidentRow):
            # Only what is not private yet: this is asked every few minutes, and mostly writes nothing.
            here = (row.workspace == workspace, row.channel.in_(wanted[start : start + BATCH]), row.private.is_(False))
            done = session.execute(update(row).where(*here).values(private=True).returning(row.channel))
            changed = bool(done.all()) or changed
    return changed
