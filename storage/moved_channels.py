"""Channels whose id has changed: what is kept under the old one goes on under the new one."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.once import write_latest
from storage.tables.delivery import SentMessage
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow
from storage.tables.surface import CapturedRow
from storage.tables.team import TeamRow
from storage.tables.workspace import MovedChannelRow
from storage.teams import forget_teams

FOLLOWING = (
    ItemRow.channel,
    TeamRow.channel,
    TeamRow.leadership_channel,
    SentMessage.channel,
    SentMessage.recipient,
    CapturedRow.channel,
)


def record_moved_channel(session: Session, workspace: str, old: str, new: str) -> None:
    """Everything of the channel *old* is of *new* from now on. An incident that *new* has already keeps it."""
    for column in FOLLOWING:
        here = (column.class_.workspace == workspace, column == old)
        session.execute(update(column.class_).where(*here).values({column.key: new}))
    forget_teams(session)
    taken = select(IncidentRow.id).where(IncidentRow.workspace == workspace, IncidentRow.channel == new)
    # A channel has one incident (unique), and somebody may have registered one under the new id already.
    if session.scalar(taken) is None:
        here = (IncidentRow.workspace == workspace, IncidentRow.channel == old)
        session.execute(update(IncidentRow).where(*here).values(channel=new))
    # A channel may move twice: the first id then leads to the newest one, and `channel_now` takes a single step.
    moved = (MovedChannelRow.workspace == workspace, MovedChannelRow.new == old)
    session.execute(update(MovedChannelRow).where(*moved).values(new=new))
    write_latest(session, MovedChannelRow, {"workspace": workspace, "old": old}, {"new": new})


def channel_now(session: Session, workspace: str, channel: str) -> str:
    """The id that the channel has now."""
    row = session.get(MovedChannelRow, (workspace, channel))
    return row.new if row else channel
