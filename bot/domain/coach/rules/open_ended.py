"""Finds values and ends left open: “a sane value”, “as needed”, “everything”."""

from collections.abc import Sequence

from bot.domain.coach.lexicon import qualities
from bot.domain.coach.lexicon.table import words
from bot.domain.coach.mechanism import has_measure, has_mechanism
from bot.domain.coach.model import Kind, Label, Reason
from bot.domain.coach.reading import Reading, reason, said
from bot.domain.coach.tagging import Token


def _because(kind: Kind, tokens: Sequence[Token]) -> Reason:
    return reason(Label.VAGUE, kind, tokens)


def open_value(reading: Reading) -> Reason | None:
    """“a sane value”, “appropriate limits”, “proper monitoring”."""
    core = reading.first.core
    for position, token in enumerate(core):
        after = core[position + 1 : position + 4]
        beside = token.low in _OPEN_ANYWHERE and after and token in reading.first.object
        if beside or (token.low in qualities.OPEN_VALUES and any(noun.low in qualities.VALUE_NOUNS for noun in after)):
            return None if has_mechanism(reading) else _because(Kind.OPEN_VALUE, [token, after[0]])
    return None


_OPEN_ANYWHERE = frozenset({"proper", "appropriate", "adequate", "sufficient", "suitable", "sane", "sensible"})
_UNBOUNDED = words("everything anything anyone everyone something whatever stuff things")


def open_end(reading: Reading) -> Reason | None:
    where = said(reading.low, qualities.OPEN_ENDS)
    first = reading.first
    if where is not None and where[1] <= (first.all[-1].end if first.all else 0) and not has_measure(reading):
        return Reason(Label.VAGUE, Kind.OPEN_END, *where)
    unbounded = [token for token in first.core if token.low in _UNBOUNDED]
    unbounded += [token for token in first.condition if token.low in {"anyone", "everyone"}]
    return _because(Kind.OPEN_END, unbounded[:1]) if unbounded else None
