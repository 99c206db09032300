"""Finds values and ends left open: “a sane value”, “as needed”, “everything”."""

from collections.abc import Sequence

from bot.coach.concreteness import content, names
from bot.coach.lexicon import nouns, qualities, verbs
from bot.coach.lexicon.table import words
from bot.coach.mechanism import has_measure, has_mechanism
from bot.coach.model import Kind, Label, Reason
from bot.coach.reading import Reading, reason, said
from bot.coach.tagging import Token


def _because(kind: Kind, tokens: Sequence[Token]) -> Reason:
    return reason(Label.VAGUE, kind, tokens)


def open_value(reading: Reading) -> Reason | None:
    """“a sane value”, “appropriate limits”, “proper monitoring”."""
    first = reading.first
    wishes = first.verb is not None and (
        first.verb.base == "ensure" or [token.low for token in first.object[:1]] == ["sure"]
    )
    core = first.all if wishes else first.core
    for position, token in enumerate(core):
        after = core[position + 1 : position + 4]
        beside = token.low in _OPEN_ANYWHERE and after and (wishes or token in first.object)
        if beside or (token.low in qualities.OPEN_VALUES and any(noun.low in qualities.VALUE_NOUNS for noun in after)):
            return None if has_mechanism(reading) else _because(Kind.OPEN_VALUE, [token, after[0]])
    return None


def some_more(reading: Reading) -> Reason | None:
    """“Implement additional checks in the release process”: which?"""
    first = reading.first
    lead = [token for token in first.object[:2] if token.low in {"additional", "extra", "further"}]
    plain = bool(first.object) and first.object[-1].low in qualities.VALUE_NOUNS | nouns.GENERIC | nouns.ABSTRACT
    if not lead or not plain or names(first.core) or has_mechanism(reading) or len(content(first.all)) > _ENOUGH:
        return None
    return _because(Kind.COMPARATIVE, [lead[0], first.object[-1]])


_ENOUGH = 3  # words that say which
_OPEN_ANYWHERE = frozenset(
    {"proper", "appropriate", "adequate", "sufficient", "suitable", "sane", "sensible", "enough"}
)
_MANNERS = frozenset({"properly", "adequately", "sufficiently", "appropriately", "thoroughly"})
_UNBOUNDED = words("everything anything anyone everyone something whatever stuff things")


def open_end(reading: Reading) -> Reason | None:
    """“Fix errors as they arise”, “Backups for everything”, “Handle failures properly”."""
    first = reading.first
    last = first.all[-1:]
    documents = first.verb is not None and first.verb.base in verbs.DOCUMENTING
    if last and last[0].low in _MANNERS and not documents and not has_mechanism(reading):
        return _because(Kind.OPEN_VALUE, last)
    where = said(reading.low, qualities.OPEN_ENDS)
    if where is not None and where[1] <= (last[0].end if last else 0) and not has_measure(reading):
        return Reason(Label.VAGUE, Kind.OPEN_END, *where)
    unbounded = [token for token in first.core if token.low in _UNBOUNDED and not names(first.core)]
    unbounded += [token for token in first.condition if token.low in {"anyone", "everyone"}]
    return _because(Kind.OPEN_END, unbounded[:1]) if unbounded else None
