"""The question whether an item is in production: one message for what is merged and closed at one occasion."""

from collections.abc import Callable, Iterator
from datetime import datetime

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.item import Item
from bot.domain.messages import Message
from bot.domain.proposal import WAITING
from bot.domain.pulls import ONE_OCCASION
from bot.domain.subjects import TicketQuestion
from bot.domain.surfaces import AskedAbout
from bot.domain.tickets import TicketAsk
from storage import changes, pulls, tickets
from storage.surfaces import find_surface, record_published


def question_about(session: Session, item: Item, now: datetime) -> TicketQuestion:
    """The one that its owner was asked a moment ago and has not answered, else a new one about its newest change."""
    found = max(_standing(session, item), key=lambda each: each.change_id, default=None)
    # A merge often closes the ticket, too, in the same second: whoever is asked need not be asked twice.
    if found and found.person == item.owner and item.state in WAITING:
        asked = changes.find_change(session, item.workspace, item.number, found.change_id)
        if asked and asked.at > now - ONE_OCCASION:
            return found
    return TicketQuestion(item.number, item.last_change_id, item.owner, TicketAsk.DONE.value)


def redraws_questions(deps: Deps) -> Callable[[str, str, WebClient], None]:
    """Has the questions about an item's merged changes drawn anew after a change of it; a surface among others, because
    a change then marks them with the Homes that show it, and costs no statement more."""

    def redraw(workspace: str, ref: str, _client: WebClient) -> None:
        about = AskedAbout.read(ref)
        with deps.db.begin() as session:
            surface = find_surface(session, workspace, about.key)
            if surface is None or surface.is_fresh:
                return
            asked = pulls.list_questions(session, workspace, about.number)
            said: list[Message] = [each.live(each.person) for each in map(TicketQuestion.read, sorted(asked))]
            record_published(session, workspace, surface)
            deps.outbox.enqueue(session, workspace, f"{about.key}:{surface.revision}", said)

    return redraw


def _standing(session: Session, item: Item) -> Iterator[TicketQuestion]:
    link = tickets.find_link(session, item.workspace, item.number)
    asked = pulls.list_questions(session, item.workspace, item.number)
    asked |= {link.question} if link and link.question else set()
    for found in map(TicketQuestion.read, sorted(asked)):
        if found.question == TicketAsk.DONE.value:
            yield found
