"""Says whether a text names the means or the measure: what rescues “more efficient” or “improve X”.

A mechanism is “by batching …”, “via …”, “with …”, an aside that explains, a number, a target, a second
concrete verb. A goal (“so that it is easier”) is not.
"""

from collections.abc import Sequence
from itertools import pairwise

from bot.coach.concreteness import content, names
from bot.coach.head import Form
from bot.coach.heads import find
from bot.coach.lexicon import nouns, qualities, verbs
from bot.coach.lexicon.table import words
from bot.coach.phrases import Phrase
from bot.coach.reading import Reading
from bot.coach.tagging import Tag, Token, lemma

_MEANS = words("by via using through with")
_NAMING = words("like including e.g i.e namely such-as")
# “coordination with the vendor” names a partner, no means.
_RELATIONS = words(
    """
    coordination communication collaboration integration alignment relationship sync contact cooperation issues
    issue problems problem compatibility consistency
    """
)
_INSTEAD = words("instead rather")


def has_mechanism(reading: Reading) -> bool:
    """Of the main sentence: any means, measure or further concrete action."""
    first = reading.first
    return (
        has_measure(reading)
        or names_means(first.all)
        or _explains(reading)
        or (_acts_concretely(first.purpose) and not _completes_comparative(first))
        or any(_is_concrete_action(phrase) for phrase in (*reading.phrases[1:], *reading.other_phrases))
    )


def has_measure(reading: Reading) -> bool:
    """A figure to reach: “from 16 to 12”, “< 10 %”, “P99”; not a year or the version of something."""
    tokens = [*reading.tokens(), *(token for aside in reading.asides for token in aside)]
    return any(_is_figure(token, tokens[position - 1] if position else None) for position, token in enumerate(tokens))


_BEFORE_FIGURES = words("to by than over above below under least most every within at per from until target")


SPELLED = words("one two three four five six seven eight nine ten twelve fifteen twenty thirty sixty ninety zero half")


def _is_figure(token: Token, before: Token | None) -> bool:
    if token.low in {"p50", "p90", "p95", "p99"}:
        return True
    # “one of the hosts” is no figure, “to one” is.
    if token.low in SPELLED:
        return before is not None and before.low in _BEFORE_FIGURES
    if token.tag is not Tag.NUMBER:
        return False
    # “Postgres 14” and “in 2023” are bare numbers; “30s”, “10%” and “under 5” are figures.
    return not token.low.replace(".", "").isdigit() or (before is not None and before.low in _BEFORE_FIGURES)


def names_means(tokens: Sequence[Token]) -> bool:
    """Whether the words name a means, an example, a “from … to” or what is replaced."""
    for position, token in enumerate(tokens):
        # “faster than with the old cache” compares; what follows is no means.
        if token.low == "than":
            return False
        after = tokens[position + 1 : position + 7]
        related = position > 0 and token.low == "with" and _relates(tokens[position - 1])
        if token.low in _MEANS and not related and _is_means(token, after):
            return True
        if token.low == "like" and position and tokens[position - 1].low in _LIKENING:
            continue
        if (token.low in _NAMING or (token.low == "such" and after and after[0].low == "as")) and content(after):
            return True
        if token.low == "from" and any(later.low == "to" for later in after):
            return True  # “from daily to hourly”
        if token.low in _INSTEAD and after and after[0].low in {"of", "than"}:
            return True
    return False


_LIKENING = words("more look looks looking behave behaves less")
_RELATING = words("communicate work coordinate collaborate share deal comply interact integrate engage align interface")


def _relates(token: Token) -> bool:
    return token.low in _RELATIONS or (token.base in _RELATING and token.tag is not Tag.NOUN)


def _is_means(link: Token, after: Sequence[Token]) -> bool:
    if not after:
        return False
    if link.low == "by":
        # “by Friday” and “by the team” are no means; “by batching the writes” is.
        return any(token.tag is Tag.ING for token in after[:3]) and len(content(after)) > 1
    said = [token for token in content(after) if token.low not in nouns.PEOPLE]
    vague = any(token.low in qualities.COMPARATIVES | qualities.EMPTY_QUALITIES for token in after[:3])
    return bool(said) and not vague and after[0].low not in nouns.PEOPLE


def _explains(reading: Reading) -> bool:
    """An aside or what follows a colon with words of its own."""
    aside = any(
        len(content(tokens)) > 1 and not (_is_comment(tokens) or _narrates(tokens)) for tokens in reading.main.asides
    )
    return aside or _details(reading.first)


def _is_comment(tokens: Sequence[Token]) -> bool:
    # “(currently 30 s)” and “(see #12)” tell of today, not of the change.
    return tokens[-1].text == "?" or tokens[0].low in {"currently", "maybe", "possibly", "optional", "see"}


def _narrates(tokens: Sequence[Token]) -> bool:
    """“… – we heard of it from users”: says why, not how."""
    return find(tokens).form in {Form.PAST, Form.PRESENT, Form.QUESTION}


def _details(phrase: Phrase) -> bool:
    """After a colon: a list or a command, but not a comparison again (“…: be more explicit”)."""
    detail = phrase.detail[1:]
    if not detail or detail[0].tag is Tag.SUBORDINATOR:
        return False
    empty = any(token.low in qualities.COMPARATIVES for token in detail[:5]) or _narrates(detail)
    return not empty and len(content(detail)) > 1


def _completes_comparative(phrase: Phrase) -> bool:
    """“easier to use”: the infinitive belongs to the adjective, it is no purpose."""
    return bool(phrase.object) and phrase.object[-1].low in qualities.COMPARATIVES


def _acts_concretely(purpose: Sequence[Token]) -> bool:
    """“… to include the query id” and “… to catch proxy restarts” say what; “… to make it easier” does not."""
    if any(token.low in qualities.COMPARATIVES | qualities.EMPTY_QUALITIES for token in purpose[1:]):
        return False
    at = 1 if purpose and purpose[0].tag is Tag.TO else _after_so_that(purpose)
    if at and len(purpose) > at + 1:
        verb, said = _verb_of(purpose[at]), content(purpose[at + 1 :])
        least = 1 if verb in verbs.STATING else _LEAST_SAID.get(verb, 0)
        if least and (len(said) >= least or (names(said) and verb in _LEAST_SAID)):
            return True
    return _states_what_happens(purpose)


# What is caught or prevented, said in so many words, is the end of the work: “to catch proxy restarts”.
_LEAST_SAID = {"catch": 2, "detect": 2, "ensure": 3, "prevent": 4}


def _states_what_happens(purpose: Sequence[Token]) -> bool:
    """“so that a majority of the team is notified when there is an outage”."""
    if [token.low for token in purpose[:2]] != ["so", "that"]:
        return False
    passive = any(
        one.tag is Tag.AUX and two.tag is Tag.PAST and two.base in verbs.STATING | {"page"}
        for one, two in pairwise(purpose)
    )
    return passive and any(token.low in {"when", "if", "before", "until"} for token in purpose)


def _after_so_that(purpose: Sequence[Token]) -> int:
    """“so that it verifies …”: where its verb stands, else 0."""
    low = [token.low for token in purpose[:3]]
    return 3 if low == ["so", "that", "it"] else 2 if low[:2] == ["so", "it"] else 0


def _verb_of(token: Token) -> str:
    known = lemma(token.low)
    return known[0] if known is not None else token.low


def _is_concrete_action(phrase: Phrase) -> bool:
    verb = phrase.verb
    if verb is None or verb.base in verbs.INQUIRY | verbs.IMPROVEMENT | verbs.OUTCOME | verbs.ACCOMPANYING:
        return False
    empty = any(token.low in qualities.COMPARATIVES for token in phrase.object)
    return not empty and (
        len(content(phrase.core)) > 1 or (verb.base in verbs.STATING and bool(content(phrase.condition)))
    )
