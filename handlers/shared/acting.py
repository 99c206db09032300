"""What opens a form about an item, and what the form carries back."""

import json
from collections.abc import Callable
from datetime import date

from slack_sdk.models.views import View

from bot.blocks.fields import filled
from bot.deps import Deps
from bot.domain.item import Item
from bot.domain.lifecycle import Action
from bot.domain.queries import Viewer
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Handler
from handlers.shared.item_change import ItemLook, as_seen_at_hand, item_look
from handlers.shared.typed import Reads, as_text
from storage import items

DrawForm = Callable[[Item, str, date], View]


def load(deps: Deps, asked: Asked, number: int) -> Item:
    """The item, when it exists and the asker may see it. Raises `NotFound` otherwise."""

    def look(viewer: Viewer) -> Item:
        with deps.db.read() as session:
            return items.get_item(session, asked.workspace, number, viewer)

    return as_seen_at_hand(deps, asked, look)


def opens(deps: Deps, action: Action, draw: DrawForm, usage: str, reads: Reads = as_text) -> Handler:
    """A handler that opens the modal of *action* for a command or a button, unless it is refused already.

    What a command says behind the number is filled in as *reads* understands it.
    """

    def open_modal(asked: Asked) -> Answer | None:
        number, rest = number_and_rest(asked.value or asked.text, usage)
        # Before the form is opened: nobody shall fill one in that cannot be submitted.
        with item_look(deps, asked, number) as look:
            look.check_possible(action)
        opened(deps, asked, look, draw, rest, reads)
        return None

    return open_modal


def opened(deps: Deps, asked: Asked, look: ItemLook, draw: DrawForm, rest: str, reads: Reads = as_text) -> None:
    """Opens the modal about the item that was looked at, filled in with *rest* as *reads* understands it."""
    view = draw(look.item, metadata_for(asked, look.item), look.today)
    asked.open(filled(view, reads(deps, asked, rest)) if rest else view)


def metadata_for(asked: Asked, item: Item) -> str:
    """What a modal about *item* carries back: its number, the newest change its reader has seen, and the review that
    it was opened from."""
    # By `seen`, “Edit” finds what others changed while the form was open (`handlers/edit.py`).
    carried = {"number": item.number, "seen": item.last_change_id, "channel": asked.channel}
    # The modal of the review lies beneath: it is drawn anew when this one is submitted.
    if "review" in asked.metadata:
        carried["review"] = asked.metadata["review"]
    return json.dumps(carried)
