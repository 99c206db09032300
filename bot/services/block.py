"""Who can be asked to unblock an item."""

from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.item import Item
from bot.domain.words import Text


def check_escalated_to(deps: Deps, item: Item, user: str) -> None:
    """A person who is here and may see the item, of which they get a message. Raises `Refused`."""
    person = deps.directory.person(item.workspace, user) if user else None
    if person is None or person.is_bot or person.deactivated:
        raise Refused("Choose the person who can unblock it.", "escalated_to")
    if not (item.private or person.is_guest) or user in deps.directory.members(item.workspace, item.channel or ""):
        return
    words = Text("{who} is a guest and not in the channel of {item}.", item=item.label, who=person.name)
    if item.private:
        words = Text("{item} belongs to a private channel and {who} is not in it.", item=item.label, who=person.name)
    raise Refused(words + Text("Invite them there first."), "escalated_to")
