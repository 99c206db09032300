"""“Implemented”: the form."""

from datetime import date

from slack_sdk.models.views import View

from bot.blocks.fields import date_field, modal, text_field
from bot.blocks.ids import Modal
from bot.blocks.parts import about
from bot.domain.item import Item


def implement_form(item: Item, metadata: str, today: date, change_url: str = "", since: date | None = None) -> View:
    """“Implemented”: the link to the change, and since when it is in production; filled in where that is known."""
    blocks = [
        about(item),
        text_field("change_url", "Link to the change", change_url, placeholder="https://…"),
        date_field("in_production_since", "In production since", since or today),
    ]
    return modal(Modal.IMPLEMENT, "Implemented", "Implemented", blocks, metadata)
