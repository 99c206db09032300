"""Who may be asked to approve what somebody asks for, and whom a form begins with."""

from bot.deps import Deps
from bot.domain import roles
from bot.domain.errors import Refused
from bot.domain.person import Person
from handlers.shared.item_change import ItemLook


def approver_for(look: ItemLook, chosen: str, person: Person | None, field: str = "approver") -> str:
    """Who approves what the asker asks: *chosen*, else the lead; *person* is whoever of them it is.

    Whoever decides needs nobody: "". Raises `Refused` at *field* when they cannot.
    """
    if look.by.decides:
        return ""
    approver = chosen or (look.team.lead if look.team else "")
    try:
        roles.check_approver(approver, look.asked.user, person, look.team)
    except Refused as refused:
        # The rule does not know under which name its form asks: “Blocked” calls this field otherwise.
        raise Refused(refused.text, field) from None
    return approver


def chosen_person(deps: Deps, workspace: str, chosen: str) -> Person | None:
    """Who was chosen in a form, as Slack knows them; None where nobody was."""
    return deps.directory.person(workspace, chosen) if chosen else None


def pre_selected(look: ItemLook, lead: Person | None) -> str:
    """The approver that a form begins with: the lead; "" where they could not approve, so that somebody is chosen."""
    if look.team is None or not (look.by.decides or can_approve(look, look.team.lead, lead)):
        return ""
    return look.team.lead


def lead_of(look: ItemLook, known: Person | None) -> Person | None:
    """The lead of the item's team, of whom *known* was heard last; asked of Slack where that was long ago."""
    if look.team is None or look.deps.directory.trusts(known):
        return known
    return look.deps.directory.person(look.team.workspace, look.team.lead)


def can_approve(look: ItemLook, user: str, person: Person | None) -> bool:
    """Whether *user*, who is *person*, could approve what the asker asks about the item."""
    try:
        roles.check_approver(user, look.asked.user, person, look.team)
    except Refused:
        return False
    return True
