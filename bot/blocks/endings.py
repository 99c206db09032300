"""The modals of who does not go the whole way: defer, accept the risk, will not do, merge; and of who says no to it."""

from slack_sdk.models.blocks import Block, InputBlock
from slack_sdk.models.views import View

from bot.blocks.fields import choice_field, date_field, modal, said, text_field, tick_field, user_field
from bot.blocks.ids import Modal
from bot.blocks.parts import context, section
from bot.blocks.step_modals import about
from bot.blocks.text import escape, shortened
from bot.domain.items import Item
from bot.domain.reasons import RiskReason
from bot.domain.words import _

UNDERSTOOD = "understood"
"""The checkbox of a deferral."""


def defer(item: Item, metadata: str, approver: str, *, decides: bool) -> View:
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
        *_approver(approver, decides=decides),
    ]
    return modal(Modal.DEFER, "Defer", "Defer", blocks, metadata)


def accept_risk(item: Item, metadata: str, approver: str, *, decides: bool) -> View:
    """“Accept the risk”: for good, with its kind of reason and its justification."""
    blocks = [
        about(item),
        choice_field("reason", "Reason", said({reason.value: reason.value for reason in RiskReason})),
        text_field("why", "Justification", multiline=True),
        *_approver(approver, decides=decides),
    ]
    return modal(Modal.ACCEPT_RISK, "Accept the risk", "Accept the risk", blocks, metadata)


def will_not_do(item: Item, metadata: str, approver: str, *, decides: bool) -> View:
    """“Will not do”: why. The lead decides; where there is none who can, it asks who does."""
    blocks: list[Block] = [about(item), text_field("why", "Why?", multiline=True)]
    if not decides and not approver:
        blocks += _approver(approver, decides=decides)
    return modal(Modal.DROP, "Will not do", "Will not do", blocks, metadata)


def merge(item: Item, metadata: str) -> View:
    """“Merge”: into which open item, and why."""
    blocks = [
        about(item),
        text_field("into", "Merge into", placeholder="AI-12", hint="The open item that goes on."),
        text_field("why", "Why?", optional=True),
    ]
    return modal(Modal.MERGE, "Merge", "Merge", blocks, metadata)


def turn_down(item: Item, metadata: str) -> View:
    """“Decline” a request: why, so that the asker can do something with the answer."""
    field = text_field("why", "Why?", multiline=True, hint="The person who asked reads it.")
    return modal(Modal.TURN_DOWN, "Decline", "Decline", [about(item), field], metadata)


def understood_field(*, ticked: bool = False) -> InputBlock:
    """What every deferral asks to be acknowledged (R75)."""
    return tick_field(
        UNDERSTOOD, "I understand that the incident can happen again", "I understand", optional=False, ticked=ticked
    )


def recurrence_warning(item: Item) -> str:
    """What deferring an item that addresses a root cause means (R77), as mrkdwn."""
    cause = escape(shortened(item.root_cause, 300))
    return _("*{item} addresses a root cause*: {cause}\nWhile it waits, the incident can happen again.",
             item=item.label, cause=cause)  # fmt: skip


def _approver(approver: str, *, decides: bool) -> list[Block]:
    field = user_field("approver", "Approver", approver or None, optional=decides)
    return [field, context(_("You decide about this item, so it takes effect at once."))] if decides else [field]
