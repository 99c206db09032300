"""Finds two deliverables on different objects in one item."""

import re

from bot.coach.concreteness import content
from bot.coach.head import Form
from bot.coach.lexicon import nouns, verbs
from bot.coach.lexicon.table import words
from bot.coach.model import Kind, Label, Reason
from bot.coach.phrases import Phrase
from bot.coach.reading import Reading, read
from bot.coach.rules.inquiry import inquires
from bot.coach.tagging import Tag

_CHANGES = words(
    """
    add create remove update migrate upgrade replace move publish write build implement install rotate split delete
    configure enable disable fix file document set define establish switch introduce automate deprecate revoke
    hire negotiate renegotiate order buy recruit appoint train rename restore backfill refactor rewrite setup develop
    improve
    """
)
_TESTS = words("test tests check regression coverage validation")


def find(reading: Reading) -> Reason | None:
    """The reason for the second deliverable, or None when there is one."""
    return _coordinated(reading) or _listed(reading)


def _coordinated(reading: Reading) -> Reason | None:
    if reading.main.form not in {Form.COMMAND, Form.OBLIGATION}:
        return None
    first = reading.first
    if not _is_deliverable(first):
        return None
    for second in (*reading.phrases[1:], *reading.other_phrases):
        if _is_deliverable(second) and _differs(first, second):
            assert second.verb is not None
            return Reason(
                Label.MULTIPLE_ACTIONS, Kind.SEVERAL, second.verb.start, (second.core or (second.verb,))[-1].end
            )
    return None


_JOINTS = r"\s*;\s+|\s\+\s|,?\s+(?:and\s+)?also\s+|,?\s+plus\s+|\s+\(?[2-9][.)]\s+"

_APART = re.compile(r"[;+]|\d")
"""A list of separate things, where “also” and “plus” may go on with the same."""


def _listed(reading: Reading) -> Reason | None:
    """“Rotate the keys; delete the old bucket”, “Alert on lag + runbook for failover”: joined by more than “and”."""
    joints = list(re.finditer(_JOINTS, reading.text))
    if not joints:  # one part, which is read already
        return None
    start, apart = 0, False
    earlier: Reading | None = None
    for end in [*joints, None]:
        part = read(reading.text[start : end.start() if end else len(reading.text)])
        if part is not None and _stands_alone(part):
            if earlier is not None and _is_another(part, earlier) and not _accompanies(part, earlier, apart=apart):
                return Reason(Label.MULTIPLE_ACTIONS, Kind.SEVERAL, start, start + len(part.text))
            earlier = earlier or part
        start, apart = (end.end(), bool(_APART.search(end.group()))) if end else (start, apart)
    return None


def _stands_alone(part: Reading) -> bool:
    """A command with an object that says which one, or a thing with two words that do."""
    first = part.first
    if part.main.form is Form.NOUNS:
        written = any(token.low in nouns.DOCUMENTATION for token in first.object)
        return (
            len(content(first.core)) > (not written)
            and first.object[:1] != ()
            and first.object[0].tag is not Tag.ADVERB
        )
    commands = part.main.form is Form.COMMAND and first.verb is not None and bool(content(first.core))
    return commands and first.core[0].tag is not Tag.PRONOUN


def _is_another(part: Reading, earlier: Reading) -> bool:
    """A thing behind a command may share its verb, “migrate the mounts + the config”, unless it is made on its own."""
    if part.main.form is not Form.NOUNS or earlier.main.form is Form.NOUNS:
        return True
    return any(token.low in nouns.DOCUMENTATION | nouns.MONITORING for token in part.first.object)


_OWN_WORK = frozenset({"alert", "monitor", "document", "deploy"})


def _accompanies(part: Reading, earlier: Reading, *, apart: bool) -> bool:
    """A test, a check or a word to others about the first is part of it; *apart*: it stands in a list of its own."""
    verb = part.first.verb
    tells = verb is not None and verb.base in verbs.ACCOMPANYING | verbs.TEACHING | verbs.INQUIRY
    # “Rotate the keys; alert on certificate expiry”: of another thing, which two words name.
    if apart and verb is not None and verb.base in _OWN_WORK and len(content(part.first.core)) > 1:
        tells = False
    back = any(token.low in _POINTING for token in part.first.all)
    shared = {token.low for token in content(earlier.first.core)} & {token.low for token in content(part.first.core)}
    return tells or back or bool(shared) or any(token.low in _TESTS for token in part.first.core)


_POINTING = frozenset({"it", "them", "its", "their", "these", "those", "this", "that"})


def _is_deliverable(phrase: Phrase) -> bool:
    """A verb of change with an object of its own: two words that say which, at least."""
    verb = phrase.verb
    if verb is None or verb.base not in _CHANGES or inquires(phrase):
        return False
    if not phrase.core or phrase.core[0].tag is Tag.PRONOUN:
        return False
    said = [token for token in content(phrase.core) if token.tag is not Tag.NUMBER]
    named = any("-" in token.low or token.tag is Tag.NAME for token in said)
    return (
        (len(said) > 1 or named) and not _sets_limit(phrase) and not any(token.low in _TESTS for token in phrase.object)
    )


def _sets_limit(phrase: Phrase) -> bool:
    """“… and set a limit of 8 GB” configures what was just made."""
    return (
        phrase.verb is not None
        and phrase.verb.base in {"set", "configure"}
        and any(token.tag is Tag.NUMBER for token in phrase.core)
    )


def _differs(first: Phrase, second: Phrase) -> bool:
    """Neither verb nor object is the first one's again, and nothing points back to it."""
    assert first.verb is not None and second.verb is not None  # noqa: PT018 – deliverables have verbs
    ours, theirs = ({token.low for token in content(phrase.core)} for phrase in (first, second))
    back = any(token.low in {"it", "them", "its", "their", "these", "those", "this", "that"} for token in second.core)
    # In doubt silence: of 212 real items two were truly two, so false alarms would outnumber the rest (ADR 003).
    return not (ours & theirs) and not back and first.verb.base != second.verb.base
