"""Who is told when Slack refuses a message for good: nothing is dropped without somebody knowing what to do.

Of a ritual's messages the ritual itself says who is told and what they are called (`scheduler/rituals/registry.py`).
"""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.blocks.undelivered import undelivered_text
from bot.deps import MessageOutbox
from bot.domain.delivery import MENDABLE, UNDELIVERED_PREFIX
from bot.domain.item import Item
from bot.domain.messages import Live, Message, Post, Refresh
from bot.domain.queries import Wanted
from bot.domain.roles import may_be_told
from bot.domain.subjects import CardOf, ChangeOf, MeetingOf, RecurrenceOf, kind_of
from bot.domain.surfaces import CanvasOf, ExportFor, HomeOf, kind_and_ref
from bot.domain.words import _
from bot.slack.names import speaking_to
from scheduler.delivery.sender import OnFailure
from scheduler.rituals.kinds import Undelivered
from scheduler.rituals.registry import ritual_of
from storage import items
from storage.changes import find_item_number
from storage.meetings import find_held
from storage.surfaces import record_given_up
from storage.teams import get_team_by_id

FOLLOWING = (CanvasOf.kind, HomeOf.kind)
"""Surfaces that follow their subject; the other refreshes are done once."""


def tells(outbox: MessageOutbox) -> OnFailure:
    """A callback for delivery: puts one message to whoever can mend it into the same transaction."""

    def on_failure(session: Session, workspace: str, message: Message, error: str) -> None:
        if isinstance(message, Refresh) and kind_of(message.key) in FOLLOWING:
            # Its mark says that a drawing is on its way, and no later change would ask for another one.
            record_given_up(session, workspace, message.key)
        found = _undelivered(session, workspace, message)
        # Who could not be reached with the message cannot be reached with this one either.
        if found is None or found.person == message.to:
            return
        # The prefix ends the chain: when this one fails too, nobody is told of that.
        key = f"{UNDELIVERED_PREFIX}{message.key}"
        again = error in MENDABLE and isinstance(message, Post)
        with speaking_to(session, workspace, found.person):
            text = undelivered_text(found.what(), message.to, error, again=again)
        outbox.enqueue(session, workspace, key, [Post(key, found.person, text)])

    return on_failure


def _undelivered(session: Session, workspace: str, message: Message) -> Undelivered | None:
    """None where nobody need be told."""
    if isinstance(message, Refresh):
        kind, ref = kind_and_ref(message.key)
        if kind == ExportFor.kind:
            return Undelivered(ExportFor.read(ref).user, lambda: _("your export"))
        return None  # it is drawn anew when it is opened, or when its subject changes again
    if isinstance(message, Live):
        return _of_live(session, workspace, message)
    if ritual := ritual_of(message.key):
        return ritual.undelivered(session, workspace, message.key)
    change = ChangeOf.read(message.key)
    if change and message.thread_of is None:
        return _of_change(session, workspace, change.change_id, message.to)
    meeting = MeetingOf.read(message.key)
    # None for a line in a thread: whoever is told of its card knows.
    return _of_meeting(session, workspace, meeting.meeting) if meeting else None


def _of_change(session: Session, workspace: str, change: int, to: str) -> Undelivered | None:
    item = _item_of_change(session, workspace, change)
    if item is None:
        return None
    return _about(session, item, lambda: _("a message to {who} about {item}", who=f"<@{to}>", item=item.label))


def _of_meeting(session: Session, workspace: str, key: str) -> Undelivered | None:
    held = find_held(session, workspace, key)
    return Undelivered(held.by, lambda: _("what the review meeting committed to")) if held else None


def _of_live(session: Session, workspace: str, message: Live) -> Undelivered | None:
    if message.subject == CardOf.subject:
        item = items.get_item_as_it_is(session, workspace, CardOf.read(message.ref).number)
        return _about(session, item, lambda: _("the card of {item}", item=item.label)) if item else None
    if message.subject != RecurrenceOf.subject:
        return None
    wanted = Wanted(incident_id=RecurrenceOf.read(message.ref).incident_id)
    found = items.list_items(session, workspace, wanted, viewer=None, limit=1)
    return _about(session, found[0], lambda: _("what is like this incident")) if found else None


def _item_of_change(session: Session, workspace: str, change: int) -> Item | None:
    number = find_item_number(session, workspace, change)
    return items.get_item_as_it_is(session, workspace, number) if number is not None else None


def _about(session: Session, item: Item, what: Callable[[], str]) -> Undelivered:
    """To the lead of its team, if they may hear of it; else to its owner."""
    lead = get_team_by_id(session, item.team_id).lead if item.team_id else ""
    return Undelivered(lead if lead and may_be_told(item, lead) else item.owner, what)
