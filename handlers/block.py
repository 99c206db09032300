"""Blocking an item and unblocking it: the form asks what its reason needs, and each reason has its own response."""

import json
from functools import partial

from slack_sdk.errors import SlackClientError
from slack_sdk.models.views import View

from bot.blocks.block import REASON, Deciding, block_form
from bot.blocks.fields import filled
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain import block as rule
from bot.domain.accept import must_accept
from bot.domain.approve import defer_first
from bot.domain.block import Decision, Obstacle, Response
from bot.domain.defer import UNDERSTOOD, refuse_unless_understood
from bot.domain.errors import Refused
from bot.domain.item import TITLE_LIMIT, By, Created, Item
from bot.domain.item_values import BlockReason
from bot.domain.messages import Message, Post
from bot.domain.person import Person, check_owner
from bot.domain.sentence import Sentence
from bot.domain.subjects import CardOf, ChangeOf
from bot.services.block import check_escalated_to
from bot.services.notifications import messages_about
from bot.services.tickets import ticket_of_new
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.acting import metadata_for
from handlers.shared.approver import approver_for, can_approve, chosen_person, lead_of, pre_selected
from handlers.shared.item_change import ItemChange, ItemLook, item_change, item_look
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
    router.input(REASON, partial(_reason_chosen, deps))
    router.modal(Modal.BLOCKED, partial(submitted, deps))


def _open(deps: Deps, asked: Asked) -> Answer | None:
    number, rest = number_and_rest(asked.value or asked.text, USAGE)
    with item_look(deps, asked, number) as look:
        look.check(lambda _by: rule.refuse_unless_blockable(look.item))
        known = look.lead
    typed = as_text(deps, asked, rest, TITLE_LIMIT).text
    metadata = json.loads(metadata_for(asked, look.item)) | {"typed": typed}
    asked.open(block_form(look.item, json.dumps(metadata), None, _deciding(look, known)))
    return None


def _unblock(deps: Deps, asked: Asked) -> None:
    number, _rest = number_and_rest(asked.value or asked.text, "unblock N")
    with item_change(deps, asked, number) as change:
        change.record(rule.unblock(change.item, change.by))


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
    # Submitted before Slack had the form with the fields of that reason: it is shown now, and nothing is lost.
    if not form.has(FIRST[reason]):
        return _drawn(deps, asked, reason)
    with item_look(deps, asked, asked.metadata["number"]) as look:
        known = look.lead
    if form.has(UNDERSTOOD):
        refuse_unless_understood(form.ticked(UNDERSTOOD))
    told = _told(form, reason)
    response = _response(look, told, form.user("approver"), known)
    with item_change(deps, asked, look.item.number) as change:
        if reason is BlockReason.LARGER:
            # Before `record`, which locks whatever shows the item: whoever creates an item locks the counter of numbers
            # first, and in two orders they could wait for each other.
            lock_item_numbers(change.session, look.item.workspace)
        first = change.record(rule.respond(change.item, change.by, told, response))
        if reason is BlockReason.LARGER:
            change.say(_record_rest(change, first, told, response))
    return None


def _drawn(deps: Deps, asked: Asked, reason: BlockReason) -> View:
    with item_look(deps, asked, asked.metadata["number"]) as look:
        known = look.lead
    view = block_form(look.item, json.dumps(asked.metadata), reason, _deciding(look, known))
    return filled(view, Sentence(asked.metadata.get("typed", "")))


def _deciding(look: ItemLook, known: Person | None) -> Deciding:
    return Deciding(pre_selected(look, lead_of(look, known)), at_once=look.by.decides)


def _reason(form: Form) -> BlockReason | None:
    return form.one_of(REASON, BlockReason)


def _told(form: Form, reason: BlockReason) -> Obstacle:
    return Obstacle(
        reason,
        escalated_to=form.user("escalated_to"),
        dependency=form.text("dependency"),
        mitigation=form.text("mitigation"),
        trigger=form.text("trigger"),
        phase_one=form.text("phase_one"),
        rest=form.text("rest"),
        new_owner=form.user("new_owner"),
        decision=form.one_of("decision", Decision),
        decided_by=form.user("decided_by"),
    )


def _response(look: ItemLook, told: Obstacle, approver: str, lead: Person | None) -> Response:
    """What Slack has to be asked for before the rules decide. *lead* is what was heard last of the team's lead."""
    deps, item = look.deps, look.item
    match told.reason:
        case BlockReason.ANOTHER_TEAM:
            check_escalated_to(deps, item, told.escalated_to)
        case BlockReason.OWNER_UNAVAILABLE:
            check_owner(told.new_owner, deps.directory.person(item.workspace, told.new_owner), "new_owner")
            # Who was in the channel has heard of it and need not accept (R32).
            there = item.channel is not None and told.new_owner in deps.directory.members(item.workspace, item.channel)
            return Response(asks=must_accept(told.new_owner, look.asked.user, owner_was_there=there))
        case BlockReason.INFRASTRUCTURE | BlockReason.LARGER:
            return _approved_by(look, approver, lead, "approver")
        case BlockReason.PRIORITIES if told.decision is Decision.DEFER:
            decider = chosen_person(deps, item.workspace, told.decided_by)
            # The form asks who decided, in words of that reason: where they could not approve, the lead does.
            named = told.decided_by if can_approve(look, told.decided_by, decider) else ""
            return _approved_by(look, named, lead, "decided_by")
    return Response()


def _approved_by(look: ItemLook, chosen: str, lead: Person | None, field: str) -> Response:
    if look.by.decides:
        return Response("")
    person = chosen_person(look.deps, look.item.workspace, chosen) if chosen else lead_of(look, lead)
    return Response(approver_for(look, chosen, person, field))


def _record_rest(change: ItemChange, first: Item, told: Obstacle, response: Response) -> list[Message]:
    """The rest of a split item: an item of its own, deferred until phase one is closed."""
    session, by = change.session, change.by
    draft = rule.rest_of(first, told)
    created = Created(
        draft, by.user, by.at, first.channel, first.private,
        split_from=first.number, detail={"split_from": first.number},
    )  # fmt: skip
    rest = items.record_item(session, first.workspace, created)
    parked = defer_first(rest, By(by.user, by.at, None, by.decides), rule.rest_waits(first), response.approver)
    # Parked from its first moment, so that no ritual asks about work that cannot begin.
    deferred = items.record_moved(session, parked)
    said = [
        *messages_about(session, rest, deferred, parked.change), *ticket_of_new(session, deferred, change.team),
    ]  # fmt: skip
    if first.channel:
        key = ChangeOf(first.last_change_id).told("rest")
        text = f"The rest is {deferred.label}, deferred until {first.label} is closed."
        # In English: it stands in the channel's thread.
        said.append(Post(key, first.channel, text, thread_of=CardOf(first.number).key))
    return said
