"""What a change of an item means for its ticket: one that is made by itself, and one that must follow."""

from collections.abc import Sequence
from secrets import token_hex

from sqlalchemy.orm import Session

from bot.domain.item import Item
from bot.domain.messages import Refresh
from bot.domain.surfaces import TicketOf
from bot.domain.team import Team
from bot.domain.tickets import Link
from storage.tickets import record_link
from storage.trackers import find_tracker


def ticket_follows(item: Item) -> list[Refresh]:
    """What brings the item's ticket up to date. An item without one costs nothing."""
    return [TicketOf(item.number).refresh] if item.ticket_url else []


def ticket_of_new(session: Session, item: Item, team: Team | None) -> Sequence[Refresh]:
    """A ticket for a new commitment of a team that wants one for each; never for what is private."""
    if team is None or not team.auto_ticket or item.private or item.is_no_commitment or item.ticket_url:
        return []
    connection = find_tracker(session, item.workspace, team.tracker)
    if connection is None or not record_link(session, new_link(item, connection.id, item.created_by)):
        return []
    return [TicketOf(item.number).refresh]


def new_link(item: Item, connection_id: int, by: str, *, consented: bool = False) -> Link:
    """A ticket that is to be made. Its mark says nothing of the item."""
    return Link(item.workspace, item.number, connection_id, token_hex(8), requested_by=by, consented=consented)
