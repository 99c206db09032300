"""Impact, urgency and effort in forms: each optional, every step in words."""

from slack_sdk.models.blocks import InputBlock

from bot.blocks.fields import choice_field
from bot.domain.item import Item
from bot.domain.priority import EFFORT_WORDS, IMPACT_WORDS, URGENCY_WORDS
from bot.domain.words import _


def scales(item: Item) -> list[InputBlock]:
    """Impact, urgency and effort as they are, to be changed."""
    return scale_fields(item.impact, item.urgency, item.effort)


def effort_field(effort: int | None) -> InputBlock:
    """Effort alone."""
    return _scale("effort", "Effort", EFFORT_WORDS, effort, "How long it takes.")


def scale_fields(impact: int | None, urgency: int | None, effort: int | None) -> list[InputBlock]:
    """The three of them, in this order."""
    return [
        _scale("impact", "Impact", IMPACT_WORDS, impact, "How much it protects."),
        _scale("urgency", "Urgency", URGENCY_WORDS, urgency, "How soon it can happen again."),
        effort_field(effort),
    ]


def _scale(name: str, label: str, words: dict[int, str], initial: int | None, hint: str) -> InputBlock:
    options = {str(value): f"{value} – {_(meaning)}" for value, meaning in words.items()}
    # Empty and optional: a value that stood there from the beginning was taken for somebody's judgement.
    return choice_field(name, label, options, str(initial) if initial else None, optional=True, hint=hint)
