"""Closing a verified item."""

from dataclasses import replace

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, is_link, moved
from bot.domain.item_values import Ending
from bot.domain.lifecycle import Action, after


def close(item: Item, by: By, postmortem_url: str) -> Moved:
    """verified → closed: documented and linked from the post-mortem (R59)."""
    state = after(item.state, Action.CLOSE, item.label, by.last)
    # R59: closed means linked from the post-mortem, so a closed item without one cannot come to be.
    if not is_link(postmortem_url):
        raise Refused("Paste the link to the post-mortem: it begins with https://", "postmortem_url")
    # The next nudge asks whether it held; one from before would be taken for that.
    closed = replace(
        item, state=state, ending=Ending(by.at), postmortem_url=postmortem_url, nudged_on=None, snoozed_until=None
    )
    return moved(item, closed, Action.CLOSE, by, detail={"postmortem_url": postmortem_url})
