"""Finds the first finite verb behind a subject: “The team | should add”, “The API | logs”, “Backups | failed”."""

from collections.abc import Sequence
from itertools import pairwise

from bot.coach.commands import RECORDS
from bot.coach.head import NO_VERB, Form, Head, next_verb
from bot.coach.lexicon import nouns, verbs
from bot.coach.lexicon.table import words
from bot.coach.tagging import Tag, Token

_STOPS = frozenset({Tag.SUBORDINATOR, Tag.QUESTION})


def finite(body: Sequence[Token]) -> Head:
    """Walks over the subject to the first finite verb."""
    skip_to = 0
    for at, token in enumerate(body):
        if at < skip_to:
            continue
        skip_to = _past_interjection(body, at)
        if skip_to:
            continue
        # “Alert when the queue fails”: the verb behind the “when” is not the sentence's.
        if at and (token.tag in _STOPS or token.text in {":", "-", "–", "—", ";"}):
            return NO_VERB
        if (
            at
            and token.low in {"that", "which", "who"}
            and at + 1 < len(body)
            and body[at - 1].tag in {Tag.NOUN, Tag.NAME}
        ):
            return NO_VERB
        if token.tag is Tag.TO:
            return _to_infinitive(body, at)
        found = _verb_of_subject(body, at) if at else _pronoun_contraction(body)
        if found:
            return found
    return NO_VERB


def _past_interjection(body: Sequence[Token], at: int) -> int:
    """“Outages, even if they are short, should …”: the index after the second comma, or 0."""
    after = [token for token in body[at + 1 : at + 3] if token.low != "even"]
    if body[at].text != "," or not after or after[0].tag not in _STOPS | {Tag.PREPOSITION}:
        return 0
    return next((index + 1 for index in range(at + 1, min(at + 16, len(body) - 1)) if body[index].text == ","), 0)


def _to_infinitive(body: Sequence[Token], at: int) -> Head:
    """“Sam to add …”, “Team to review …”; “script to clean …” stays a noun phrase."""
    subject = body[at - 1] if at else None
    verb = at + 1 < len(body) and (body[at + 1].tag is Tag.VERB or body[at + 1].low == "be")
    if not verb or subject is None:
        return NO_VERB
    # “Team to review …” makes a group responsible; “Sam to review …” is a command to one person.
    if subject.low in nouns.COLLECTIVES:
        return Head(Form.OBLIGATION, at + 1, at)
    return Head(Form.COMMAND, at + 1) if at == 1 and _may_be_a_person(subject) else NO_VERB


_THINGS = (
    nouns.GENERIC
    | nouns.COMPOUND_HEADS
    | nouns.MONITORING
    | verbs.ALSO_NOUNS
    | words(
        """
    hook bot ability function button command flag proposal request reminder linter job workflow webhook budget time
    switch nice
    """
    )
)


def _may_be_a_person(subject: Token) -> bool:
    # “Script to clean …” and “Hook to …” begin with a capital too and are things to be made.
    return subject.text[0].isupper() and subject.low not in _THINGS and subject.tag in {Tag.NAME, Tag.NOUN}


def _pronoun_contraction(body: Sequence[Token]) -> Head | None:
    """“We'll add …”, “We've added …”, “Let's add …”, “It's slow”."""
    pronoun, apostrophe, tail = body[0].low.partition("'")
    if not apostrophe or body[0].tag is not Tag.PRONOUN:
        return None
    at = next_verb(body, 1)
    if tail == "ll" or pronoun == "let":
        return Head(Form.OBLIGATION, at, 1)
    # “We'd like to add …” wishes, “We'd added …” reports.
    if tail == "d" and len(body) > 1 and body[1].low in {"like", "love", "prefer"}:
        return Head(Form.OBLIGATION, next_verb(body, 2), 1)
    if tail in {"ve", "d"}:
        return Head(Form.PAST, at, 1)
    if tail == "re" and at is not None and body[at].tag is Tag.ING and body[at].base in {"go", "plan"}:
        return Head(Form.OBLIGATION, next_verb(body, at + 1), 1)
    return Head(Form.PRESENT, at, 1)


def _verb_of_subject(body: Sequence[Token], at: int) -> Head | None:
    token = body[at]
    after = body[at + 1] if at + 1 < len(body) else None
    if token.tag is Tag.MODAL:
        return Head(Form.OBLIGATION, next_verb(body, at + 1), at)
    if token.low in {"need", "needs", "have", "has", "want", "plan", "intend", "aim", "hope"} and _obliges(body, at):
        return Head(Form.OBLIGATION, next_verb(body, at + 1), at)
    if token.tag is Tag.AUX:
        return _auxiliary(body, at)
    pronoun = body[at - 1].tag is Tag.PRONOUN or body[0].tag is Tag.PRONOUN or body[at - 1].low in _ANYBODY
    if token.tag is Tag.PAST:
        return Head(Form.PAST, at, at) if pronoun or _reports(body, at, after) else None
    if (token.tag is Tag.THIRD and not _after_gerund(body[:at])) or (pronoun and token.tag is Tag.VERB):
        return Head(Form.PRESENT, at, at)
    return None


_ANYBODY = frozenset({"someone", "somebody", "everyone", "everybody"})


def _after_gerund(subject: Sequence[Token]) -> bool:
    """“A process for flagging fires”: what looks like a verb is the gerund's object."""
    return any(one.tag is Tag.PREPOSITION and two.tag is Tag.ING for one, two in pairwise(subject))


def _obliges(body: Sequence[Token], at: int) -> bool:
    token, after = body[at], body[at + 1] if at + 1 < len(body) else None
    if after is not None and after.tag is Tag.TO:
        return True
    return token.low in {"need", "needs", "want"} and (
        body[at - 1].tag is Tag.PRONOUN or body[at - 1].tag is Tag.ADVERB
    )


def _auxiliary(body: Sequence[Token], at: int) -> Head:
    token = body[at]
    verb = next_verb(body, at + 1)
    nearby = body[verb] if verb is not None and verb - at <= 3 else None  # noqa: PLR2004 – “has not yet been”
    if token.low in {"was", "were", "had", "did", "wasn't", "weren't", "didn't", "hadn't"}:
        return Head(Form.PAST, verb, at)
    if token.low.startswith(("has", "have")) and nearby is not None and nearby.tag is Tag.PAST:
        return Head(Form.PAST, verb, at)
    if nearby is not None and nearby.tag is Tag.ING and nearby.low in {"going", "planning"}:
        return Head(Form.OBLIGATION, next_verb(body, (verb or at) + 1), at)
    if nearby is not None and nearby.low in _OBLIGED and verb is not None and _to_follows(body, verb):
        return Head(Form.OBLIGATION, next_verb(body, verb + 2), at)
    # “The job is to run hourly” says what shall be, not what is.
    if token.low in {"is", "are"} and at + 2 < len(body) and body[at + 1].tag is Tag.TO:
        return Head(Form.OBLIGATION, next_verb(body, at + 2), at)
    return Head(Form.PRESENT, verb if nearby is not None else None, at)


_OBLIGED = words("required expected asked encouraged obliged supposed advised reminded requested")


def _to_follows(body: Sequence[Token], at: int) -> bool:
    return at + 2 < len(body) and body[at + 1].tag is Tag.TO


_PERCEIVING = words("notice complain realise realize suspect experience struggle report ask see")


def _reports(body: Sequence[Token], at: int, after: Token | None) -> bool:
    """“Ticket created”, “Backups failed silently”; not “dashboards used in the incident”."""
    token = body[at]
    # Only forms that are no participles surely report: “went” does, “used in the incident” may describe.
    if token.low in verbs.SIMPLE_PAST:
        return True
    if token.base in verbs.FAILURE and token.low not in {
        "run",
        "cut",
        "hit",
        "seen",
        "found",
        "taken",
        "lost",
        "broken",
        "triggered",
        "failed",
    }:
        return after is None or after.tag is not Tag.NOUN
    if after is not None and (
        after.tag in {Tag.DETERMINER, Tag.PRONOUN} or after.low in {"too", "late", "again", "twice"}
    ):
        return True
    if token.low == "failed":
        return after is None or after.tag in {Tag.ADVERB, Tag.TO, Tag.SUBORDINATOR}
    if token.base in _PERCEIVING and body[at - 1].low in nouns.PEOPLE:
        return after is None or after.tag in {Tag.SUBORDINATOR, Tag.PREPOSITION, Tag.NOUN, Tag.ADVERB}
    short = at <= 4  # noqa: PLR2004 – “PR merged”, “Jira ticket created”
    return (
        short
        and token.base in verbs.STATUS
        and (after is None or (body[0].low in RECORDS and after.tag is not Tag.NOUN))
    )
