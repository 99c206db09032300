"""Finds items without a concrete object or a checkable end; the modules it imports say how."""

from collections.abc import Sequence

from bot.coach.concreteness import content
from bot.coach.head import Form
from bot.coach.model import Kind, Label, Reason
from bot.coach.reading import Reading, reason
from bot.coach.rules import assurance, comparative, direction, empty, monitoring, open_ended, outcome, placeholder
from bot.coach.tagging import Tag, Token

_JUDGED = frozenset({Form.COMMAND, Form.OBLIGATION, Form.NOUNS})


def find(reading: Reading) -> Reason | None:
    """The first reason that holds, or None. A placeholder is one in every form of sentence, also in a question."""
    if (still_open := placeholder.placeholder(reading)) is not None:
        return still_open
    if reading.main.form not in _JUDGED:
        return None
    if reading.first.verb is not None and reading.first.verb.base == "consider" and is_empty_plan(reading):
        return _because(Kind.GENERIC, [reading.first.verb, *reading.first.all])
    return (
        # From the closest reason to the broadest: the first one gives the message, and only one is said (R9).
        comparative.improvement(reading)
        or comparative.comparative(reading)
        or comparative.quality(reading)
        or comparative.praise(reading)
        or monitoring.find(reading)
        or open_ended.open_value(reading)
        or empty.state(reading)
        or empty.abstract(reading)
        or empty.generic_object(reading)
        or empty.check(reading)
        or empty.document(reading)
        or comparative.quantity(reading)
        or outcome.outcome(reading)
        or empty.bare_activity(reading)
        or open_ended.open_end(reading)
        or open_ended.some_more(reading)
        or assurance.assurance(reading)
        or direction.direction(reading)
        or direction.regular(reading)
        or direction.managing(reading)
        or direction.repair(reading)
    )


def is_empty_plan(reading: Reading) -> bool:
    """“Consider adding validation”: not even the thing considered is named."""
    return not content(token for token in reading.first.all if token.tag is not Tag.ING)


def _because(kind: Kind, tokens: Sequence[Token]) -> Reason:
    return reason(Label.VAGUE, kind, tokens)
