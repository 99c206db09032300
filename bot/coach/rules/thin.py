"""The back-off: items that no other rule is about, whose verb or noun promises little and which name next to nothing.

A verb of plain change (“delete”, “rotate”) needs one object, a soft verb (“support”, “expand”) three words that say
which, bare nouns a thing that can be made (“page”, “job”). A name, a number or a condition is always enough.
"""

from collections.abc import Sequence

from bot.coach.concreteness import content, names
from bot.coach.head import Form
from bot.coach.lexicon import artefacts, commitment, nouns, verbs
from bot.coach.mechanism import has_mechanism
from bot.coach.model import Kind, Label, Reason
from bot.coach.phrases import Phrase
from bot.coach.reading import Reading, reason
from bot.coach.tagging import Tag, Token

_ENOUGH = 3


def thin(reading: Reading) -> Reason | None:
    first = reading.first
    if first.verb is not None and first.verb.base in {"ensure", "name"}:
        return None
    if first.verb is None:
        return _thin_nouns(reading)
    if reading.main.form is not Form.COMMAND or not first.core or _is_pinned(reading):
        return None
    if first.verb.base == "prevent" and any(token.low == "from" for token in first.extent):
        return None
    if len(reading.phrases) > 1 or reading.other_phrases:
        return None
    said = _specific(first.core)
    aims = len(first.purpose) > 1 and first.purpose[1].base not in _HOPES
    # Vague until it names something: flipping the default for such verbs won three points of recall (ADR 003).
    soft = not aims and first.verb.base in commitment.SOFT and len(said) < _ENOUGH
    bare = len(said) < 2 and first.verb.base in _NEEDING_MORE and not _goes_on(first)  # noqa: PLR2004
    return _because(Kind.NO_PLAN if soft else Kind.GENERIC, [first.verb, *first.object]) if soft or bare else None


def _thin_nouns(reading: Reading) -> Reason | None:
    """“Audit of the bridge”, “Knowledge transfer”: nothing that can be made stands at its head."""
    first = reading.first
    if reading.main.form is not Form.NOUNS or not first.object or _is_pinned(reading) or first.detail:
        return None
    heads = [token for token in first.object if token.tag not in {Tag.PUNCTUATION, Tag.ADVERB, Tag.DETERMINER}]
    if not heads:
        return None
    made = any(token.low in artefacts.MADE for token in heads[-1:]) or any(
        token.low in artefacts.MADE_BY_ITSELF for token in heads
    )
    if any(token.low in nouns.MONITORING for token in heads):
        return None  # `monitoring` has judged it
    if heads[-1].low in _ABILITIES:
        return None if len(_specific(first.purpose)) >= _ENOUGH else _because(Kind.NO_PLAN, heads)
    labelled = any(token.low in artefacts.MADE for token in reading.main.opener)
    short = not first.extent and len(heads) <= _ENOUGH and not (heads and heads[0].low in artefacts.MADE_BY_ITSELF)
    made = made and not (short or heads[0].low == "early")
    if labelled or made or len(_specific(first.core)) >= _ENOUGH or first.purpose:
        return None
    return _because(Kind.NO_PLAN, heads)


def _is_pinned(reading: Reading) -> bool:
    first = reading.first
    named = names((*first.all, *reading.main.opener, *reading.main.subject))
    early = first.verb is not None and first.verb.base in _CATCHING  # “Catch regressions before they reach users”
    told = content((*(() if early else first.condition), *reading.main.opener)) or any(
        content(aside) for aside in reading.asides
    )
    timed = any(token.low in artefacts.MADE_BY_ITSELF or token.low == "automatically" for token in first.core)
    return bool(named or told or timed) or has_mechanism(reading)


_ABILITIES = frozenset({"ability", "capability", "possibility", "opportunity", "means"})
_NEEDING_MORE = verbs.LEXICON - commitment.DEFINITE
_HOPES = verbs.GOAL | verbs.IMPROVEMENT | verbs.QUANTITY | verbs.OUTCOME | verbs.INQUIRY
_CATCHING = frozenset({"catch", "detect", "spot", "find"})


def _specific(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in content(tokens) if not nouns.is_abstract(token.low)]


def _goes_on(phrase: Phrase) -> bool:
    return bool(phrase.extent or phrase.purpose or phrase.condition or phrase.detail)


def _because(kind: Kind, tokens: Sequence[Token]) -> Reason:
    return reason(Label.VAGUE, kind, tokens)
