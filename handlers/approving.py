"""Requests that wait: “Approve” and “Decline” for who decides, “Withdraw” for who asked; and who may be asked."""

import json
from functools import partial

from sqlalchemy.orm import Session

from bot.blocks import endings
from bot.blocks.ids import Button, Modal
from bot.blocks.standing import asked_for
from bot.deps import Deps
from bot.domain import decisions, roles
from bot.domain.approvals import Request, refuse_unless_pending
from bot.domain.errors import Refused
from bot.domain.items import By, Item, Moved
from bot.domain.lifecycle import Action
from bot.domain.teams import Team
from bot.domain.words import _
from handlers.acting import change, load, metadata_for, who_asks
from handlers.asked import Answer, Asked
from handlers.form_of_item import team_of
from handlers.forms import Form
from handlers.router import Router
from storage import approvals
from storage.people import list_names


def register(router: Router, deps: Deps) -> None:
    """The buttons “Approve”, “Decline” and “Withdraw”, and the modal “Decline”."""
    router.button(Button.APPROVE, partial(_approve, deps))
    router.button(Button.TURN_DOWN, partial(_open_turn_down, deps))
    router.modal(Modal.TURN_DOWN, partial(_turn_down, deps))
    router.button(Button.WITHDRAW, partial(_withdraw, deps))
    router.more(Action.WITHDRAW, partial(_withdraw_from_card, deps))


def approver_for(deps: Deps, asked: Asked, item: Item, chosen: str, field: str = "approver") -> str:
    """Who approves what the asker asks: *chosen*, else the lead. Raises `Refused` at *field* when they cannot.

    Whoever decides needs nobody: "".
    """
    if who_asks(deps, asked, item).decides:
        return ""
    team = team_of(deps, item.team_id)
    approver = chosen or (team.lead if team else "")
    person = deps.directory.person(asked.workspace, approver) if approver else None
    try:
        roles.check_approver(approver, asked.user, person, team)
    except Refused as refused:
        raise Refused(refused.reason, field) from None
    return approver


def pre_selected(deps: Deps, asked: Asked, item: Item, by: By) -> str:
    """The approver that a form begins with: the lead; "" where they could not approve, so that somebody is chosen."""
    team = team_of(deps, item.team_id)
    if team is None or not (by.decides or can_approve(deps, asked, item, team.lead)):
        return ""
    return team.lead


def can_approve(deps: Deps, asked: Asked, item: Item, user: str) -> bool:
    """Whether *user* could approve what the asker asks about the item."""
    team = team_of(deps, item.team_id)
    person = deps.directory.person(asked.workspace, user) if user else None
    try:
        roles.check_approver(user, asked.user, person, team)
    except Refused:
        return False
    return True


def _approve(deps: Deps, asked: Asked) -> Answer | None:
    number, request_id = _named(asked.value)
    team = _team(deps, asked, number)
    found: list[Request] = []

    def check(session: Session) -> None:
        found.append(_pending(session, asked.workspace, request_id))

    def decide(item: Item, by: By) -> Moved:
        roles.refuse_unless_decides(item, by, found[-1].approver, team)
        return decisions.approve(item, by, found[-1], deps.today(item.zone))

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
    asked.open(endings.turn_down(item, metadata))
    return None


def _turn_down(deps: Deps, asked: Asked, form: Form) -> None:
    number, request_id, why = asked.metadata["number"], asked.metadata["request"], form.text("why")
    team = _team(deps, asked, number)
    found: list[Request] = []

    def check(session: Session) -> None:
        found.append(_pending(session, asked.workspace, request_id))

    def decide(item: Item, by: By) -> Moved:
        roles.refuse_unless_decides(item, by, found[-1].approver, team)
        return decisions.turn_down(item, by, found[-1], why)

    change(deps, asked, number, decide, check)


def _withdraw(deps: Deps, asked: Asked) -> Answer | None:
    number, request_id = _named(asked.value)
    return _take_back(deps, asked, number, request_id)


def _withdraw_from_card(deps: Deps, asked: Asked) -> Answer | None:
    item = load(deps, asked, int(asked.value))
    if item.request is None:
        raise Refused(_("Nobody has asked for a decision about {item}.", item=item.label))
    return _take_back(deps, asked, item.number, item.request.id)


def _take_back(deps: Deps, asked: Asked, number: int, request_id: int) -> Answer | None:
    found: list[Request] = []

    def check(session: Session) -> None:
        found.append(_pending(session, asked.workspace, request_id))

    done = change(deps, asked, number, lambda item, by: decisions.withdraw(item, by, found[-1]), check)
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
