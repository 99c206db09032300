"""A mention of the bot: “@Action Items add … @someone by friday” is answered in the thread with what was understood.

A mention brings no trigger with which a form could be opened, so a button opens it. What cannot be understood is
said in the thread too.
"""

from dataclasses import replace
from functools import partial

from bot.blocks import capture
from bot.blocks.capture import Offer, offer_of
from bot.blocks.ids import Button
from bot.blocks.item_form import Prefilled
from bot.blocks.parts import as_dicts
from bot.blocks.text import escape, escape_lines, shortened
from bot.coach.order import order_of
from bot.deps import Deps
from bot.domain.errors import Refused, Unavailable
from bot.domain.item import TITLE_LIMIT, Item
from bot.domain.messages import Post
from bot.domain.sentence import title_and_details
from bot.domain.words import ENGLISH, speaking
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.carried import ToldBySlack
from handlers.gateway.router import Router
from handlers.idea import kept_words, record_idea
from handlers.new import open_form, permalink, understood
from handlers.shared import claim
from handlers.shared.claim import Source
from storage import inbox
from storage.workspaces import record_workspace


def register(router: Router, deps: Deps) -> None:
    """The event `app_mention`, and the buttons of its answer."""
    router.event("app_mention", partial(_mentioned, deps))
    router.button(Button.OFFER_NEW, partial(_create, deps))
    router.button(Button.OFFER_IDEA, partial(_keep, deps))


def _mentioned(deps: Deps, asked: Asked, event: ToldBySlack) -> None:
    if event.get("bot_id") or not event.get("user"):
        return  # apps do not talk to each other
    order = order_of(str(event.get("text", "")), asked.bot_user)
    try:
        with speaking(ENGLISH):  # the answer stands in the channel
            text, blocks = _answer(deps, asked, order.verb, order.rest, str(event["ts"]))
    # It is a `Refused` too; raised, Slack sends the event again and the person is answered later.
    except Unavailable:
        raise
    except Refused as refused:
        with speaking(ENGLISH):
            text, blocks = escape_lines(refused.reason), []
    post = Post(asked.key, event.id("channel"), text, blocks, thread_ts=event.get("thread_ts") or event["ts"])
    with deps.db.begin() as session:
        record_workspace(session, asked.workspace)
        # Here and not at the top: an event that failed half-way is to be done again.
        if inbox.claim(session, asked.workspace, asked.key, deps.clock()):
            deps.outbox.enqueue(session, asked.workspace, asked.key, [post])


def _answer(deps: Deps, asked: Asked, verb: str, rest: str, ts: str) -> tuple[str, list[dict[str, object]]]:
    if verb == "help":
        return capture.welcome("pushpin"), as_dicts(capture.welcome_blocks("pushpin"))
    said = understood(deps, asked, rest)
    if not said.text:
        return capture.NOTHING_SAID, []
    if verb == "idea":
        # With a key of its own: the idea claims one request, the answer in the thread another.
        return kept_words(
            _idea(deps, replace(asked, key=f"{asked.key}:idea"), rest, Source(asked.channel or "", ts))
        ), []
    due = said.due.isoformat() if said.due else ""
    text = f"{said.text}\n{said.details}".strip()
    offer = Offer(text[: capture.TEXT_KEPT], said.owner or "", due, ts, asked.key)
    names = deps.directory.names(asked.workspace, {offer.owner} - {""})
    return f"Create action item: {escape(shortened(offer.text, 150))}", as_dicts(capture.offer_blocks(offer, names))


def _create(deps: Deps, asked: Asked) -> Answer | None:
    offer = offer_of(asked.value)
    source = _source(asked, offer)
    _refuse_taken(deps, asked, source)
    title, details = title_and_details(offer.text, TITLE_LIMIT)
    link = permalink(asked, offer.ts)
    prefilled = Prefilled(title, details, offer.owner or None, offer.due, references=link)
    return open_form(deps, asked, prefilled, source)


def _keep(deps: Deps, asked: Asked) -> Answer:
    offer = offer_of(asked.value)
    return Answer(kept_words(_idea(deps, asked, offer.text, _source(asked, offer))))


def _source(asked: Asked, offer: Offer) -> Source:
    return Source(asked.channel or "", offer.ts, offer.key)


def _idea(deps: Deps, asked: Asked, text: str, source: Source) -> Item:
    kept = record_idea(deps, asked, text, references=permalink(asked, source.ts), source=source)
    if kept is None:
        _refuse_taken(deps, asked, source)
        raise Refused(claim.SOMETHING)
    return kept


def _refuse_taken(deps: Deps, asked: Asked, source: Source) -> None:
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.read() as session:
        claim.refuse_taken(session, asked.workspace, source, viewer)
