"""“Verify”: the form."""

from datetime import date

from slack_sdk.models.blocks import InputBlock
from slack_sdk.models.views import View

from bot.blocks.fields import choice_field, modal, text_field, translated
from bot.blocks.ids import Modal
from bot.blocks.parts import about, context
from bot.blocks.text import escape, shortened
from bot.domain.item import Item
from bot.domain.item_values import VerificationMethod
from bot.domain.words import _

YES, NO = "yes", "no"
WORKS, DOES_NOT = "works", "does_not"
ONLY_ASSURED = (
    "“{evidence}” does not say what was seen. Whoever asks later will want to know: add it, or a link to it, with "
    "`/actionitem update {number}`."
)


def verify_form(item: Item, metadata: str, _today: date, result: str = "") -> View:
    """“Verify”: whether it works, what was done and seen, and what would tell us if it were gone.

    Drawn anew with the `result` that was chosen: “It works” needs evidence, “It does not” none, and
    asks nothing of what would tell us that it is gone.
    """
    outcome = choice_field("result", "Result", translated({WORKS: "It works", DOES_NOT: "It does not"}), result or None)
    outcome.dispatch_action = True
    blocks = [
        about(item),
        outcome,
        # What was promised at creation stands above what was seen.
        context(_("Planned: {verification}", verification=escape(shortened(item.verification, 1000)))),
        choice_field(
            "method", "Verification method", translated({method.value: method.value for method in VerificationMethod})
        ),
        text_field(
            "evidence",
            "Evidence",
            optional=result == DOES_NOT,
            multiline=True,
            hint="What you saw, or a link to it.",
        ),
        *([] if result == DOES_NOT else _if_it_were_gone()),
    ]
    return modal(Modal.VERIFY, "Verify", "Verify", blocks, metadata)


def only_assured(item: Item, evidence: str) -> str:
    """To who has verified, with no more than the word that it works."""
    return _(ONLY_ASSURED, evidence=escape(shortened(evidence, 60)), number=item.number)


def _if_it_were_gone() -> list[InputBlock]:
    return [
        choice_field(
            "would_know",
            "If this improvement were removed tomorrow, would we know?",
            translated({YES: "Yes", NO: "No"}),
        ),
        text_field(
            "guard",
            "What would tell us?",
            optional=True,
            hint="With Yes: the test, alert or monitor, as a link or by name.",
        ),
        text_field("why_not", "Why not?", optional=True, hint="With No: why nothing would tell us."),
    ]
