"""Requests that wait: “Approve” and “Decline” for who decides, “Withdraw” for who asked; and who may be asked."""

import json
from functools import partial

from bot.blocks.approve import turn_down_form
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain import roles
from bot.domain.approve import approve, turn_down, withdraw
from bot.domain.errors import Refused
from bot.domain.joined import number
from bot.domain.lifecycle import Action
from bot.domain.pressed import RequestAbout
from bot.domain.request import Request, refuse_unless_pending
from bot.domain.words import Text
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.acting import metadata_for
from handlers.shared.item_change import ItemChange, ItemLook, item_change, item_look
from storage import approvals


def register(router: Router, deps: Deps) -> None:
    """The buttons “Approve”, “Decline” and “Withdraw”, and the modal “Decline”."""
    router.button(Button.APPROVE, partial(_approve, deps))
    router.button(Button.TURN_DOWN, partial(_open_turn_down, deps))
    router.modal(Modal.TURN_DOWN, partial(_turn_down, deps))
    router.button(Button.WITHDRAW, partial(_withdraw, deps))
    router.more(Action.WITHDRAW, partial(_withdraw_from_card, deps))


def _approve(deps: Deps, asked: Asked) -> None:
    about = RequestAbout.read(asked.value)
    with item_change(deps, asked, about.number) as change:
        request = _to_decide(change, about.request_id)
        change.record(approve(change.item, change.by, request, change.today))


def _open_turn_down(deps: Deps, asked: Asked) -> Answer | None:
    about = RequestAbout.read(asked.value)
    with item_look(deps, asked, about.number) as look:
        _to_decide(look, about.request_id)
    # The request and not only the item, of which another one may wait by the time this is submitted.
    metadata = json.dumps(json.loads(metadata_for(asked, look.item)) | {"request": about.request_id})
    asked.open(turn_down_form(look.item, metadata))
    return None


def _turn_down(deps: Deps, asked: Asked, form: Form) -> None:
    with item_change(deps, asked, asked.metadata["number"]) as change:
        request = _to_decide(change, asked.metadata["request"])
        change.record(turn_down(change.item, change.by, request, form.text("why")))


def _withdraw(deps: Deps, asked: Asked) -> None:
    about = RequestAbout.read(asked.value)
    with item_change(deps, asked, about.number) as change:
        _take_back(change, about.request_id)


def _withdraw_from_card(deps: Deps, asked: Asked) -> None:
    with item_change(deps, asked, number(asked.value)) as change:
        if change.item.request is None:
            raise Refused(Text("Nobody has asked for a decision about {item}.", item=change.item.label))
        _take_back(change, change.item.request.id)


def _take_back(change: ItemChange, request_id: int) -> None:
    change.record(withdraw(change.item, change.by, _pending(change, request_id)))


def _to_decide(look: ItemLook, request_id: int) -> Request:
    """The request, when it still waits and the asker may decide about it."""
    request = _pending(look, request_id)
    roles.refuse_unless_decides(look.item, look.by, request.approver, look.team)
    return request


def _pending(look: ItemLook, request_id: int) -> Request:
    """The request, when it still waits. Raises `Refused` that says what the first of two people did."""
    request = approvals.get_request_about(look.session, look.item, request_id)
    # Of two who decide at once the second reads who was first.
    decided_by = look.known(request.decided_by)
    refuse_unless_pending(request, decided_by.name if decided_by else "")
    return request
