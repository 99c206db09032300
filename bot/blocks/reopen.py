"""“Reopen”: the form."""

from datetime import date

from slack_sdk.models.views import View

from bot.blocks.fields import modal, text_field
from bot.blocks.ids import Modal
from bot.blocks.parts import about
from bot.domain.item import Item


def reopen_form(item: Item, metadata: str, _today: date) -> View:
    """“Reopen”: why."""
    return modal(Modal.REOPEN, "Reopen", "Reopen", [about(item), text_field("why", "Why?", multiline=True)], metadata)
