"""The question whether an item is in production: one message for what is merged and closed at one occasion."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.item import Item
from bot.domain.messages import Live
from bot.domain.proposal import WAITING
from bot.domain.pulls import ONE_OCCASION
from bot.domain.subjects import TicketQuestion
from bot.domain.tickets import TicketAsk
from storage import changes, pulls, tickets


def question_about(session: Session, item: Item, now: datetime) -> TicketQuestion:
    """The one that its owner was asked a moment ago and has not answered, else a new one about its newest change."""
    found = max(_standing(session, item), key=lambda each: each.change_id, default=None)
    # A merge often closes the ticket, too, in the same second: whoever is asked need not be asked twice.
    if found and found.person == item.owner and item.state in WAITING:
        asked = changes.find_change(session, item.workspace, item.number, found.change_id)
        if asked and asked.at > now - ONE_OCCASION:
            return found
    return TicketQuestion(item.number, item.last_change_id, item.owner, TicketAsk.DONE.value)


def answered_questions(session: Session, was: Item, item: Item) -> list[Live]:
    """Those that a change of the item answers, to be drawn anew; the ticket's own is redrawn with its ticket."""
    if was.state not in WAITING or item.state in WAITING:
        return []
    asked = {named.question for named in pulls.list_naming(session, item.workspace, item.number)} - {""}
    return [each.live(each.person) for each in map(TicketQuestion.read, sorted(asked))]


def _standing(session: Session, item: Item) -> Iterator[TicketQuestion]:
    link = tickets.find_link(session, item.workspace, item.number)
    asked = {named.question for named in pulls.list_naming(session, item.workspace, item.number)}
    asked |= {link.question} if link else set()
    for found in map(TicketQuestion.read, sorted(asked - {""})):
        if found.question == TicketAsk.DONE.value:
            yield found
