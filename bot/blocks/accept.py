"""An owner who is asked: the message with its answers, what became of it, and the form “Cannot take it”."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks import notifications
from bot.blocks.fields import modal, text_field
from bot.blocks.ids import Modal
from bot.blocks.parts import about, acceptance_buttons, details_button, item_rows, section
from bot.blocks.text import Names
from bot.domain.accept import Asking
from bot.domain.item import Item


def asked_owner_text(asking: Asking, other_open: int, names: Names) -> str:
    """What it says; alone, the notification."""
    item = asking.item
    if asking.passed_on:
        return notifications.passed_on(asking, asking.passed_on, names)
    if not item.awaits_acceptance:
        # A lead can accept in their place (R33): whoever owns it then must read who did.
        for_them = asking.accepted_by not in ("", asking.person)
        confirmed = f"\n{notifications.accepted_for_you(names(asking.accepted_by))}" if for_them else ""
        return notifications.you_own(item, other_open) + confirmed
    asked = notifications.will_you(item, other_open, names(asking.by))
    return f"{asked}\n{notifications.need_not_answer(item)}" if item.is_over else asked


def asked_owner(asking: Asking, text: str) -> list[Block]:
    """The text with what can be done now."""
    item = asking.item
    if asking.passed_on:
        return [section(text)]
    if not item.awaits_acceptance:
        return item_rows(text, item)
    # No buttons that would only be refused: an item that is over waits for nobody.
    return [section(text), details_button(item) if item.is_over else acceptance_buttons(item)]


def cannot_take_form(item: Item, metadata: str) -> View:
    """“Cannot take it”: why an owner who was asked says no."""
    field = text_field("why", "Why?", multiline=True, hint="The lead is told, so that somebody else is found.")
    return modal(Modal.CANNOT_TAKE, "Cannot take it", "Cannot take it", [about(item), field], metadata)
