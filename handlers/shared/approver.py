"""Who may be asked to approve what somebody asks for, and whom a form begins with."""

from bot.deps import Deps
from bot.domain import roles
from bot.domain.errors import Refused
from bot.domain.item import By, Item
from handlers.gateway.asked import Asked
from handlers.shared.acting import who_asks
from handlers.shared.item_form import team_of


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
        raise Refused(refused.text, field) from None
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
