"""Starting an item: not started → in progress."""

from typing import Any

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved
from bot.domain.lifecycle import Action, after
from bot.domain.words import _


def start(item: Item, by: By) -> Moved:
    """not started → in progress. Refused while the item is blocked."""
    if item.next_step is Action.UNBLOCK:
        raise Refused(_("{item} is blocked. Unblock it first.", item=item.label), next_step=Action.UNBLOCK)
    return _move(item, Action.START, by, started_at=by.at)


def _move(item: Item, action: Action, by: By, **fields: Any) -> Moved:
    return moved(item, action, after(item.state, action, item.label, by.last), by, "", {}, **fields)
