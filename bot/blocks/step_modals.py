"""The modals of an item's life: implemented, verify, close, reopen, status update, assign, due date.

All are drawn from the same three: the item, what the modal carries back, and the day in the team's zone.
"""

from datetime import date

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks.fields import choice_field, date_field, modal, said, text_field, user_field
from bot.blocks.ids import Modal
from bot.blocks.parts import context
from bot.blocks.text import escape, shortened
from bot.domain.items import Item, VerificationMethod
from bot.domain.stale import StaleAnswer, Stalled
from bot.domain.words import _

YES, NO = "yes", "no"
WORKS, DOES_NOT = "works", "does_not"


def about(item: Item) -> Block:
    """The line on top of every modal that says which item it is about."""
    return context(f"*{item.label}* {escape(shortened(item.title))}")


def implemented(item: Item, metadata: str, today: date) -> View:
    """“Implemented”: the link to the change, and since when it is in production."""
    blocks = [
        about(item),
        text_field("change_url", "Link to the change", placeholder="https://…"),
        date_field("in_production_since", "In production since", today),
    ]
    return modal(Modal.IMPLEMENT, "Implemented", "Implemented", blocks, metadata)


def verify(item: Item, metadata: str, _today: date) -> View:
    """“Verify”: what was done, what was seen, and what would tell us if it were gone."""
    blocks = [
        about(item),
        context(_("Planned: {verification}", verification=escape(shortened(item.verification, 1000)))),
        choice_field(
            "method", "Verification method", said({method.value: method.value for method in VerificationMethod})
        ),
        text_field(
            "evidence",
            "Evidence",
            optional=True,
            multiline=True,
            hint="What you saw, or a link to it. “It works” needs it.",
        ),
        choice_field(
            "would_know",
            "If this improvement were removed tomorrow, would we know?",
            said({YES: "Yes", NO: "No"}),
        ),
        text_field(
            "guard",
            "What would tell us?",
            optional=True,
            hint="With Yes: the test, alert or monitor, as a link or by name.",
        ),
        text_field("why_not", "Why not?", optional=True, hint="With No: why nothing would tell us."),
        choice_field("result", "Result", said({WORKS: "It works", DOES_NOT: "It does not"})),
    ]
    return modal(Modal.VERIFY, "Verify", "Verify", blocks, metadata)


def close(item: Item, metadata: str, _today: date) -> View:
    """“Close”: the post-mortem that links back to the item."""
    field = text_field("postmortem_url", "Post-mortem link", placeholder="https://…")
    return modal(Modal.CLOSE, "Close", "Close", [about(item), field], metadata)


def reopen(item: Item, metadata: str, _today: date) -> View:
    """“Reopen”: why."""
    return modal(Modal.REOPEN, "Reopen", "Reopen", [about(item), text_field("why", "Why?", multiline=True)], metadata)


def status_update(item: Item, metadata: str, _today: date | None = None, *, asks: bool = False) -> View:
    """“Status update”: what happened; `asks`: a stale item, so also what becomes of it and why it stalled."""
    blocks: list[Block] = [about(item)]
    if asks:
        blocks.append(choice_field("answer", "Answer", said({each.value: each.value for each in StaleAnswer})))
        stalls = said({each.value: each.value for each in Stalled})
        blocks.append(choice_field("stalled_by", "Why did it stall?", stalls))
    blocks.append(text_field("what", "What happened?", multiline=True))
    return modal(Modal.UPDATE, "Status update", "Update", blocks, metadata)


def assign(item: Item, metadata: str, _today: date) -> View:
    """“Assign”: the new owner, and why."""
    blocks = [about(item), user_field("owner", "New owner"), text_field("why", "Why?")]
    return modal(Modal.ASSIGN, "Assign", "Assign", blocks, metadata)


def decline(item: Item, metadata: str, _today: date) -> View:
    """“Decline”: why an idea will not be done."""
    field = text_field("why", "Why?", multiline=True)
    return modal(Modal.DECLINE, "Decline", "Decline", [about(item), field], metadata)


def cannot_take(item: Item, metadata: str) -> View:
    """“Cannot take it”: why an owner who was asked says no."""
    field = text_field("why", "Why?", multiline=True, hint="The lead is told, so that somebody else is found.")
    return modal(Modal.CANNOT_TAKE, "Cannot take it", "Cannot take it", [about(item), field], metadata)


def due_date(item: Item, metadata: str, _today: date) -> View:
    """“Due date”: the new date, and why it moves."""
    why = text_field("why", "Why does it move?", optional=True, hint="Required when it moves later.")
    blocks = [about(item), date_field("due", "New due date", item.due), why]
    return modal(Modal.DUE, "Due date", "Move", blocks, metadata)
