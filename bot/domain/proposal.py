"""Proposals by tools: what an assistant believes is in production. Nothing is implemented by it: the owner says so."""

from dataclasses import replace

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, check_length, is_link, moved
from bot.domain.lifecycle import Action, State, after
from bot.domain.words import Text

PREFIX = "Proposed as implemented: "
CHANGE_LIMIT = 1000
"""Characters of the link, which a button carries."""
WAITING = frozenset({State.NOT_STARTED, State.IN_PROGRESS})
"""Of what its owner can be asked whether it is in production."""
PROPOSED = "proposed"
"""Where the history notes the link that was proposed."""


def propose_implemented(item: Item, by: By, change_url: str, *, asked_before: bool) -> Moved:
    """A line of history that names the change; *asked_before* of the same change since the item last moved.

    Raises `Refused` where nothing is to be asked, as marking it as implemented does.
    """
    if item.state not in WAITING:
        after(item.state, Action.IMPLEMENT, item.label, by.last)
    if not is_link(change_url):
        raise Refused("Paste the link to the pull request or change: it begins with https://", "change_url")
    check_length("change_url", change_url, CHANGE_LIMIT, Text("Shorten it, or link to a document."))
    if asked_before:
        raise Refused(Text("The owner of {item} was asked about this change already.", item=item.label))
    touched = replace(item, last_progress_at=by.at)
    return moved(item, touched, Action.UPDATE, by, PREFIX + change_url, {PROPOSED: change_url})
