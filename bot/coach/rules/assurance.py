"""Finds assurances that nobody can check: “Ensure X is thoroughly tested”, “Ensure business continuity”."""

from collections.abc import Sequence

from bot.coach.concreteness import names
from bot.coach.lexicon import nouns, qualities
from bot.coach.lexicon.table import idioms, words
from bot.coach.mechanism import has_mechanism
from bot.coach.model import Kind, Label, Reason
from bot.coach.phrases import Phrase
from bot.coach.reading import Reading, reason, said
from bot.coach.tagging import Tag, Token

_MANNERS = words(
    """
    thoroughly regularly adequately sufficiently properly appropriately effectively consistently reliably correctly
    well fully promptly timely quickly carefully safely smoothly periodically frequently routinely continuously
    securely robustly gracefully successfully accurately clearly easily
    """
)
_STATES = idioms(
    """
    in line, as expected, as intended, as designed, up to date, up-to-date, in sync, in place, at all times, in good
    shape,
    under control, in good order, fit for purpose, well understood, taken into account, on a regular basis
    """
)
_GOOD = (qualities.EMPTY_QUALITIES | words("accurate complete current healthy timely known understood maintained")) - (
    words("additional extra necessary ready readily relevant")
)
_FINITE = frozenset({Tag.PAST, Tag.THIRD, Tag.AUX, Tag.MODAL, Tag.VERB, Tag.PRONOUN})


def assurance(reading: Reading) -> Reason | None:
    """“Ensure X is properly tested”: the property is a judgement. “Ensure X runs on boot” can be checked."""
    assured = _assured(reading.first)
    # “Ensure backups are current by checking their age hourly” says how, so the judgement can be checked.
    if not assured or has_mechanism(reading):
        return None
    hoped = _hopes(assured)
    if hoped is not None:
        return reason(Label.VAGUE, Kind.NO_PLAN, hoped)
    judged = [
        token for token in assured if token.low in _MANNERS or (token.low in _GOOD and _predicates(token, assured))
    ]
    if judged:
        return reason(Label.VAGUE, Kind.JUDGEMENT, judged[:1])
    where = said(reading.low, _STATES)
    if where is not None and where[0] >= assured[0].start:
        return Reason(Label.VAGUE, Kind.JUDGEMENT, *where)
    return _assured_noun(reading.first, assured)


def _assured(phrase: Phrase) -> tuple[Token, ...]:
    """What is assured, without “sure” and “that”."""
    if phrase.verb is None:
        return ()
    lead = [token.low for token in phrase.all[:1]]
    if phrase.verb.base not in {"ensure", "guarantee", "assure", "keep"} and not (
        phrase.verb.base in {"make", "be", "keep"} and lead in (["sure"], ["certain"])
    ):
        return ()
    return tuple(token for token in phrase.all if token.low not in {"sure", "certain", "that"})


_HOPED = words(
    """
    catch notice know see understand detect learn find hear respond react recover handle avoid realise realize spot
    meet cope prevent
    """
)


def _hopes(assured: Sequence[Token]) -> Sequence[Token] | None:
    """“Make sure we catch the next expiry”: a hope about people, with nothing that brings it about."""
    if assured[0].low not in nouns.COLLECTIVES | {"we're", "we'll"}:
        return None
    act = next((token for token in assured[1:5] if token.tag in {Tag.VERB, Tag.NOUN, Tag.THIRD}), None)
    return [assured[0], act] if act is not None and act.base in _HOPED else None


def _predicates(token: Token, assured: Sequence[Token]) -> bool:
    """It is said of the subject (“levels are correct”) or qualifies what is assured (“adequate coverage”)."""
    at = assured.index(token)
    before = assured[:at]
    return not any(other.tag in {Tag.SUBORDINATOR, Tag.QUESTION} for other in before)


def _assured_noun(phrase: Phrase, assured: Sequence[Token]) -> Reason | None:
    """“Ensure data consistency”: an abstract noun and no verb that says what happens."""
    # “Ensure the job retries” says what happens, and anybody can look.
    if any(token.tag in _FINITE for token in assured) or names(assured) or phrase.condition:
        return None
    head = next((token for token in reversed(phrase.object) if token.tag is not Tag.PUNCTUATION), None)
    if head is None or not nouns.is_abstract(head.low):
        return None
    return reason(Label.VAGUE, Kind.NO_PLAN, [head])
