"""Requests that wait: “Approve” and “Decline” for who decides, “Withdraw” for who asked; and who may be asked."""

import json
from functools import partial

from sqlalchemy.orm import Session

from bot.blocks.approve import turn_down_form
from bot.blocks.ids import Button, Modal
from bot.blocks.state_lines import asked_for
from bot.deps import Deps
from bot.domain import roles
from bot.domain.approve import approve, turn_down, withdraw
from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved
from bot.domain.lifecycle import Action
from bot.domain.request import Request, refuse_unless_pending
from bot.domain.team import Team
from bot.domain.words import Text, _
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.acting import change, load, metadata_for, who_asks
from handlers.shared.item_form import team_of
from storage import approvals
from storage.people import list_names


def register(router: Router, deps: Deps) -> None:
    """The buttons “Approve”, “Decline” and “Withdraw”, and the modal “Decline”."""
    router.button(Button.APPROVE, partial(_approve, deps))
    router.button(Button.TURN_DOWN, partial(_open_turn_down, deps))
    router.modal(Modal.TURN_DOWN, partial(_turn_down, deps))
    router.button(Button.WITHDRAW, partial(_withdraw, deps))
    router.more(Action.WITHDRAW, partial(_withdraw_from_card, deps))


def _approve(deps: Deps, asked: Asked) -> Answer | None:
    number, request_id = _named(asked.value)
    team = _team(deps, asked, number)
    found: list[Request] = []

    def check(session: Session) -> None:
        found.append(_pending(session, asked.workspace, request_id))

    def decide(item: Item, by: By) -> Moved:
        roles.refuse_unless_decides(item, by, found[-1].approver, team)
        return approve(item, by, found[-1], deps.today(item.zone))

    done = change(deps, asked, number, decide, check)
    return Answer(_("*{item}*: you approved the {what}.", item=done.label, what=asked_for(found[-1]))) if done else None


def _open_turn_down(deps: Deps, asked: Asked) -> Answer | None:
    number, request_id = _named(asked.value)
    item = load(deps, asked, number)
    by = who_asks(deps, asked, item)
    with deps.db.begin() as session:
        request = _pending(session, asked.workspace, request_id)
    roles.refuse_unless_decides(item, by, request.approver, team_of(deps, item.team_id))
    metadata = json.dumps(json.loads(metadata_for(asked, item)) | {"request": request_id})
    asked.open(turn_down_form(item, metadata))
    return None


def _turn_down(deps: Deps, asked: Asked, form: Form) -> None:
    number, request_id, why = asked.metadata["number"], asked.metadata["request"], form.text("why")
    team = _team(deps, asked, number)
    found: list[Request] = []

    def check(session: Session) -> None:
        found.append(_pending(session, asked.workspace, request_id))

    def decide(item: Item, by: By) -> Moved:
        roles.refuse_unless_decides(item, by, found[-1].approver, team)
        return turn_down(item, by, found[-1], why)

    change(deps, asked, number, decide, check)


def _withdraw(deps: Deps, asked: Asked) -> Answer | None:
    number, request_id = _named(asked.value)
    return _take_back(deps, asked, number, request_id)


def _withdraw_from_card(deps: Deps, asked: Asked) -> Answer | None:
    item = load(deps, asked, int(asked.value))
    if item.request is None:
        raise Refused(Text("Nobody has asked for a decision about {item}.", item=item.label))
    return _take_back(deps, asked, item.number, item.request.id)


def _take_back(deps: Deps, asked: Asked, number: int, request_id: int) -> Answer | None:
    found: list[Request] = []

    def check(session: Session) -> None:
        found.append(_pending(session, asked.workspace, request_id))

    done = change(deps, asked, number, lambda item, by: withdraw(item, by, found[-1]), check)
    return Answer(_("*{item}*: the request is withdrawn.", item=done.label)) if done else None


def _team(deps: Deps, asked: Asked, number: int) -> Team | None:
    return team_of(deps, load(deps, asked, number).team_id)


def _pending(session: Session, workspace: str, request_id: int) -> Request:
    """The request, when it still waits. Raises `Refused` that says what the first of two people did."""
    request = approvals.get_request(session, workspace, request_id)
    name = list_names(session, workspace, {request.decided_by}).get(request.decided_by, "")
    refuse_unless_pending(request, name)
    return request


def _named(value: str) -> tuple[int, int]:
    number, _sep, request_id = value.partition(":")
    return int(number), int(request_id)
