"""Finds comparatives without target or means: “Improve X”, “Better X”, “Make X robust”, “Reduce X”."""

from collections.abc import Sequence

from bot.coach.concreteness import content, names
from bot.coach.lexicon import nouns, qualities, verbs
from bot.coach.mechanism import SPELLED, has_mechanism
from bot.coach.model import Kind, Label, Reason
from bot.coach.phrases import Phrase
from bot.coach.reading import Reading, reason
from bot.coach.tagging import Tag, Token


def _because(kind: Kind, tokens: Sequence[Token]) -> Reason:
    return reason(Label.VAGUE, kind, tokens)


def improvement(reading: Reading) -> Reason | None:
    """“Improve X”, “X improvements” without means or measure."""
    first = reading.first
    if first.verb is not None and first.verb.base in verbs.IMPROVEMENT and not _intransitive(first):
        return None if has_mechanism(reading) else _because(Kind.COMPARATIVE, [first.verb, *first.object])
    if _misread_heading(first):
        return None if has_mechanism(reading) else _because(Kind.COMPARATIVE, first.object[-1:])
    head = head_of_nouns(first)
    if head is not None and head.low in {"improvement", "improvements", "enhancement", "enhancements", "optimization"}:
        return None if has_mechanism(reading) else _because(Kind.COMPARATIVE, [head])
    return None


_IMPROVEMENTS = frozenset({"improvement", "improvements", "enhancement", "enhancements"})


def _misread_heading(phrase: Phrase) -> bool:
    """“Sandbox isolation improvements”, its first word taken for a verb."""
    bare = phrase.verb is not None and phrase.object[:1] and phrase.object[0].tag is not Tag.DETERMINER
    return bool(bare) and phrase.object[-1].low in _IMPROVEMENTS


def _intransitive(phrase: Phrase) -> bool:
    return phrase.verb is not None and phrase.verb.base in {"step", "better"} and not phrase.object


def comparative(reading: Reading) -> Reason | None:
    """“Better X”, “make X faster”, “use X less”: in the object or as its predicate."""
    first = reading.first
    found = [token for token in _predicate(first) if token.low in qualities.COMPARATIVES]
    found = [token for token in found if not (_counts(first, token) or _is_a_thing(first.object, token))]
    # “Make the import faster by batching” is checkable; “Make the import faster” is not (R3).
    if not found or has_mechanism(reading) or _says_what_it_does(first):
        return None
    return _because(Kind.COMPARATIVE, [found[0], *(token for token in first.object if token.start > found[0].start)])


def _says_what_it_does(phrase: Phrase) -> bool:
    """“Improved error page that names the failing service”."""
    does = phrase.condition[:1] and phrase.condition[0].low == "that" and len(content(phrase.condition)) > 1
    return bool(does) and not any(token.low in qualities.COMPARATIVES for token in phrase.condition)


def _is_a_thing(noun_phrase: Sequence[Token], token: Token) -> bool:
    """“the cleaner” is a job, “a cleaner build” is a wish."""
    at = noun_phrase.index(token) if token in noun_phrase else 0
    return at == len(noun_phrase) - 1 and at > 0 and noun_phrase[at - 1].tag is Tag.DETERMINER


def _predicate(phrase: Phrase) -> Sequence[Token]:
    """Where a comparative is the point: the object, not a later “for more details”."""
    if (phrase.verb is not None and phrase.verb.base == "ensure") or [token.low for token in phrase.object] == ["sure"]:
        return phrase.all
    if phrase.verb is None:
        return (*phrase.object, *phrase.condition[: 8 if phrase.condition and phrase.condition[0].low == "that" else 0])
    if phrase.verb.base in _REWORKING:
        return (*phrase.object, *_aim(phrase))
    reach = _REACH.get(phrase.verb.base, 0)
    if phrase.verb.base in _CHANGING and _target(phrase.extent):
        reach = 5
    return (*phrase.object, *phrase.extent[:reach])


# How far behind the object the wish may stand: “Provide on-call with better context”.
_REACH = {
    **dict.fromkeys(("make", "be", "keep", "become", "get"), 8),
    **dict.fromkeys(("provide", "equip", "give", "supply"), 4),
}


_CHANGING = frozenset({"move", "switch", "migrate", "upgrade", "change", "transition", "convert"})
_REWORKING = frozenset(
    {
        "reorganise",
        "reorganize",
        "rearrange",
        "rewrite",
        "redesign",
        "refactor",
        "rearchitect",
        "re-architect",
        "restructure",
        "rework",
        "rebuild",
    }
)


def _target(extent: Sequence[Token]) -> bool:
    return bool(extent) and extent[0].low == "to"


def _aim(phrase: Phrase) -> Sequence[Token]:
    """“… to be more resilient”, “… for better scalability”: all that is said about the end of a rework."""
    if [token.low for token in phrase.purpose[:2]] in (["to", "be"], ["to", "become"]):
        return phrase.purpose
    if phrase.purpose and phrase.purpose[0].low == "so":
        return phrase.purpose
    return phrase.extent if phrase.extent and phrase.extent[0].low == "for" else ()


def _counts(phrase: Phrase, token: Token) -> bool:
    """“no longer”, “more than 3”, “lower level”: no wish."""
    following = [after for after in phrase.all if after.start > token.start][:1]
    before = [other for other in phrase.all if other.start < token.start][-1:]
    if before and (before[0].low == "no" or before[0].low in SPELLED or before[0].tag is Tag.NUMBER):
        return True
    return bool(following) and (following[0].low == "than" and token.low in {"more", "less", "fewer"})


_BARE_PRAISE = frozenset(
    {"solid", "good", "proper", "decent", "sane", "consistent", "sound", "strong", "sensible", "great"}
)
_PRAISE = frozenset(
    {
        "robust",
        "comprehensive",
        "thorough",
        "resilient",
        "scalable",
        "reliable",
        "effective",
        "timely",
        "clear",
        "proactive",
        "general",
    }
)


def praise(reading: Reading) -> Reason | None:
    """“Add robust error handling”, “Clear escalation paths”: praise in the place of a property."""
    first = reading.first
    if first.verb is not None and first.verb.base not in verbs.MAKING:
        return None
    praising = _PRAISE if first.verb is not None else _PRAISE | _BARE_PRAISE
    found = [token for token in first.object[:3] if token.low in praising or token.low.startswith("well-")]
    if not found or found[0] is first.object[-1] or has_mechanism(reading) or names(first.core):
        return None
    if len(content(first.core)) > 3:  # noqa: PLR2004 – so much is said that the praise is idle
        return None
    return _because(Kind.COMPARATIVE, [found[0], first.object[-1]])


_MAKING_GOOD = frozenset({"make", "be", "ensure", "keep", "become"})


def quality(reading: Reading) -> Reason | None:
    """“Make X robust”: a quality without “to what”."""
    first = reading.first
    if first.verb is None or first.verb.base not in _MAKING_GOOD:
        return None
    found = [token for token in first.object if token.low in qualities.EMPTY_QUALITIES - qualities.CARE]
    if not found or found[-1] is not first.object[-1] or first.extent or has_mechanism(reading):
        return None
    return _because(Kind.COMPARATIVE, found[-1:])


def quantity(reading: Reading) -> Reason | None:
    """“Reduce alert noise”: by how much, how?"""
    first = reading.first
    if first.verb is None or first.verb.base not in verbs.QUANTITY or has_mechanism(reading):
        return None
    named = any(name.low not in _TIMES for name in names(first.core))
    target = [token.low for token in first.extent[:1]] == ["to"]  # “Increase the log level to debug”
    # “Raise a ticket” is no quantity that goes up.
    if first.verb.base == "raise" and any(token.low in nouns.TICKETS | _RAISED for token in first.object):
        return None
    abstract = bool(first.object) and first.object[-1].low in nouns.ABSTRACT
    if (named or target) and not abstract and first.verb.base not in _FIDDLING:
        return None
    return _because(Kind.COMPARATIVE, [first.verb, *first.object])


_RAISED = frozenset({"pr", "prs", "mr", "request", "alarm", "exception", "error", "flag", "concern", "alert"})
# Of these even a named object says nothing: “Tune Postgres”.
_FIDDLING = frozenset({"tune", "tweak", "adjust"})
_TIMES = frozenset({"mttr", "mttd", "rto", "rpo", "slo", "sla"})


def head_of_nouns(phrase: Phrase) -> Token | None:
    nouns_ = [token for token in phrase.object if token.tag not in {Tag.PUNCTUATION, Tag.ADVERB}]
    return nouns_[-1] if nouns_ and phrase.verb is None else None
