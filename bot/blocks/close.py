"""“Close”: the form."""

from datetime import date

from slack_sdk.models.views import View

from bot.blocks.fields import modal, text_field
from bot.blocks.ids import Modal
from bot.blocks.parts import about
from bot.domain.item import Item


def close_form(item: Item, metadata: str, _today: date) -> View:
    """“Close”: the post-mortem that links back to the item."""
    field = text_field("postmortem_url", "Post-mortem link", placeholder="https://…")
    return modal(Modal.CLOSE, "Close", "Close", [about(item), field], metadata)
