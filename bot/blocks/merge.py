"""“Merge”: the form."""

from slack_sdk.models.views import View

from bot.blocks.fields import modal, text_field
from bot.blocks.ids import Modal
from bot.blocks.parts import about
from bot.domain.item import Item


def merge_form(item: Item, metadata: str) -> View:
    """“Merge”: into which open item, and why."""
    blocks = [
        about(item),
        text_field("into", "Merge into", placeholder="AI-12", hint="The open item that goes on."),
        text_field("why", "Why?", optional=True),
    ]
    return modal(Modal.MERGE, "Merge", "Merge", blocks, metadata)
