"""How an item's ticket is drawn: on its card, and in the message that asks about news from there."""

from bot.blocks.card import TicketOnCard
from bot.blocks.parts import as_dicts
from bot.blocks.text import escape
from bot.blocks.tickets import answered_text, question_blocks, question_text, waits_for_answer, why
from bot.deps import Deps
from bot.domain.delivery import Rendered
from bot.domain.item import Item
from bot.domain.subjects import TicketQuestion
from bot.domain.tickets import ASSIGNEE, TicketAsk
from bot.domain.words import speaking
from bot.languages import catalogue
from storage import items, tickets, trackers


def ticket_of_card(deps: Deps, item: Item) -> TicketOnCard | None:
    """The item's ticket; None where no tracker is connected."""
    with deps.db.read() as session:
        link = tickets.find_link(session, item.workspace, item.number)
        if link is None:
            return TicketOnCard() if trackers.has_trackers(session, item.workspace) else None
        connection = trackers.get_tracker_by_id(session, link.connection_id)
    return TicketOnCard(is_there=True, name=link.name or connection.title, problem=why(link, connection))


def ticket_question(deps: Deps, workspace: str, ref: str) -> Rendered | None:
    """What somebody is asked because of news from a tracker; once it is answered, that it is."""
    asked = TicketQuestion.read(ref)
    question = TicketAsk(asked.question)
    with deps.db.read() as session:
        item = items.get_item_as_it_is(session, workspace, asked.number)
        link = tickets.find_link(session, workspace, asked.number)
        account = link.seen.get(ASSIGNEE, "") if link else ""
        user = trackers.find_user(session, link.connection_id, account) if link else None
    if item is None:
        return None
    who = f"<@{user}>" if user else escape(account)
    with speaking(catalogue(deps.directory.locale(workspace, asked.person))):
        if link is None or not waits_for_answer(item, question):
            return Rendered(answered_text(item))
        text = question_text(item, link, question, who)
        return Rendered(text, as_dicts(question_blocks(item, link, question, text)))
