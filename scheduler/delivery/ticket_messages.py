"""How an item's ticket is drawn: on its card, and in the messages that ask about news from trackers."""

from bot.blocks import guard as guard_blocks
from bot.blocks.card import TicketOnCard
from bot.blocks.parts import as_dicts, section
from bot.blocks.pulls import merged_text
from bot.blocks.text import escape, shortened
from bot.blocks.tickets import (
    answered_text,
    in_production_buttons,
    question_blocks,
    question_text,
    waits_for_answer,
    why,
)
from bot.deps import Deps
from bot.domain.delivery import Rendered
from bot.domain.item import Item
from bot.domain.pulls import PullStage
from bot.domain.subjects import GuardQuestion, TicketQuestion
from bot.domain.tickets import ASSIGNEE, TicketAsk
from bot.domain.words import speaking
from bot.languages import catalogue
from bot.services.known_changes import KnownChange, change_of
from storage import guards, items, pulls, tickets, trackers


def ticket_of_card(deps: Deps, item: Item) -> TicketOnCard | None:
    """The item's ticket; None where no tracker is connected."""
    with deps.db.read() as session:
        link = tickets.find_link(session, item.workspace, item.number)
        naming = pulls.list_naming(session, item.workspace, item.number)
        # Newest first; what was given up is of interest to nobody who reads the card.
        shown = tuple(each for each in naming if each.stage is not PullStage.DROPPED)
        if link is None:
            return TicketOnCard(pulls=shown) if shown or trackers.has_trackers(session, item.workspace) else None
        connection = trackers.get_tracker_by_id(session, link.connection_id)
    return TicketOnCard(is_there=True, name=link.name or connection.title, problem=why(link, connection), pulls=shown)


def ticket_question(deps: Deps, workspace: str, ref: str) -> Rendered | None:
    """What somebody is asked because of news from a tracker; once it is answered, that it is."""
    asked = TicketQuestion.read(ref)
    question = TicketAsk(asked.question)
    with deps.db.read() as session:
        item = items.get_item_as_it_is(session, workspace, asked.number)
        link = tickets.find_link(session, workspace, asked.number)
        account = link.seen.get(ASSIGNEE, "") if link else ""
        user = trackers.find_user(session, link.connection_id, account) if link else None
        change = change_of(session, item) if item else KnownChange()
    if item is None:
        return None
    who = f"<@{user}>" if user else escape(shortened(account))
    with speaking(catalogue(deps.directory.locale(workspace, asked.person))):
        if not waits_for_answer(item, question):
            return Rendered(answered_text(item))
        is_open_there = question is TicketAsk.DONE and not (link and link.is_done)
        if is_open_there and change.name:
            text = merged_text(item, change.url, change.name, change.since)
            return Rendered(text, as_dicts([section(text), in_production_buttons(item, change.url)]))
        if link is None or is_open_there:
            return Rendered(answered_text(item))
        text = question_text(item, link, question, who)
        return Rendered(text, as_dicts(question_blocks(item, question, text, change.url)))


def guard_question(deps: Deps, workspace: str, ref: str) -> Rendered | None:
    """What the owner is asked when what would tell us is gone; once that is settled, that it is."""
    asked = GuardQuestion.read(ref)
    with deps.db.read() as session:
        item = items.get_item_as_it_is(session, workspace, asked.number)
        found = guards.find_guard(session, workspace, asked.number)
    if item is None:
        return None
    with speaking(catalogue(deps.directory.locale(workspace, asked.person))):
        if found is None or found.question != ref:
            return Rendered(guard_blocks.answered_text(item))
        text = guard_blocks.gone_text(item, found.url, seen=found.seen)
        return Rendered(text, as_dicts(guard_blocks.gone_blocks(item, text)))
