"""A mention of the bot: “@Action Items add … @someone by friday” is answered in the thread with what was understood.

A mention brings no trigger with which a form could be opened, so a button opens it. What cannot be understood is
said in the thread too.
"""

from dataclasses import replace
from functools import partial
from typing import Any

from bot.blocks import capture
from bot.blocks.capture import Offer, offer_of
from bot.blocks.fields import not_understood
from bot.blocks.ids import Button
from bot.blocks.item_form import Prefilled
from bot.blocks.parts import as_dicts
from bot.blocks.text import escape, escape_lines, shortened
from bot.coach.order import Order, order_of, without_mention
from bot.deps import Deps
from bot.domain.errors import Refused, Unavailable
from bot.domain.item import TITLE_LIMIT, Item
from bot.domain.messages import Post
from bot.domain.sentence import Sentence, title_and_details, without_stranger
from bot.domain.slack_text import message_text
from bot.domain.words import _, speaking
from bot.languages import catalogue
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.carried import ToldBySlack
from handlers.gateway.router import Router
from handlers.idea import kept_words, record_idea
from handlers.new import open_form, permalink, understood
from handlers.shared import claim
from handlers.shared.claim import Source
from handlers.shared.place import in_direct_message, seen_by_all
from storage import inbox
from storage.teams import find_language
from storage.workspaces import record_workspace

DrawnBlocks = list[dict[str, object]]


def register(router: Router, deps: Deps) -> None:
    """The event `app_mention`, and the buttons of its answer."""
    router.event("app_mention", partial(_mentioned, deps))
    router.button(Button.OFFER_NEW, partial(_create, deps))
    router.button(Button.OFFER_IDEA, partial(_keep, deps))


def _mentioned(deps: Deps, asked: Asked, event: ToldBySlack) -> None:
    if event.get("bot_id") or not event.get("user"):
        return  # apps do not talk to each other
    with deps.db.read() as session:
        language = find_language(session, asked.workspace, event.id("channel"))
    with speaking(catalogue(language)):  # the answer stands in the channel
        text, blocks = answer_to(deps, asked, event)
    post = Post(asked.key, event.id("channel"), text, blocks, thread_ts=event.get("thread_ts") or event["ts"])
    with deps.db.begin() as session:
        record_workspace(session, asked.workspace)
        # Here and not at the top: an event that failed half-way is to be done again.
        if inbox.claim(session, asked.workspace, asked.key, deps.clock()):
            deps.outbox.enqueue(session, asked.workspace, asked.key, [post])


def answer_to(deps: Deps, asked: Asked, event: ToldBySlack, order: Order | None = None) -> tuple[str, DrawnBlocks]:
    """What is answered to a message that is said to the bot, text and blocks, in the language that is spoken now.

    *order*: as it was understood already. An idea is kept at once. Raises `Unavailable`.
    """
    try:
        return _answer(deps, asked, order or order_in(event, asked.bot_user), str(event["ts"]))
    # It is a `Refused` too; raised, Slack sends the event again and the person is answered later.
    except Unavailable:
        raise
    except Refused as refused:
        return escape_lines(refused.reason), []


def order_in(event: dict[str, Any], bot: str) -> Order:
    """What the message asks for. Where its text is the mention alone, what it brings with it is meant: an alert that
    was passed on, a file."""
    order = order_of(str(event.get("text") or ""), bot)
    if order.rest:
        return order
    brought = without_mention(message_text({**event, "text": "", "blocks": []}), bot)
    return Order(order.verb if order.verb == "idea" else "add", brought) if brought else order


def _answer(deps: Deps, asked: Asked, order: Order, ts: str) -> tuple[str, DrawnBlocks]:
    if order.verb == "help":
        return capture.welcome("pushpin"), as_dicts(capture.welcome_blocks("pushpin"))
    said = understood(deps, asked, order.rest)
    if not said.text:
        return capture.nothing_said(), []
    if order.verb == "idea":
        return _kept_at_once(deps, asked, order.rest, ts), []
    due = said.due.isoformat() if said.due else ""
    text = f"{said.text}\n{said.details}".strip()
    how = shortened(said.verification, capture.VERIFICATION_KEPT)
    offer = Offer(text[: capture.TEXT_KEPT], said.owner or "", due, ts, asked.key, how)
    names = deps.directory.names(asked.workspace, {offer.owner} - {""})
    words = _("Create action item: {text}", text=escape(shortened(offer.text, 150)))
    return words, as_dicts(capture.offer_blocks(offer, names))


def _kept_at_once(deps: Deps, asked: Asked, text: str, ts: str) -> str:
    kept = _idea(deps, replace(asked, key=f"{asked.key}:idea"), text, Source(asked.channel or "", ts))
    return " ".join((kept_words(kept), *seen_by_all(asked)))


def _create(deps: Deps, asked: Asked) -> Answer | None:
    offer = offer_of(asked.value)
    source = _source(asked, offer)
    _refuse_taken(deps, asked, source)
    title, details = title_and_details(offer.text, TITLE_LIMIT)
    nobody = "" if offer.owner else without_stranger(title)[1]
    link = _link(asked, offer.ts)
    prefilled = Prefilled(
        title, details, offer.owner or None, offer.due, references=link, verification=offer.verification,
        notes=tuple(not_understood(Sentence(title, nobody=nobody and f"@{nobody}"))),
    )  # fmt: skip
    return open_form(deps, asked, prefilled, source)


def _keep(deps: Deps, asked: Asked) -> Answer:
    offer = offer_of(asked.value)
    return Answer(kept_words(_idea(deps, asked, offer.text, _source(asked, offer))))


def _source(asked: Asked, offer: Offer) -> Source:
    return Source(asked.channel or "", offer.ts, offer.key)


def _idea(deps: Deps, asked: Asked, text: str, source: Source) -> Item:
    kept = record_idea(deps, asked, text, references=_link(asked, source.ts), source=source)
    if kept is None:
        _refuse_taken(deps, asked, source)
        raise Refused(claim.SOMETHING)
    return kept


def _link(asked: Asked, ts: str) -> str:
    """To the message; "" for a direct message, which nobody else can open."""
    return "" if in_direct_message(asked) else permalink(asked, ts)


def _refuse_taken(deps: Deps, asked: Asked, source: Source) -> None:
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.read() as session:
        claim.refuse_taken(session, asked.workspace, source, viewer)
