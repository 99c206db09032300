"""Finds a group as the subject of an obligation: “we should …”, “the team will …”, “reviewers must …”."""

from bot.coach import heads
from bot.coach.clauses import Clause
from bot.coach.head import Form
from bot.coach.lexicon import nouns
from bot.coach.lexicon.table import words
from bot.coach.model import Kind, Label, Reason
from bot.coach.reading import Reading, reason
from bot.coach.tagging import Tag, Token

_GROUP_PRONOUNS = frozenset({"we", "we'll", "we're", "let's", "everyone", "everybody", "someone", "somebody", "we'd"})


def find(reading: Reading) -> Reason | None:
    """The reason for the first group that is obliged or asked, or None."""
    for clause in reading.clauses:
        group = _nobody(clause) or _obliged_group(clause) or _joined(clause) or _after_colon(clause)
        if group is not None:
            return reason(Label.PSEUDO_OWNER, Kind.GROUP, group)
    return None


_FREE = frozenset({"please", "free", "available", "pls"})
_NOBODY = frozenset({"someone", "somebody", "anyone", "anybody", "whoever"})


def _nobody(clause: Clause) -> tuple[Token, ...] | None:
    """“Someone please fix …”, “Can anybody look at …”, “Fix the pager, someone please”."""
    for at, token in enumerate(clause.tokens):
        if token.low not in _NOBODY:
            continue
        after = clause.tokens[at + 1] if at + 1 < len(clause.tokens) else None
        asked = at > 0 and clause.tokens[at - 1].tag in {Tag.MODAL, Tag.AUX}
        told = after is not None and (
            after.low in _FREE or (at == 0 and (token.low == "whoever" or after.tag in {Tag.VERB, Tag.MODAL, Tag.TO}))
        )
        lead = [each for each in clause.tokens[:at] if each.low != "please"]
        if told or (len(lead) == 1 and asked):
            return clause.tokens[at : at + 2]
    return None


def _obliged_group(clause: Clause) -> tuple[Token, ...] | None:
    if clause.form is not Form.OBLIGATION or not clause.subject:
        return None
    named = len(clause.subject) == 1 and clause.subject[0].low in _TEAM_NAMES
    named = named or (len(clause.subject) == 2 and clause.subject[1].low in _DEPARTMENTS)  # noqa: PLR2004
    if not (is_group(clause.subject) or named) or _is_allowed(clause):
        return None
    end = len(clause.opener) + len(clause.subject)
    return clause.tokens[len(clause.opener) : end + 1]


def is_group(subject: tuple[Token, ...]) -> bool:
    """The head of the subject – its last noun before a preposition – is a group of people."""
    if subject[0].low in _GROUP_PRONOUNS:
        return True
    if subject[-1].low == "person" and subject[0].low in {"more", "every", "each", "any"}:
        return True
    head: Token | None = None
    for token in subject:
        if token.tag is Tag.PREPOSITION and head is not None:
            break
        if token.tag in {Tag.NOUN, Tag.NAME, Tag.PRONOUN, Tag.VERB, Tag.DETERMINER}:
            head = token
    return head is not None and (head.low in nouns.COLLECTIVES or nouns.is_profession(head.low))


def _is_allowed(clause: Clause) -> bool:
    """“All developers should be able to …” asks for a permission, not for conduct."""
    words = [token.low for token in clause.tokens]
    return (
        clause.subject[0].low not in _GROUP_PRONOUNS and "able" in words[: len(clause.opener) + len(clause.subject) + 5]
    )


def _after_colon(clause: Clause) -> tuple[Token, ...] | None:
    """“Watch the exporter: the data team should …”: a sentence of its own behind a colon or a dash."""
    for at, token in enumerate(clause.tokens[:-2]):
        if token.text in {":", "-", "–", "—"}:
            body = clause.tokens[at + 1 :]
            head = heads.find(body)
            subject = body[: head.subject_end]
            if head.form is Form.OBLIGATION and subject and is_group(subject):
                return body[: head.subject_end + 1]
    return None


_DEPARTMENTS = frozenset({"science", "engineering", "operations", "ops"})
_TEAM_NAMES = words(
    """
    frontend backend platform support security product networking noc soc helpdesk marketing finance legal sales hr
    comms netops secops infosec devrel
    """
)
_LINKING = frozenset({"that", "which", "so", "things", "what", "ways", "way"})
_OBLIGED = frozenset({"should", "must", "will", "need", "shall", "ought"})


def _joined(clause: Clause) -> tuple[Token, ...] | None:
    """“…, so we should …”, “… - we need to …”: a second main clause behind a comma or a dash."""
    tokens = clause.tokens
    for at in range(1, len(tokens) - 2):
        if tokens[at].low not in {"we", "everyone", "team"} or tokens[at + 1].low not in _OBLIGED:
            continue
        if _is_main(tokens, at):
            return tokens[at : at + 2]
    return None


def _is_main(tokens: tuple[Token, ...], at: int) -> bool:
    before = tokens[at - 1]
    leads_in = tokens[0].tag in {Tag.TO, Tag.SUBORDINATOR, Tag.PREPOSITION}  # “To prevent this we will …”
    if leads_in and before.tag not in {Tag.QUESTION, Tag.SUBORDINATOR, Tag.CONJUNCTION} and before.low not in _LINKING:
        return True
    if before.low in {"and", "but", "so"} and at >= 2:  # noqa: PLR2004
        before = tokens[at - 2]
    return before.text in {",", "-", "–", "—", ":"}
