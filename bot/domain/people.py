"""A person as Slack knows them, and who may own an item."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import Refused
from bot.domain.words import _

SLACKBOT = "USLACKBOT"
GROUP_CANNOT_OWN = "A group cannot own an item. Choose one person who answers for it."


@dataclass(frozen=True)
class Person:
    """What Slack says of a user. `asked_at` is when it said so."""

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


def check_owner(user: str, person: Person | None, field: str = "owner") -> None:
    """Raises `Refused` when *user* cannot own an item (R29, R30); `person` None: Slack does not know them."""
    if user.startswith("S"):
        raise Refused(GROUP_CANNOT_OWN, field=field)
    if user == SLACKBOT or (person and person.is_bot):
        raise Refused("An app cannot own an item. Choose one person who answers for it.", field=field)
    if person is None:
        raise Refused("Slack does not know that person here. Choose a member of this workspace.", field=field)
    if person.deactivated:
        raise Refused(_("{who} has left. Choose someone who is here.", who=person.name), field=field)
    if person.is_guest:
        raise Refused(_("{who} is a guest here. Choose a full member as owner.", who=person.name), field=field)
