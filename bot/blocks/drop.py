"""“Will not do”: the form."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks.fields import approver_field, modal, text_field
from bot.blocks.ids import Modal
from bot.blocks.parts import about
from bot.domain.item import Item


def drop_form(item: Item, metadata: str, approver: str, *, decides: bool) -> View:
    """“Will not do”: why. The lead decides; where there is none who can, it asks who does."""
    blocks: list[Block] = [about(item), text_field("why", "Why?", multiline=True)]
    if not decides and not approver:
        blocks += approver_field(approver, decides=decides)
    return modal(Modal.DROP, "Will not do", "Will not do", blocks, metadata)
