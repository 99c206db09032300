"""Starting an item: not started → in progress."""

from dataclasses import replace

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved
from bot.domain.lifecycle import Action, after
from bot.domain.words import Text


def start(item: Item, by: By) -> Moved:
    """not started → in progress. Refused while the item is blocked."""
    # Before the table of transitions, which knows no flags and would let a blocked item start (contract.md, States).
    if item.next_step is Action.UNBLOCK:
        raise Refused(Text("{item} is blocked. Unblock it first.", item=item.label), next_step=Action.UNBLOCK)
    state = after(item.state, Action.START, item.label, by.last)
    return moved(item, replace(item, state=state, started_at=by.at), Action.START, by)
