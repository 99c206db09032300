"""“Due date”: the form."""

from datetime import date

from slack_sdk.models.views import View

from bot.blocks.fields import date_field, modal, text_field
from bot.blocks.ids import Modal
from bot.blocks.parts import about
from bot.domain.item import Item


def due_form(item: Item, metadata: str, _today: date) -> View:
    """“Due date”: the new date, and why it moves."""
    why = text_field("why", "Why does it move?", optional=True, hint="Required when it moves later.")
    blocks = [about(item), date_field("due", "New due date", item.due), why]
    return modal(Modal.DUE, "Due date", "Move", blocks, metadata)
