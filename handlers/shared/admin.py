"""Whether who asks is an admin of the workspace: looked at with each press."""

from bot.deps import Deps
from handlers.gateway.asked import Asked
from handlers.shared.item_change import remember_asker


def is_admin(deps: Deps, asked: Asked) -> bool:
    """Whether the asker is an admin of the workspace, as Slack says now."""
    person = remember_asker(deps, asked)
    return bool(person and person.is_admin)
