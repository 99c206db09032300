"""“Accept the risk”: the form."""

from slack_sdk.models.views import View

from bot.blocks.fields import approver_field, choice_field, modal, text_field, translated
from bot.blocks.ids import Modal
from bot.blocks.parts import about
from bot.domain.item import Item
from bot.domain.item_values import RiskReason


def risk_form(item: Item, metadata: str, approver: str, *, decides: bool) -> View:
    """“Accept the risk”: for good, with its kind of reason and its justification."""
    blocks = [
        about(item),
        choice_field("reason", "Reason", translated({reason.value: reason.value for reason in RiskReason})),
        text_field("why", "Justification", multiline=True),
        *approver_field(approver, decides=decides),
    ]
    return modal(Modal.ACCEPT_RISK, "Accept the risk", "Accept the risk", blocks, metadata)
