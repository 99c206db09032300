"""“Defer”: the form, the acknowledgment that every deferral asks for, and the warning of recurrence."""

from datetime import date

from slack_sdk.models.blocks import Block, InputBlock
from slack_sdk.models.views import View

from bot.blocks.fields import approver_field, date_field, modal, text_field, tick_field
from bot.blocks.ids import Modal
from bot.blocks.parts import about, section
from bot.blocks.text import day, escape, shortened
from bot.domain.defer import UNDERSTOOD
from bot.domain.item import Item
from bot.domain.words import _


def defer_form(item: Item, metadata: str, approver: str, *, decides: bool) -> View:
    """“Defer”. *approver* is pre-selected, "" nobody; who *decides* needs no approval."""
    blocks: list[Block] = [about(item)]
    if item.root_cause:
        blocks.append(section(recurrence_warning(item)))
    blocks += [
        text_field("why", "Why can it not be done now?", multiline=True),
        text_field("risk", "What risk do we accept meanwhile?", multiline=True),
        understood_field(),
        date_field("revisit_on", "Revisit on", optional=True, hint="A day to come back to it, or a condition below."),
        text_field("trigger", "Trigger condition", optional=True, hint="What has to happen before it comes back."),
        text_field("mitigation", "Temporary mitigation", optional=True),
        *approver_field(approver, decides=decides),
    ]
    return modal(Modal.DEFER, "Defer", "Defer", blocks, metadata)


def understood_field(*, ticked: bool = False) -> InputBlock:
    """What every deferral asks to be acknowledged (R75)."""
    return tick_field(
        UNDERSTOOD, "I understand that the incident can happen again", "I understand", optional=False, ticked=ticked
    )


def comes_back_early(item: Item, revisit_on: date | None) -> list[str]:
    """A remark on a deferral that ends before the item is due: it puts nothing off; else nothing."""
    if revisit_on is None or revisit_on >= item.due:
        return []
    return [_("It comes back before it is due, on {day}: nothing is put off by it.", day=day(item.due))]


def recurrence_warning(item: Item) -> str:
    """What deferring an item that addresses a root cause means (R77), as mrkdwn."""
    cause = escape(shortened(item.root_cause, 300))
    return _("*{item} addresses a root cause*: {cause}\nWhile it waits, the incident can happen again.",
             item=item.label, cause=cause)  # fmt: skip
