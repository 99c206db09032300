"""Cuts what follows a head verb into object, purpose, condition and detail, and splits coordinated verbs.

“Add a check and page the owner, so that …” becomes two phrases; “verify in staging” after a comma is one, too.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.coach.clauses import Clause
from bot.coach.lexicon import verbs
from bot.coach.lexicon.table import words
from bot.coach.tagging import Tag, Token


class Phrase(NamedTuple):
    """A verb with what belongs to it. Empty tuples where the text has nothing of the kind."""

    verb: Token | None  # None: a noun phrase without a verb
    object: tuple[Token, ...]  # up to the first preposition
    extent: tuple[Token, ...]  # the prepositional phrases after it: “on every host”
    purpose: tuple[Token, ...]  # “to detect …”, “so that …”
    condition: tuple[Token, ...]  # “when …”, “if …”, “before …”, “why …”, “that …”
    detail: tuple[Token, ...]  # after a colon or a dash

    @property
    def core(self) -> tuple[Token, ...]:
        return self.object + self.extent

    @property
    def all(self) -> tuple[Token, ...]:
        return self.core + self.purpose + self.condition + self.detail


def phrases(clause: Clause) -> list[Phrase]:
    """The verb phrases of a clause in order; one without a verb when the clause has none."""
    runs = _runs(clause.rest, gerund=clause.head is not None and clause.head.tag is Tag.ING)
    first = [_phrase(clause.head, runs[0])]
    return first + [_phrase(run[0], run[1:]) for run in runs[1:]]


_REGIONS = ("core", "purpose", "condition", "detail")
_DASHES = frozenset({":", "-", "–", "—"})


def _runs(tokens: Sequence[Token], *, gerund: bool) -> list[tuple[Token, ...]]:
    """Splits at “, verb”, “and verb”, “/ verb”: each run after the first starts with its verb."""
    runs: list[list[Token]] = [[]]
    position = 0
    while position < len(tokens):
        verb = _coordinated(tokens, position, runs[-1], gerund=gerund)
        if verb is None:
            runs[-1].append(tokens[position])
            position += 1
        else:
            runs.append([tokens[verb]])
            position = verb + 1
    return [tuple(run) for run in runs]


_LINKS = frozenset({"and", "&", ",", "/", "then", "+", "or", "also", "plus", "subsequently", "possibly", "maybe"})


def _coordinated(tokens: Sequence[Token], position: int, run: Sequence[Token], *, gerund: bool) -> int | None:
    """The index of the verb that a link at `position` introduces, if it goes on with the main clause."""
    at = _after_links(tokens, position)
    if at is None or (tokens[at].tag is Tag.ING and gerund and not run):
        return at
    if tokens[at].tag is not Tag.VERB:
        return None
    token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
    if not run and position == 0:
        return at if after is not None else None  # “Review and update the runbook”
    if _may_be_noun(token, after) or (after is not None and after.tag is Tag.CONJUNCTION):
        return None
    inner = _inside_subordinate(run)
    comma = tokens[position].text == ","
    # “Alert when it fails and pages us”: an “and” within a subordinate clause adds no second action; “…, and add …”
    # does.
    return at if not inner or (comma and at > position + 1 and inner != "how") else None


_MOST_LINKS = 5  # “, and then also”; a line of slashes is no sentence


def _after_links(tokens: Sequence[Token], position: int) -> int | None:
    at = position
    while at < min(len(tokens), position + _MOST_LINKS) and tokens[at].low in _LINKS:
        at += 1
    return at if position < at < len(tokens) else None


def _may_be_noun(token: Token, after: Token | None) -> bool:
    """“metrics and alerts”: a word that is verb and noun needs an object behind it."""
    has_object = after is not None and (after.tag in _OBJECTS or after.low in {"that", "on", "if"})
    return token.low in verbs.ALSO_NOUNS - verbs.STATUS and not has_object


_OBJECTS = frozenset({Tag.DETERMINER, Tag.NAME, Tag.PRONOUN, Tag.NUMBER})


def _inside_subordinate(run: Sequence[Token]) -> str:
    """The word that opened a subordinate part of `run`, or an empty text."""
    for position, token in enumerate(run):
        after = run[position + 1] if position + 1 < len(run) else None
        if token.tag in {Tag.SUBORDINATOR, Tag.QUESTION} or token.text in _DASHES:
            return token.low
        if token.tag is Tag.TO and after is not None and after.tag in {Tag.VERB, Tag.ADVERB, Tag.AUX}:
            return "to"
        if token.tag is Tag.PRONOUN and after is not None and after.tag in {Tag.VERB, Tag.MODAL, Tag.AUX} and position:
            return token.low
    return ""


def _phrase(verb: Token | None, tokens: Sequence[Token]) -> Phrase:
    parts: dict[str, list[Token]] = {region: [] for region in _REGIONS}
    region = "core"
    for position, token in enumerate(tokens):
        region = _region(region, tokens, position)
        parts[region].append(token)
    core = tuple(parts["core"])
    cut = next(_first_preposition(core), len(core))
    return Phrase(
        verb, core[:cut], core[cut:], tuple(parts["purpose"]), tuple(parts["condition"]), tuple(parts["detail"])
    )


def _region(region: str, tokens: Sequence[Token], position: int) -> str:
    token = tokens[position]
    after = tokens[position + 1] if position + 1 < len(tokens) else None
    if token.text in _DASHES and position:
        return "detail"
    # Behind a colon all is detail, whatever it would be elsewhere.
    if region == "detail":
        return region
    if token.low == "so" or (token.low == "in" and after is not None and after.low == "order"):
        return "purpose"
    to_do = token.tag is Tag.TO and after is not None and after.tag in {Tag.VERB, Tag.AUX, Tag.ADVERB}
    if to_do or (region == "purpose" and token.tag is not Tag.SUBORDINATOR):
        return "purpose" if region == "core" else region
    if token.tag in {Tag.SUBORDINATOR, Tag.QUESTION}:
        return "condition"
    return "condition" if _relative(tokens, position) else region


def _relative(tokens: Sequence[Token], position: int) -> bool:
    """“… a query that gives”, “… the version you are upgrading to”."""
    token = tokens[position]
    after = tokens[position + 1] if position + 1 < len(tokens) else None
    if after is None or position == 0:
        return token.low == "that" and after is not None
    verbal = after.tag in {Tag.VERB, Tag.AUX, Tag.MODAL, Tag.THIRD, Tag.PRONOUN, Tag.DETERMINER, Tag.PAST, Tag.ADVERB}
    if token.low == "that":
        return verbal or after.tag in {Tag.NOUN, Tag.NAME}
    return token.tag is Tag.PRONOUN and after.tag in {Tag.VERB, Tag.AUX, Tag.MODAL, Tag.PAST, Tag.ADVERB}


def _first_preposition(core: Sequence[Token]) -> Iterator[int]:
    """Where the object ends; a particle right after the verb (“set up”) is no end."""
    for position, token in enumerate(core):
        if token.tag in {Tag.PREPOSITION, Tag.TO} and not (position == 0 and token.low in _PARTICLES):
            yield position


_ASPECTS = words("continue start begin keep finish work strive aim seek")


def unwrapped(phrase: Phrase) -> Phrase:
    """“Continue to improve X”, “Start improving X”: the inner verb is what is promised."""
    verb = phrase.verb
    if verb is None or verb.base not in _ASPECTS or not phrase.all:
        return phrase
    lead = phrase.all[0]
    if lead.tag is Tag.ING and phrase.object:
        return _phrase(lead, phrase.all[1:])
    if phrase.core or len(phrase.purpose) < 2 or phrase.purpose[0].tag is not Tag.TO:  # noqa: PLR2004
        return phrase
    return _phrase(phrase.purpose[1], (*phrase.purpose[2:], *phrase.condition, *phrase.detail))


_PARTICLES = words("up out off down in over on")
