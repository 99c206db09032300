"""Blocking an item and unblocking it: the form asks what its reason needs, and each reason has its own response."""

import json
from functools import partial

from slack_sdk.errors import SlackClientError
from slack_sdk.models.views import View
from sqlalchemy.orm import Session

from bot.blocks.block import REASON, Deciding, block_form
from bot.blocks.defer import UNDERSTOOD
from bot.blocks.fields import filled
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain import block as rule
from bot.domain.accept import must_accept
from bot.domain.approve import defer_first
from bot.domain.block import Decision, Obstacle, Response
from bot.domain.errors import Refused
from bot.domain.item import TITLE_LIMIT, By, Created, Item, Moved
from bot.domain.item_values import BlockReason
from bot.domain.messages import Message, Post
from bot.domain.person import check_owner
from bot.domain.sentence import Said
from bot.domain.words import Text, _
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.acting import about, change, load, metadata_for, who_asks
from handlers.shared.approver import approver_for, can_approve, pre_selected
from handlers.shared.decide import refuse_unless_understood
from handlers.shared.notifications import card_key, messages_about
from handlers.shared.typed import as_text
from storage import items
from storage.workspaces import lock_item_numbers

USAGE = "block N [text]"
FIRST = {
    BlockReason.ANOTHER_TEAM: "escalated_to",
    BlockReason.INFRASTRUCTURE: "trigger",
    BlockReason.LARGER: "phase_one",
    BlockReason.OWNER_UNAVAILABLE: "new_owner",
    BlockReason.PRIORITIES: "decision",
}
"""The field by which the form of each reason is known."""


def register(router: Router, deps: Deps) -> None:
    """`block N`, `unblock N`, their buttons, and the modal “Blocked” with the menu that changes it."""
    open_form, unblock = partial(_open, deps), partial(_unblock, deps)
    router.subcommand("block", open_form, USAGE, "says what blocks it, and what follows from that")
    router.subcommand("unblock", unblock, "unblock N", "nothing blocks it any more")
    router.button(Button.BLOCK, open_form)
    router.button(Button.UNBLOCK, unblock)
    router.action(REASON, partial(_reason_chosen, deps))
    router.modal(Modal.BLOCKED, partial(submitted, deps))


def _open(deps: Deps, asked: Asked) -> Answer | None:
    number, rest = number_and_rest(asked.value or asked.text, USAGE)
    item = load(deps, asked, number)
    deciding = _deciding(deps, asked, item)
    try:
        rule.refuse_unless_blockable(item)
    except Refused as refused:
        raise about(item, refused) from None
    typed = as_text(deps, asked, rest, TITLE_LIMIT).text
    metadata = json.loads(metadata_for(asked, item)) | {"typed": typed}
    asked.open(block_form(item, json.dumps(metadata), None, deciding))
    return None


def _unblock(deps: Deps, asked: Asked) -> Answer | None:
    number, _rest = number_and_rest(asked.value or asked.text, "unblock N")
    done = change(deps, asked, number, rule.unblock)
    return Answer(_("*{item}* is not blocked any more.", item=done.label)) if done and not asked.is_on_card else None


def _reason_chosen(deps: Deps, asked: Asked) -> Answer | None:
    """Draws the form with the fields of the reason, unless it has changed meanwhile: the submission does it then."""
    reason = _reason(Form(asked.view))
    if reason is None:
        return None
    view = _drawn(deps, asked, reason)
    try:
        asked.client.views_update(view_id=asked.view["id"], hash=asked.view["hash"], view=view)
    except (SlackClientError, OSError):
        return None
    return None


def submitted(deps: Deps, asked: Asked, form: Form) -> View | None:
    """“Blocked”: the form with the fields of its reason, or None when what follows from it is recorded."""
    reason = _reason(form)
    if reason is None:
        raise Refused("Choose what blocks it.", REASON)
    if not form.has(FIRST[reason]):
        return _drawn(deps, asked, reason)
    item = load(deps, asked, asked.metadata["number"])
    if form.has(UNDERSTOOD):
        refuse_unless_understood(form)
    told = _told(form, reason)
    response = _response(deps, asked, item, told, form.user("approver"))

    def decide(item: Item, by: By) -> Moved:
        return rule.respond(item, by, told, response)

    if reason is BlockReason.LARGER:
        numbers = partial(lock_item_numbers, workspace=item.workspace)
        change(deps, asked, item.number, decide, numbers, partial(_record_rest, told, response))
    else:
        change(deps, asked, item.number, decide)
    return None


def _drawn(deps: Deps, asked: Asked, reason: BlockReason) -> View:
    item = load(deps, asked, asked.metadata["number"])
    view = block_form(item, json.dumps(asked.metadata), reason, _deciding(deps, asked, item))
    return filled(view, Said(asked.metadata.get("typed", "")))


def _deciding(deps: Deps, asked: Asked, item: Item) -> Deciding:
    by = who_asks(deps, asked, item)
    return Deciding(pre_selected(deps, asked, item, by), at_once=by.decides)


def _reason(form: Form) -> BlockReason | None:
    chosen = form.choice(REASON)
    return BlockReason(chosen) if chosen else None


def _told(form: Form, reason: BlockReason) -> Obstacle:
    decision = form.choice("decision")
    return Obstacle(
        reason,
        escalated_to=form.user("escalated_to"),
        dependency=form.text("dependency"),
        mitigation=form.text("mitigation"),
        trigger=form.text("trigger"),
        phase_one=form.text("phase_one"),
        rest=form.text("rest"),
        new_owner=form.user("new_owner"),
        decision=Decision(decision) if decision else None,
        decided_by=form.user("decided_by"),
    )


def _response(deps: Deps, asked: Asked, item: Item, told: Obstacle, approver: str) -> Response:
    """What Slack has to be asked for before the rules decide."""
    match told.reason:
        case BlockReason.ANOTHER_TEAM:
            _check_escalated_to(deps, item, told.escalated_to)
        case BlockReason.OWNER_UNAVAILABLE:
            check_owner(told.new_owner, deps.directory.person(item.workspace, told.new_owner), "new_owner")
            there = item.channel is not None and told.new_owner in deps.directory.members(item.workspace, item.channel)
            return Response(asks=must_accept(told.new_owner, asked.user, owner_was_there=there))
        case BlockReason.INFRASTRUCTURE | BlockReason.LARGER:
            return Response(approver_for(deps, asked, item, approver))
        case BlockReason.PRIORITIES if told.decision is Decision.DEFER:
            named = told.decided_by if can_approve(deps, asked, item, told.decided_by) else ""
            return Response(approver_for(deps, asked, item, named, "decided_by"))
    return Response()


def _check_escalated_to(deps: Deps, item: Item, user: str) -> None:
    """A person who is here and may see the item, of which they get a message."""
    person = deps.directory.person(item.workspace, user) if user else None
    if person is None or person.is_bot or person.deactivated:
        raise Refused("Choose the person who can unblock it.", "escalated_to")
    if not (item.private or person.is_guest) or user in deps.directory.members(item.workspace, item.channel or ""):
        return
    words = Text("{who} is a guest and not in the channel of {item}.", item=item.label, who=person.name)
    if item.private:
        words = Text("{item} belongs to a private channel and {who} is not in it.", item=item.label, who=person.name)
    raise Refused(words + Text("Invite them there first."), "escalated_to")


def _record_rest(told: Obstacle, response: Response, session: Session, first: Item, by: By) -> list[Message]:
    """The rest of a split item: an item of its own, deferred until phase one is closed."""
    draft = rule.rest_of(first, told)
    created = Created(
        draft, by.user, by.at, first.channel, first.private,
        split_from=first.number, detail={"split_from": first.number},
    )  # fmt: skip
    rest = items.record_item(session, first.workspace, created)
    parked = defer_first(rest, By(by.user, by.at, None, by.decides), rule.rest_waits(first), response.approver)
    deferred = items.record_moved(session, parked)
    said = messages_about(session, rest, deferred, parked.change)
    if first.channel:
        key = f"change:{first.last_change_id}:rest"
        text = f"The rest is {deferred.label}, deferred until {first.label} is closed."
        said.append(Post(key, first.channel, text, thread_of=card_key(first.number)))
    return said
