"""What can be said of a reading in yes and no, whatever its words are about: the input of the second opinion.

A fact is about grammar, about classes of words or about how much is named; none is a word that belongs to a trade or
to an organisation, so that weights learned on one hold for another.
"""

from collections.abc import Iterable, Iterator, Sequence

from bot.coach.concreteness import content, names
from bot.coach.head import Form
from bot.coach.lexicon import artefacts, closed, commitment, nouns, qualities, verbs
from bot.coach.mechanism import has_measure, has_mechanism
from bot.coach.phrases import Phrase
from bot.coach.reading import Reading
from bot.coach.rules import inquiry, monitoring
from bot.coach.rules.pseudo_owner import is_group
from bot.coach.tagging import Tag, Token

_VERBS = {
    name: getattr(verbs, name)
    for name in [
        "INQUIRY",
        "INQUIRY_WITH_QUESTION",
        "EVENT_VERBS",
        "IMPROVEMENT",
        "QUANTITY",
        "OUTCOME",
        "MAKING",
        "DOCUMENTING",
        "HAND_CHECKS",
        "HAND_WORK",
        "TEACHING",
        "GIVING_A_LESSON",
        "ACCOMPANYING",
        "STATING",
        "GOAL",
        "STATUS",
        "FAILURE",
        "ALSO_NOUNS",
        "EVERYDAY",
    ]
} | {"SOFT": commitment.SOFT, "DEFINITE": commitment.DEFINITE}
_NOUNS = {
    name: getattr(nouns, name)
    for name in [
        "GENERIC",
        "MONITORING",
        "TOOLS",
        "SIGNALS",
        "WEAK_SIGNALS",
        "DOCUMENTATION",
        "ARTEFACTS",
        "TICKETS",
        "LESSONS",
        "MACHINES",
        "COLLECTIVES",
        "PEOPLE",
        "PLACEHOLDERS",
        "COMPOUND_HEADS",
        "ACTIVITIES",
        "STRATEGIES",
        "ABSTRACT",
    ]
} | {
    "COMPARATIVES": qualities.COMPARATIVES,
    "EMPTY_QUALITIES": qualities.EMPTY_QUALITIES,
    "CARE": qualities.CARE,
    "CARE_ADVERBS": qualities.CARE_ADVERBS,
    "HEDGES": qualities.HEDGES,
    "MADE": artefacts.MADE,
    "MADE_BY_ITSELF": artefacts.MADE_BY_ITSELF,
}
# The one place where single words are facts: these belong to English, not to a trade or an organisation.
_SMALL_WORDS = frozenset().union(
    closed.DETERMINERS, closed.PRONOUNS, closed.MODALS, closed.BE, closed.HAVE, closed.DO, closed.NEGATIONS,
    closed.PREPOSITIONS, closed.SUBORDINATORS, closed.QUESTION_WORDS, closed.CONJUNCTIONS, closed.ADVERBS, {"to"},
)  # fmt: skip


def facts(reading: Reading) -> frozenset[str]:
    """The facts that hold, as short names; a small share of all that are known."""
    parts = (
        _form(reading),
        _verb(reading.first),
        _classes(reading),
        _amounts(reading),
        _small(reading),
        _read(reading),
    )
    return frozenset(fact for part in parts for fact in part)


def _form(reading: Reading) -> Iterator[str]:
    main = reading.main
    yield f"form {main.form.value}"
    yield from {f"form elsewhere {clause.form.value}" for clause in reading.clauses if clause is not main}
    yield f"begins {main.tokens[0].tag.value}"
    yield f"ends {main.tokens[-1].tag.value}"
    for name, holds in (
        ("opener", main.opener),
        ("subject", main.subject),
        ("asks", any(clause.asks for clause in reading.clauses)),
        ("sentences", len(reading.clauses) > 1),
        ("phrases", len(reading.phrases) > 1),
        ("asides", reading.asides),
        ("opener people", _has(main.opener, nouns.COLLECTIVES)),
        ("subject people", _has(main.subject, nouns.COLLECTIVES)),
    ):
        if holds:
            yield name


def _verb(phrase: Phrase) -> Iterator[str]:
    if phrase.verb is None:
        yield "no verb"
        return
    yield f"verb is {phrase.verb.tag.value}"
    yield from (f"verb {name}" for name, members in _VERBS.items() if phrase.verb.base in members)
    if phrase.verb.base not in verbs.LEXICON:
        yield "verb unknown"


def _classes(reading: Reading) -> Iterator[str]:
    first = reading.first
    everything = {token.low for token in reading.tokens()}
    objects = [token.low for token in first.object]
    for name, members in _NOUNS.items():
        if objects and objects[-1] in members:
            yield f"last of object {name}"
        if not members.isdisjoint(objects):
            yield f"object {name}"
        elif not members.isdisjoint(everything):
            yield f"text {name}"
    if first.object and nouns.is_abstract(first.object[-1].low):
        yield "object abstract"
    for part in ("extent", "purpose", "condition", "detail"):
        if getattr(first, part):
            yield part
    if len(first.purpose) > 1:
        yield from (f"purpose {name}" for name, members in _VERBS.items() if first.purpose[1].base in members)


def _amounts(reading: Reading) -> Iterator[str]:
    first = reading.first
    everything = list(reading.tokens())
    # In steps and with a ceiling (“content > 2”), so that a long text does not outweigh all else in a linear sum.
    amounts = {
        "words": (len(everything) // 3, 8),
        "content": (len(content(first.all)), 8),
        "object content": (len(content(first.object)), 3),
        "extent content": (len(content(first.extent)), 4),
        "purpose content": (len(content(first.purpose)), 4),
        "condition content": (len(content(first.condition)), 4),
        "names": (len(names(everything)), 4),
        "object names": (len(names(first.object)), 2),
        "past": (sum(token.tag is Tag.PAST for token in everything), 3),
        "generic": (sum(token.low in nouns.GENERIC for token in everything), 4),
    }
    for name, (amount, most) in amounts.items():
        yield from (f"{name} > {least}" for least in range(most) if amount > least)
    if has_mechanism(reading):
        yield "mechanism"
    if has_measure(reading):
        yield "measure"
    if any(token.text[0] in '`"“' for token in everything):
        yield "quoted"


def _read(reading: Reading) -> Iterator[str]:
    """What only the rules' own questions can tell: a signal, an inquiry that delivers, a wish with means."""
    first, main = reading.first, reading.main
    watched = monitoring.watched(reading)
    if watched is not None:
        yield "signal" if monitoring.names_signal(reading, watched) else "no signal"
    if inquiry.inquires(first):
        yield "inquiry delivers" if inquiry.delivers(reading) else "inquiry"
    wished = _has(first.object, qualities.COMPARATIVES) or (first.verb and first.verb.base in verbs.IMPROVEMENT)
    if wished:
        yield "wish with means" if has_mechanism(reading) else "wish"
    if main.form is Form.OBLIGATION and main.subject and not is_group(main.subject):
        system = main.subject[0].tag is not Tag.PRONOUN and main.subject[0].low not in closed.DUMMY_SUBJECTS
        yield "system must" if system else "it must"
        said = len(content((*main.subject, *first.all)))
        yield from (f"system must, content > {least}" for least in range(6) if system and said > least)


def _small(reading: Reading) -> set[str]:
    return {f"says {token.low}" for token in reading.tokens() if token.low in _SMALL_WORDS}


def _has(tokens: Iterable[Token] | Sequence[Token], members: frozenset[str]) -> bool:
    return any(token.low in members for token in tokens)
