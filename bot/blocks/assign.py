"""“Assign”: the form."""

from datetime import date

from slack_sdk.models.views import View

from bot.blocks.fields import modal, text_field, user_field
from bot.blocks.ids import Modal
from bot.blocks.parts import about
from bot.domain.item import Item


def assign_form(item: Item, metadata: str, _today: date) -> View:
    """“Assign”: the new owner, and why."""
    blocks = [about(item), user_field("owner", "New owner"), text_field("why", "Why?")]
    return modal(Modal.ASSIGN, "Assign", "Assign", blocks, metadata)
