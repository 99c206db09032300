"""Opening an ended item again."""

from dataclasses import replace

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved
from bot.domain.lifecycle import Action, after


def reopen(item: Item, by: By, why: str) -> Moved:
    """closed → in progress; risk accepted, will not do → not started. What was shown before stays in history."""
    state = after(item.state, Action.REOPEN, item.label, by.last)
    if not why:
        raise Refused("Say why it is opened again.", "why")
    # The next round needs evidence of its own: what was shown did not hold, or was never done (R58, R66).
    reopened = replace(item, state=state, implementation=None, verified=None, ending=None)
    return moved(item, reopened, Action.REOPEN, by, why)
