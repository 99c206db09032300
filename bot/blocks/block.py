"""“Blocked”: what blocks the item, and below it the fields of that reason alone."""

from dataclasses import dataclass

from slack_sdk.models.blocks import Block, InputBlock
from slack_sdk.models.views import View

from bot.blocks.defer import recurrence_warning, understood_field
from bot.blocks.fields import choice_field, modal, text_field, translated, user_field
from bot.blocks.ids import Modal
from bot.blocks.parts import about, context, section
from bot.domain.block import Decision
from bot.domain.item import TITLE_LIMIT, Item
from bot.domain.item_values import BlockReason
from bot.domain.lifecycle import TRANSITIONS, Action
from bot.domain.words import _

REASON = "blocked_because"
"""The menu that reports at once."""
SUBMIT = {
    None: "Block",
    BlockReason.ANOTHER_TEAM: "Block",
    BlockReason.INFRASTRUCTURE: "Defer",
    BlockReason.LARGER: "Split",
    BlockReason.OWNER_UNAVAILABLE: "Hand over",
    BlockReason.PRIORITIES: "Record",
}
"""What happens, on the button."""


@dataclass(frozen=True)
class Deciding:
    """Who decides about a deferral: the asker alone, else *approver*, who is pre-selected ("" nobody)."""

    approver: str = ""
    at_once: bool = False


def block_form(item: Item, metadata: str, reason: BlockReason | None, deciding: Deciding) -> View:
    """The form; without a *reason* it asks for that first."""
    choices = translated({each.value: each.value for each in BlockReason})
    menu = choice_field(REASON, "What blocks it?", choices, reason.value if reason else None)
    # Slack reports the choice at once, so that the form can grow by the fields of that reason.
    menu.dispatch_action = True
    blocks = [about(item), menu, *(_fields(item, reason, deciding) if reason else [])]
    return modal(Modal.BLOCKED, "Blocked", SUBMIT[reason], blocks, metadata)


def _fields(item: Item, reason: BlockReason, deciding: Deciding) -> list[Block]:
    match reason:
        case BlockReason.ANOTHER_TEAM:
            return [
                user_field("escalated_to", "Escalated to", hint="They get a message."),
                text_field("dependency", "Dependency", multiline=True, hint="What is needed from them."),
                text_field("mitigation", "Temporary mitigation", hint="What helps meanwhile; “none” if nothing does."),
            ]
        case BlockReason.INFRASTRUCTURE:
            return [
                *_deferring(item),
                text_field("trigger", "Trigger condition", hint="What has to be there before it is taken up again."),
                # Some states can be blocked and not deferred: then the trigger is written down, and nothing is to be
                # approved.
                *([_understood(), *_approver(deciding)] if _can_be_deferred(item) else []),
            ]
        case BlockReason.LARGER:
            return [
                context(_("Phase one keeps the number and the deadline. The rest becomes a deferred item.")),
                text_field("phase_one", "Phase one", limit=TITLE_LIMIT),
                text_field("rest", "Deferred rest", limit=TITLE_LIMIT),
                _understood(),
                *_approver(deciding),
            ]
        case BlockReason.OWNER_UNAVAILABLE:
            return [user_field("new_owner", "New owner")]
        case BlockReason.PRIORITIES:
            return [
                choice_field("decision", "Decision", translated({each.value: each.value for each in Decision})),
                # No approver beside it: whoever decided between the priorities is the one who is asked, if they may.
                user_field("decided_by", "Decided by"),
            ]


def _deferring(item: Item) -> list[Block]:
    """What a deferral asks to be understood."""
    if not _can_be_deferred(item):
        return []
    if item.root_cause:
        return [section(recurrence_warning(item))]
    return [context(_("It is deferred until then, and we accept that it can happen again."))]


def _understood() -> InputBlock:
    """Ticked already: the reason's own fields are all that must be filled in. Without it nothing is deferred."""
    return understood_field(ticked=True)


def _can_be_deferred(item: Item) -> bool:
    return (item.state, Action.DEFER) in TRANSITIONS


def _approver(deciding: Deciding) -> list[Block]:
    if deciding.at_once:
        return []
    return [user_field("approver", "Approver", deciding.approver or None)]
