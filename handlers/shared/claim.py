"""A message of which an item or an idea is made: once, whoever asks, however often, and by whichever button."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.errors import Refused, Unreadable
from bot.domain.item import Item
from bot.domain.messages import Live, Message
from bot.domain.queries import Viewer
from bot.domain.subjects import MadeOf, kind_of
from bot.domain.words import Text
from handlers.shared.place import Place
from storage.items import list_visible
from storage.messages import find_posted
from storage.surfaces import claim_message, find_made_of, record_made_of

ALREADY = "{item} was made of this message already. `/actionitem show {number}` shows it."
SOMETHING = "Something was made of this message already. `/actionitem list all` shows every item you can see."


@dataclass(frozen=True)
class Source:
    """The message itself; `offer` is the key of the bot's answer that offers to make something of it, if it has one."""

    channel: str
    ts: str
    offer: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the form that it opens."""
        return asdict(self)


def source_in(metadata: dict[str, Any], place: Place) -> Source | None:
    """The message for which a form was opened, if it was for one. Raises `Unreadable` where it stands elsewhere."""
    if "source" not in metadata:
        return None
    source = Source(**metadata["source"])
    if source.channel != place.channel and not (place.channel is None and source.channel.startswith("D")):
        raise Unreadable
    return source


def claim(session: Session, workspace: str, source: Source | None) -> bool:
    """Whether nothing was made of it yet; from now on something is, in this transaction."""
    # A unique key decides, and the second of two transactions waits for the first: two who press at once make one item.
    return source is None or claim_message(session, workspace, source.channel, source.ts)


def claim_or_refuse(session: Session, workspace: str, source: Source | None, viewer: Viewer) -> None:
    """As `claim`. Raises `Refused` when something was made of it before."""
    if source and not claim(session, workspace, source):
        refuse_taken(session, workspace, source, viewer)


def refuse_taken(session: Session, workspace: str, source: Source, viewer: Viewer) -> None:
    """Raises `Refused` when something was made of the message, which is named to who may see it."""
    number = find_made_of(session, workspace, source.channel, source.ts)
    if number is None:
        return
    # It may have been made in private by somebody else: then not even its number is said.
    if list_visible(session, workspace, [number], viewer):
        raise Refused(Text(ALREADY, item=f"AI-{number}", number=number))
    raise Refused(SOMETHING)


def made(session: Session, item: Item, source: Source | None) -> list[Message]:
    """Keeps that *item* was made of it; the offer says so from now on."""
    if source is None:
        return []
    record_made_of(session, item.workspace, source.channel, source.ts, item.number)
    made_of = MadeOf(source.channel, source.ts)
    return [Live(source.offer, source.channel, made_of.subject, made_of.ref)] if _offers(session, item, source) else []


def _offers(session: Session, item: Item, source: Source) -> bool:
    """Whether the offer is the bot's answer to a mention there: its button says so, and could name any message."""
    posted = find_posted(session, item.workspace, source.offer) if kind_of(source.offer) == "event" else None
    return posted is not None and posted.channel == source.channel
