"""A status update of an item, which is progress in the sense of R51."""

from dataclasses import replace

from bot.domain.errors import Refused
from bot.domain.item import TEXT_LIMIT, By, Item, Moved, check_length, moved, refuse_if_ended
from bot.domain.lifecycle import Action
from bot.domain.words import Text


def update(item: Item, by: By, what: str) -> Moved:
    """A status update by a person: progress in the sense of R51, whatever the state."""
    refuse_if_ended(item)
    if not what:
        raise Refused("Say what happened.", "what")
    check_length("what", what, TEXT_LIMIT, Text("Shorten it, or link to a document."))
    # `moved` dates progress by changes of state alone; a status in words counts as well (R51).
    return moved(item, replace(item, last_progress_at=by.at), Action.UPDATE, by, what)
