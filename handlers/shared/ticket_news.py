"""What a tracker tells of items' tickets, taken: each piece in one transaction, with everything that is to be said.

A webhook and a page of changes are taken alike. Asks no tracker.
"""

from collections.abc import Sequence
from dataclasses import replace
from secrets import token_hex

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.item import By, Item
from bot.domain.lifecycle import State
from bot.domain.messages import Message
from bot.domain.subjects import TicketQuestion
from bot.domain.surfaces import TicketOf
from bot.domain.tickets import STAGE, Link, SeenTicket, TicketAsk, commented, has_seen, news, take
from bot.domain.tracker import Connection, actor
from bot.services.gone_tickets import record_gone
from bot.services.notifications import messages_about
from bot.services.production_questions import question_about
from bot.trackers.shape import Comment, Event
from handlers.shared.pull_news import take_deployment, take_pull
from storage import inbox, items, tickets
from storage.trackers import find_user


def take_event(deps: Deps, connection: Connection, event: Event, deliveries: Sequence[str] = ()) -> None:
    """Takes it, unless one of *deliveries* was taken: names of a webhook; none for a page of changes, which is compared
    anyway."""
    with deps.db.begin() as session:
        keys = [f"tracker:{connection.id}:{delivery}" for delivery in deliveries]
        claimed = [inbox.claim(session, connection.workspace, key, deps.clock()) for key in keys]
        if not all(claimed):
            return
        if event.pull:
            take_pull(deps, session, connection, event.pull, _by(deps, session, connection, event.by, event.who))
            return
        if event.deployment:
            take_deployment(deps, session, connection, event.deployment)
            return
        link = tickets.find_by_ref(session, connection.id, event.ref)
        # Most tickets of a place are nobody's here; and one that was linked a moment ago is looked at by delivery.
        if link is None or not link.seen:
            return
        _taken(deps, session, connection, link, event)


def _taken(deps: Deps, session: Session, connection: Connection, link: Link, event: Event) -> None:
    # The item first and then its ticket, as everywhere: two who lock never wait for each other.
    item = items.get_item_for_change(session, link.workspace, link.number, None)
    found = tickets.find_link(session, link.workspace, link.number)
    if found is None or found.gone:
        return
    if event.gone:
        record_gone(deps, session, link.workspace, link.number, event.gone)
        return
    said: list[Message] = []
    if event.ticket:
        item = _taken_ticket(deps, session, connection, item, found, event.ticket, event, said)
    if event.comment:
        item = _taken_comment(deps, session, connection, item, found, event.comment, said)
    # A name of its own: of what is only asked there is no new line of history, whose delivery could carry it.
    deps.outbox.enqueue(session, item.workspace, f"ticket:{item.number}:news:{token_hex(8)}", said)


def _taken_ticket(
    deps: Deps, session: Session, connection: Connection, item: Item, link: Link, ticket: SeenTicket, event: Event,
    said: list[Message],
) -> Item:  # fmt: skip
    fresh = news(link, ticket)
    seen = has_seen(link, ticket)
    if not fresh:
        tickets.write_link(session, seen)
        return item
    by = _by(deps, session, connection, event.by or ticket.by, event.who)
    try:
        shown = replace(link, name=ticket.name, url=ticket.url)
        taken = take(item, shown, fresh, by, is_person=event.is_person, assignee=ticket.assignee_name)
    except Refused:
        # A rule of ours that knows better; the ticket is seen all the same, so that it is not asked again and again.
        tickets.write_link(session, seen)
        return item
    for made in taken.moves:
        was, item = (
            item,
            items.record_moved(session, replace(made, item=replace(made.item, last_change_id=item.last_change_id))),
        )
        said += messages_about(session, was, item, made.change)
    # What came from there stands there: it is not sent back.
    sent = {name: value for name, value in fresh.items() if name in link.sent}
    seen = replace(seen, sent={**link.sent, **{name: sent[name] for name in sent if name in ("title", "due")}})
    if STAGE in fresh and link.question and not seen.is_done:
        was_asked = TicketQuestion.read(link.question)
        said.append(was_asked.live(was_asked.person))  # what was done is not any more
    said += _asked(deps, session, item, seen, taken.asks)
    return item


def _asked(deps: Deps, session: Session, item: Item, link: Link, asks: tuple[TicketAsk, ...]) -> list[Message]:
    said: list[Message] = []
    for question in asks:
        asked = TicketQuestion(item.number, item.last_change_id, item.owner, question.value)
        if question is TicketAsk.DONE:
            asked = question_about(session, item, deps.clock())
            link = replace(link, question=asked.ref, looked=False)
            said.append(TicketOf(item.number).refresh)
        said.append(asked.live(item.owner))
    tickets.write_link(session, link)
    return said


def _taken_comment(
    deps: Deps, session: Session, connection: Connection, item: Item, link: Link, comment: Comment, said: list[Message]
) -> Item:
    # Once for each comment, whoever tells of it: a webhook, its repetition, the next page of changes.
    key = f"tracker:{connection.id}:comment:{comment.id}"
    if not comment.is_person or not inbox.claim(session, connection.workspace, key, deps.clock()):
        return item
    # Of what is put off or over, talk is no progress.
    if item.is_over or item.state is State.DEFERRED:
        return item
    made = commented(item, link, _by(deps, session, connection, comment.by, comment.who))
    was, item = item, items.record_moved(session, made)
    said += messages_about(session, was, item, made.change)
    return item


def _by(deps: Deps, session: Session, connection: Connection, account: str, who: str) -> By:
    return By(actor(who or account, connection.kind, find_user(session, connection.id, account)), deps.clock())
