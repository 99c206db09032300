"""“Assign”: the form."""

from datetime import date

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks.fields import modal, text_field, user_field
from bot.blocks.ids import Modal
from bot.blocks.parts import about
from bot.domain.item import Item


def assign_form(item: Item, metadata: str, _today: date) -> View:
    """“Assign”: the new owner, and why."""
    return modal(Modal.ASSIGN, "Assign", "Assign", _fields(item), metadata)


def hand_over_form(item: Item, metadata: str, _today: date) -> View:
    """The same for who was asked to own it, under the words of the button that they pressed."""
    return modal(Modal.ASSIGN, "Hand over", "Hand over", _fields(item), metadata)


def reassign_form(item: Item, metadata: str, _today: date) -> View:
    """The same for a lead, whose button says so."""
    return modal(Modal.ASSIGN, "Reassign", "Reassign", _fields(item), metadata)


def _fields(item: Item) -> list[Block]:
    return [about(item), user_field("owner", "New owner"), text_field("why", "Why?")]
