"""What a form must hold to become an item."""

from datetime import date

from bot.domain.errors import Refused
from bot.domain.form_fields import ITEM, WORDS
from bot.domain.item import Draft, check_length
from bot.domain.sentence import seen
from bot.domain.words import Text

SHORTEN = {"title": "Keep the action short and put the rest into Details."}
"""What to do with a text that is too long, where that is not `_ELSE`."""
_ELSE = "Shorten it, or link to a document."


def check_draft(draft: Draft, today: date) -> None:
    """Raises `Refused` with the field when the draft cannot become an item."""
    if not seen(draft.title):
        raise Refused("Say what will change.", field="title")
    # R7: at creation, since nobody invents an honest proof after the work is done.
    if not seen(draft.verification):
        raise Refused("Say how you will see that it works.", field="verification")
    check_lengths(draft)
    if draft.due < today:
        raise Refused("The due date is in the past. Choose today or a later day.", field="due")


def check_lengths(draft: Draft) -> None:
    """Raises `Refused` with the field where a text is longer than it takes."""
    for field in ITEM:
        if field.limit and field.holds in WORDS:
            advice = Text(SHORTEN[field.name]) if field.name in SHORTEN else Text(_ELSE)
            check_length(field.input, getattr(draft, field.name), field.limit, advice)
