"""“Decline” an idea: the form."""

from datetime import date

from slack_sdk.models.views import View

from bot.blocks.fields import modal, text_field
from bot.blocks.ids import Modal
from bot.blocks.parts import about
from bot.domain.item import Item


def decline_form(item: Item, metadata: str, _today: date) -> View:
    """“Decline”: why an idea will not be done."""
    field = text_field("why", "Why?", multiline=True)
    return modal(Modal.DECLINE, "Decline", "Decline", [about(item), field], metadata)
