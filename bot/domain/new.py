"""What a form must hold to become an item."""

from datetime import date

from bot.domain.errors import refuse_at
from bot.domain.form_fields import ITEM, WORDS
from bot.domain.item import Draft, too_long
from bot.domain.sentence import seen
from bot.domain.words import Text

SHORTEN = {"title": "Keep the action short and put the rest into Details."}
"""What to do with a text that is too long, where that is not `_ELSE`."""
_ELSE = "Shorten it, or link to a document."


def check_draft(draft: Draft, today: date) -> None:
    """Raises `Missing` with each field for which the draft cannot become an item."""
    texts: dict[str, Text] = {}
    if not seen(draft.title):
        texts["title"] = Text("Say what will change.")
    # R7: at creation, since nobody invents an honest proof after the work is done.
    if not seen(draft.verification):
        texts["verification"] = Text("Say how you will see that it works.")
    texts |= _lengths(draft)
    if draft.due < today:
        texts["due"] = Text("The due date is in the past. Choose today or a later day.")
    refuse_at(texts)


def check_lengths(draft: Draft) -> None:
    """Raises `Missing` with each field whose text is longer than it takes."""
    refuse_at(_lengths(draft))


def _lengths(draft: Draft) -> dict[str, Text]:
    found: dict[str, Text] = {}
    for field in ITEM:
        if field.limit and field.holds in WORDS:
            advice = Text(SHORTEN[field.name]) if field.name in SHORTEN else Text(_ELSE)
            if words := too_long(getattr(draft, field.name), field.limit, advice):
                found[field.input] = words
    return found
