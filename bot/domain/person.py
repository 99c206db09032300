"""A person as Slack knows them, who may own an item, and who may lead a team."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.errors import Refused
from bot.domain.words import Text

SLACKBOT = "USLACKBOT"
GROUP_CANNOT_OWN = "A group cannot own an item. Choose one person who answers for it."


@dataclass(frozen=True)
class Person:
    """What Slack says of a user. `asked_at` is when it said so.

    `team` is their own workspace; "" of whom Slack was asked before that was kept. `is_guest` is true of every
    outsider: of guests, and of people of another company who are here by a shared channel.
    """

    workspace: str
    user: str
    name: str
    asked_at: datetime
    timezone: str = "UTC"
    locale: str = "en-US"
    is_bot: bool = False
    is_guest: bool = False
    is_admin: bool = False
    deactivated: bool = False
    team: str = ""


def gone(person: Person, now: datetime) -> Person:
    """Them, since Slack does not know them any more at *now*: they see no more than a guest."""
    # Whoever left must lose what they could see and decide, whatever was kept of them.
    return replace(person, asked_at=now, deactivated=True, is_guest=True, is_admin=False)


def check_owner(user: str, person: Person | None, field: str = "owner") -> None:
    """Raises `Refused` when *user* cannot own an item (R29, R30); `person` None: Slack does not know them."""
    # First: to Slack a group's id is an unknown person, and that answer would help nobody (R30).
    if user.startswith("S"):
        raise Refused(GROUP_CANNOT_OWN, field=field)
    if _is_app(user, person):
        raise Refused("An app cannot own an item. Choose one person who answers for it.", field=field)
    here = _who_is_here(person, field)
    if here.is_guest:
        raise Refused(Text("{who} is a guest here. Choose a full member as owner.", who=here.name), field=field)


def check_collaborator(user: str, person: Person | None) -> None:
    """Raises `Refused` at “collaborators” when *user* cannot be one; `person` None: Slack does not know them.

    A guest would see an item of a channel that they are not in.
    """
    field = "collaborators"
    if _is_app(user, person):
        raise Refused("An app cannot collaborate. Choose people.", field=field)
    here = _who_is_here(person, field)
    if here.is_guest:
        raise Refused(Text("{who} is a guest here. Choose full members.", who=here.name), field=field)


def check_lead(user: str, person: Person | None) -> None:
    """Raises `Refused` at “lead” when *user* cannot lead a team; `person` None: Slack does not know them."""
    if _is_app(user, person):
        raise Refused("An app cannot lead a team. Choose a full member as lead.", field="lead")
    here = _who_is_here(person, "lead")
    if here.is_guest:
        raise Refused(Text("{who} is a guest here. Choose a full member as lead.", who=here.name), field="lead")


def _is_app(user: str, person: Person | None) -> bool:
    # Slack says `is_bot: false` of Slackbot.
    return user == SLACKBOT or bool(person and person.is_bot)


def _who_is_here(person: Person | None, field: str) -> Person:
    if person is None:
        raise Refused("Slack does not know that person here. Choose a member of this workspace.", field=field)
    if person.deactivated:
        raise Refused(Text("{who} has left. Choose someone who is here.", who=person.name), field=field)
    return person
