"""Who is told when Slack refuses a message for good: nothing is dropped without somebody knowing what to do."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.blocks.undelivered import ritual_post, undelivered_text
from bot.deps import Outbox
from bot.domain.delivery import MENDABLE, UNDELIVERED_PREFIX
from bot.domain.item import Item
from bot.domain.messages import Live, Message, Post, Refresh
from bot.domain.queries import Wanted
from bot.domain.subjects import CardOf, ChangeOf, ExportFor, RecurrenceOf, RitualOf, kind_and_ref, kind_of
from bot.domain.words import _
from bot.slack.names import speaking_to
from scheduler.rituals.registry import RITUALS
from storage import items
from storage.changes import find_item_number
from storage.teams import get_team_by_id, list_teams

OnFailure = Callable[[Session, str, Message, str], None]
What = Callable[[], str]
"""What could not be posted, said in the language of whoever is told."""


def nothing() -> str:
    """Where nobody is told."""
    return ""


def tells(outbox: Outbox) -> OnFailure:
    """A callback for delivery: puts one message to whoever can mend it into the same transaction."""

    def on_failure(session: Session, workspace: str, message: Message, error: str) -> None:
        person, say_what = _whom_and_what(session, workspace, message)
        if person is None or person == message.to:
            return
        key = f"{UNDELIVERED_PREFIX}{message.key}"
        again = error in MENDABLE and isinstance(message, Post)
        with speaking_to(session, workspace, person):
            text = undelivered_text(say_what(), message.to, error, again=again)
        outbox.enqueue(session, workspace, key, [Post(key, person, text)])

    return on_failure


def _whom_and_what(session: Session, workspace: str, message: Message) -> tuple[str | None, What]:
    if isinstance(message, Refresh):
        kind, ref = kind_and_ref(message.key)
        if kind == ExportFor.kind:
            return ExportFor.read(ref).user, lambda: _("your export")
        return None, nothing  # it is drawn anew when it is opened, or when its subject changes again
    if isinstance(message, Live):
        return _of_live(session, workspace, message)
    if kind_of(message.key) in RITUALS:
        said = RitualOf.read(message.key)
        return _of_ritual(session, workspace, said.ritual, said.place)
    change = ChangeOf.read(message.key)
    if change and message.thread_of is None:
        return _of_change(session, workspace, change.change_id, message.to)
    return None, nothing  # a line in a thread: whoever is told of its card knows


def _of_ritual(session: Session, workspace: str, kind: str, place: str) -> tuple[str | None, What]:
    """Of a team by its id; of several by the leadership channel that they share, the first of them."""
    known = list_teams(session, workspace)
    team = next((team for team in known if place in (str(team.id), team.leadership_channel)), None)
    if team is None:
        return None, nothing
    return team.lead, lambda: ritual_post(kind, team.name)


def _of_change(session: Session, workspace: str, change: int, to: str) -> tuple[str | None, What]:
    item = _item_of_change(session, workspace, change)
    if item is None:
        return None, nothing
    return _lead(session, item), lambda: _("a message to {who} about {item}", who=f"<@{to}>", item=item.label)


def _of_live(session: Session, workspace: str, message: Live) -> tuple[str | None, What]:
    if message.subject == CardOf.subject:
        item = items.get_item_as_it_is(session, workspace, CardOf.read(message.ref).number)
        if item is None:
            return None, nothing
        return _lead(session, item) or item.owner, lambda: _("the card of {item}", item=item.label)
    if message.subject != RecurrenceOf.subject:
        return None, nothing
    wanted = Wanted(incident_id=RecurrenceOf.read(message.ref).incident_id)
    found = items.list_items(session, workspace, wanted, viewer=None, limit=1)
    return (_lead(session, found[0]), lambda: _("what is like this incident")) if found else (None, nothing)


def _item_of_change(session: Session, workspace: str, change: int) -> Item | None:
    number = find_item_number(session, workspace, change)
    return items.get_item_as_it_is(session, workspace, number) if number is not None else None


def _lead(session: Session, item: Item) -> str | None:
    """The lead of its team; of a private item they may not know, so its owner."""
    if item.team_id is None or item.private:
        return item.owner
    return get_team_by_id(session, item.team_id).lead
