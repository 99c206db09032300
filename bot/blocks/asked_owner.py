"""The message that asks somebody to own an item: the question with its answers, then what became of it."""

from slack_sdk.models.blocks import Block

from bot.blocks import notices
from bot.blocks.parts import acceptance_buttons, details_button, item_rows, section
from bot.blocks.text import Names
from bot.domain.ownership import Asking


def asked_owner_text(asking: Asking, other_open: int, names: Names) -> str:
    """What it says; alone, the notification."""
    item = asking.item
    if asking.passed_on:
        return notices.passed_on(asking, asking.passed_on, names)
    if not item.awaits_acceptance:
        for_them = asking.accepted_by not in ("", asking.person)
        confirmed = f"\n{notices.accepted_for_you(names(asking.accepted_by))}" if for_them else ""
        return notices.you_own(item, other_open) + confirmed
    asked = notices.will_you(item, other_open, names(asking.by))
    return f"{asked}\n{notices.need_not_answer(item)}" if item.is_over else asked


def asked_owner(asking: Asking, text: str) -> list[Block]:
    """The text with what can be done now."""
    item = asking.item
    if asking.passed_on:
        return [section(text)]
    if not item.awaits_acceptance:
        return item_rows(text, item)
    return [section(text), details_button(item) if item.is_over else acceptance_buttons(item)]
