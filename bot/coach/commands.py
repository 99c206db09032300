"""Recognises sentences whose first words say it all: questions, commands, bare past tense (“Added an alert”).

Most of it tells verbs from nouns: “Backup the database” commands, “Backup strategy” does not.
"""

from collections.abc import Sequence

from bot.coach.head import Form, Head, next_verb
from bot.coach.lexicon import closed, nouns, verbs
from bot.coach.lexicon.table import words
from bot.coach.tagging import Tag, Token


def question(body: Sequence[Token]) -> Head | None:
    first = body[0]
    second = body[1] if len(body) > 1 else None
    if first.low in {"none", "nothing", "nobody", "n"} or [token.low for token in body[:2]] == ["no", "one"]:
        return Head(Form.PRESENT, None)
    # “When a pod is stuck, …” opens a sentence; it does not ask.
    if first.low in closed.QUESTION_WORDS - {"when", "where"} and second is not None:
        return Head(Form.QUESTION, None)
    inverted = second is not None and (
        second.tag is Tag.PRONOUN or second.low in {"there", "the", "a", "an", "our", "this", "that"}
    )
    if first.tag in {Tag.MODAL, Tag.AUX} and first.low not in {"be", "have"} and inverted:
        return Head(Form.QUESTION, None)
    return None


def command(body: Sequence[Token]) -> Head | None:
    at = _skip_to_verb(body)
    if at >= len(body):
        return None
    token = body[at]
    if token.tag is Tag.ING and (subject := _gerund_subject(body)) is not None:
        return Head(Form.PRESENT, subject, subject)
    # “Clear escalation paths” praises, “Clear the cache” commands: told by what is clear.
    if token.low == "clear" and any(after.low in _CLEAR_THINGS for after in body[at + 1 : at + 4]):
        return None
    # “Root cause the crash” is said as a verb, and is an inquiry.
    if [token.low for token in body[:2]] == ["root", "cause"] and len(body) > 2:  # noqa: PLR2004
        return Head(Form.COMMAND, 1)
    # “Let us add …” obliges a group; “Let the script add …” commands.
    if token.low == "let" and at + 1 < len(body) and body[at + 1].low == "us":
        return Head(Form.OBLIGATION, next_verb(body, at + 2), at + 2)
    commands = (
        (token.low in {"be", "let"} and at + 1 < len(body))
        or (token.tag is Tag.VERB and not _used_as_noun(body, at))
        or (token.tag is Tag.ING and at == 0 and not _noun_in_ing(body))
    )
    return Head(Form.COMMAND, at) if commands else None


_CLEAR_THINGS = words(
    """
    communication communications path paths role roles responsibility responsibilities ownership guideline guidelines
    guidance documentation expectations criteria process procedure procedures instructions definition definitions
    naming roadmap policy policies rules owner owners
    """
)
_COSTS = words("take takes need needs require requires cause causes fail fails lead leads is was are cost costs")


def _gerund_subject(body: Sequence[Token]) -> int | None:
    """“Restoring from backup takes nine hours”: where its verb stands."""
    for at, token in enumerate(body[1:8], start=1):
        if (
            token.tag in {Tag.SUBORDINATOR, Tag.QUESTION, Tag.TO, Tag.CONJUNCTION, Tag.PUNCTUATION}
            or token.low == "that"
        ):
            return None
        if token.low in _COSTS and token.low.endswith("s") and at > 1:
            return at
    return None


_SKIPPED = words(
    """
    to never always not don't do need needs should must will shall want wants have has could may might can
    """
)


def _skip_to_verb(body: Sequence[Token]) -> int:
    """Past “to”, “need to”, “do not”, “should”, “Sam to”, and adverbs."""
    at = 0
    while at < len(body) - 1 and _is_lead_in(body, at):
        at += 1
    return at


def _is_lead_in(body: Sequence[Token], at: int) -> bool:
    token, after = body[at], body[at + 1]
    if token.low in {"need", "needs", "want", "wants", "have", "has"}:
        return after.tag is Tag.TO
    if token.tag is Tag.ADVERB and token.low not in {"instead", "there", "here", "than"}:
        return after.tag in {Tag.VERB, Tag.ADVERB, Tag.AUX} or after.low == "to"
    if token.low == "do":
        return after.low == "not"
    return token.low in _SKIPPED and after.tag in {Tag.VERB, Tag.ADVERB, Tag.AUX, Tag.TO}


def _used_as_noun(body: Sequence[Token], at: int) -> bool:
    """“Backup strategy”, “Alert for X”, “Plan of …”: the word is the first of a noun phrase."""
    token = body[at]
    # Behind “to” or “should” a word that may be both is the verb.
    if token.low not in verbs.ALSO_NOUNS or at > 0:
        return False
    if len(body) == 1:
        return False
    after = body[1]
    if _modal_follows(body) or (after.tag is Tag.PAST and token.low in RECORDS and after.base in verbs.STATUS):
        return True
    if after.low == "of" or after.tag in {Tag.AUX, Tag.MODAL, Tag.CONJUNCTION, Tag.THIRD}:
        return not (after.tag is Tag.CONJUNCTION and [token.tag for token in body[2:3]] == [Tag.VERB])
    if (
        after.low in {"for", "in", "to"}
        and token.low in _NOUN_BEFORE_FOR
        and [token.low, after.low] != ["upgrade", "to"]
    ):
        return True
    return (
        token.low in _COMPOUNDING
        and after.low in nouns.COMPOUND_HEADS
        and all(token.tag in _AFTER_COMPOUND or token.low == "that" for token in body[2:3])
    )


def _modal_follows(body: Sequence[Token]) -> bool:
    """“Mirror admins should …”: nothing but nouns up to a modal."""
    for token in body[1:6]:
        if token.tag is Tag.MODAL:
            return True
        if token.tag not in {Tag.NOUN, Tag.NAME, Tag.ADVERB}:
            return False
    return False


_NOUN_BEFORE_FOR = words(
    """
    alert backup tool support access runbook report template process guard gate setup lock trace failover rollback
    limit function design timeout change update upgrade fix release workaround
    """
)
_COMPOUNDING = words(
    """
    alert backup test release deploy log access report query support rate host cluster load failover rollback build
    trace cache page timeout control schedule name index session template request queue process change monitor pool
    resource setup retry version
    """
)
_AFTER_COMPOUND = frozenset({Tag.PREPOSITION, Tag.CONJUNCTION, Tag.MODAL, Tag.AUX, Tag.PUNCTUATION, Tag.NOUN})
_NOUNS_IN_ING = words(
    """
    monitoring alerting logging tracing testing training scaling pooling caching tooling throttling onboarding
    sharding autoscaling rate-limiting hardening versioning linting failing pending missing warning remaining
    existing running handling reporting billing
    """
)


def _noun_in_ing(body: Sequence[Token]) -> bool:
    after = body[1] if len(body) > 1 else None
    # “Onboarding new hires” is work; “Onboarding for support” is a topic.
    if body[0].low == "onboarding":
        return after is None or after.tag is Tag.PREPOSITION
    if after is None or after.low == "of":
        return True
    if after.tag is Tag.CONJUNCTION:
        return not (len(body) > 2 and body[2].tag is Tag.ING and body[2].low not in _NOUNS_IN_ING)  # noqa: PLR2004
    return body[0].low in _NOUNS_IN_ING and after.tag not in {Tag.DETERMINER, Tag.PRONOUN}


# Participles that are nearly always verbs when they come first.
_DONE = words(
    """
    added applied fixed created removed deployed merged opened raised filed reverted restored updated enabled
    disabled rolled completed implemented moved changed installed contacted notified asked replaced restarted
    upgraded rotated resolved reported introduced set rewrote published migrated cleaned decided discussed confirmed
    investigated identified verified tested checked switched bumped built wrote made sent ran found
    """
)


def bare_past(body: Sequence[Token]) -> Head | None:
    """“Reduced the number of …”, “Added alert …”, but not “Automated tests …”."""
    if body[0].tag is Tag.ADVERB and len(body) > 2 and (later := bare_past(body[1:])):  # noqa: PLR2004
        return Head(Form.PAST, (later.at or 0) + 1)  # “Tentatively switched to …”
    first = body[0]
    if first.low in {"done", "completed", "fixed", "resolved"} and (len(body) == 1 or body[1].tag is not Tag.NOUN):
        return Head(Form.PAST, 0)
    if first.tag is not Tag.PAST or len(body) == 1:
        return None
    after = body[1]
    # “Set alerts on lag” commands; its past looks the same.
    hard = first.low in _DONE and first.low != "set"
    if after.tag in {Tag.DETERMINER, Tag.PRONOUN, Tag.QUESTION, Tag.SUBORDINATOR} or after.low in {
        "to",
        "out",
        "up",
        "on",
        "that",
        "back",
        "with",
    }:
        return Head(Form.PAST, 0)
    nominal = {Tag.NOUN, Tag.NAME, Tag.NUMBER, Tag.VERB, Tag.ING, Tag.PREPOSITION}
    return Head(Form.PAST, 0) if hard and after.tag in nominal else None


RECORDS = words(
    """
    ticket tickets issue pr prs mr bug jira story alert alerts email emails task patch hotfix change node service
    certificate config workaround release account
    """
)
