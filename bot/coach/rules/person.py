"""Finds a person named as the fault or the remedy: “Bob should have …”, “Retrain him”, “Dave must be careful”."""

from collections.abc import Sequence
from itertools import pairwise

from bot.coach.clauses import Clause
from bot.coach.head import Form
from bot.coach.lexicon import nouns, qualities, verbs
from bot.coach.lexicon.table import words
from bot.coach.model import Kind, Label, Reason
from bot.coach.reading import Reading, reason
from bot.coach.tagging import Tag, Token

_ACTS = verbs.HAND_CHECKS | verbs.HAND_WORK | verbs.INQUIRY | words("know follow tell see think realise realize pay be")
_SOMEBODY = frozenset({"he", "she", "they"})
_ROLES = words("engineer developer operator deployer author reviewer intern contractor admin dba responder")
_LEARNS = words("train retrain re-train teach coach educate remind warn instruct mentor tell discipline reprimand fire")
_SLIPS = words("forget fail miss ignore neglect break slip overlook")


def find(reading: Reading) -> Reason | None:
    """The reason for the first sentence that blames or teaches one person, or None."""
    for clause in reading.clauses:
        blamed = _should_have(clause) or _is_taught(clause) or _slipped(clause) or _must_behave(clause)
        blamed = blamed or _is_at_fault(clause)
        if blamed:
            return reason(Label.BLAME, Kind.PERSON, blamed)
    return None


def is_person(subject: Sequence[Token]) -> bool:
    """A pronoun, “the operator” or one capitalised word that is no tool, no acronym and no word of the lexicon."""
    if not subject:
        return False
    last = subject[-1]
    if last.low in _SOMEBODY or last.low in _ROLES:
        return True
    return len(subject) == 1 and _is_first_name(last)


def _is_first_name(token: Token) -> bool:
    known = nouns.GENERIC | nouns.TOOLS | nouns.MACHINES | nouns.COLLECTIVES | nouns.SIGNALS | nouns.MONITORING
    # A name alone does not tell a service of one's own from a person (ADR 009, Limits); those of the world are known.
    known |= nouns.SYSTEMS
    plain = token.text[:1].isupper() and token.text[1:].islower() and token.text.isalpha()
    return plain and token.tag in {Tag.NAME, Tag.NOUN} and token.low not in known and not token.low.endswith("s")


def _subject_and_rest(clause: Clause) -> tuple[Sequence[Token], Sequence[Token]]:
    start = len(clause.opener)
    at = next((at for at, token in enumerate(clause.tokens) if at > start and token.tag in _FINITE), None)
    return (clause.tokens[start:at], clause.tokens[at:]) if at is not None else ((), ())


_FINITE = frozenset({Tag.MODAL, Tag.AUX, Tag.PAST, Tag.THIRD, Tag.VERB})


def _should_have(clause: Clause) -> Sequence[Token] | None:
    """“Bob should have checked the config”; not “The tests should have caught this”."""
    subject, rest = _subject_and_rest(clause)
    hindsight = [token.low for token in rest[:2]] in (["should", "have"], ["could", "have"], ["ought", "to"])
    act = next((token for token in rest[2:6] if token.tag in {Tag.PAST, Tag.VERB} or token.low in _ACTS), None)
    acts = act is not None and act.base in _ACTS | {"have"}
    return [*subject, *rest[:2]] if hindsight and acts and is_person(subject) else None


def _is_taught(clause: Clause) -> Sequence[Token] | None:
    """“Retrain him”, “Remind Bob to …”."""
    if clause.form is not Form.COMMAND or clause.head is None or clause.head.base not in _LEARNS or not clause.rest:
        return None
    whom = clause.rest[0]
    named = whom.low in {"him", "her", "them"} or (_is_first_name(whom) and _alone(clause.rest))
    return [clause.head, whom] if named else None


def _alone(rest: Sequence[Token]) -> bool:
    return len(rest) == 1 or rest[1].tag in {Tag.TO, Tag.PREPOSITION, Tag.SUBORDINATOR, Tag.ADVERB, Tag.QUESTION}


def _slipped(clause: Clause) -> Sequence[Token] | None:
    """“Bob forgot to silence the alert”."""
    subject, rest = _subject_and_rest(clause)
    slipped = bool(rest) and rest[0].tag is Tag.PAST and rest[0].base in _SLIPS
    return [*subject, rest[0]] if slipped and is_person(subject) else None


def _must_behave(clause: Clause) -> Sequence[Token] | None:
    """“Dave needs to be more careful”."""
    subject, rest = _subject_and_rest(clause)
    caring = [token for token in rest[:6] if token.low in qualities.CARE | qualities.CARE_ADVERBS]
    must = bool(rest) and (rest[0].tag is Tag.MODAL or rest[0].low in {"needs", "need", "has", "must"})
    return [*subject, *rest[:1], caring[0]] if must and caring and is_person(subject) else None


_FAULTS = frozenset({"fault", "mistake", "carelessness", "negligence", "slip", "oversight"})


def _is_at_fault(clause: Clause) -> Sequence[Token] | None:
    """“Bob's mistake: …”, “Her carelessness”."""
    for owner, what in pairwise(clause.tokens):
        name = owner.text.removesuffix("'s").removesuffix("’s")
        possessive = name != owner.text and name[:1].isupper() and name.isalpha() and name.lower() not in nouns.SYSTEMS
        if what.low in _FAULTS and (possessive or owner.low in {"his", "her"}):
            return [owner, what]
    return None
