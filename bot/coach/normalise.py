"""Strips what surrounds an action item – bullets, checkboxes, owners, ticket ids, mark-up – and keeps the words.

The result is still the person's own text: it is what messages quote and what suggestions are built from.
"""

import re

from bot.coach.lexicon import nouns
from bot.coach.lexicon.table import words
from bot.coach.tagging import lemma

LONGEST = 2000  # characters that are looked at; an action item that needs more is several

# Patterns are text: `re` compiles and keeps them when they are first used, which keeps the import light.
_LINK = r"\[([^\[\]\n]{1,300})\]\([^()\s]{1,500}\)"
_SLACK_LINK = r"<https?://[^<>|\s]{1,500}\|([^<>|\n]{1,300})>"
_URL = r"<?https?://[^\s<>()\[\]]{1,500}>?"
_BOLD = r"(\*\*|__|~~)(?=\S)([^*_~\n]{1,300})\1"
_BULLET = r"^(?:[-*+•–—◦·>]\s+|#{1,6}\s+|\d{1,3}[.)]\s+|\[[ xX✓]?\]\s*|[☐☑✅⬜]\s*)"
_LABEL = (
    r"(?i)^(?:ai|ap|action(?: items?| points?)?|todo|to do|to-do|task|follow[- ]?up|remediation|p[0-5]|sev ?\d|"
    r"high|medium|low|(?:short|long|medium|mid)[- ]term|prevent(?:ion)?|detect(?:ion)?|mitigat(?:e|ion))"
    r"(?:\s?#?\d{1,4})?\s?(?::|\s[-–—]\s)\s*"
)
_TAG = r"(?i)^(?:\[[^\[\]\n]{1,30}\]|\(p\d\)|\((?:done|todo|wip)\))[:\s]+(?=\S)"
# A ruled line says no more than three of its marks, and costs as much as a text.
_REPEATED = r"([^\w\s])\1{3,}"
_UNSEEN = "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]"
# Ticket, owner and bullet are stripped, since they would be names: “#1234 Fix the bug” would seem to name something.
_TICKET = r"^(?:#\d{1,7}|[A-Z][A-Z0-9]{1,9}-\d{1,7}|T\d{4,7})\s?(?::|[-–—]\s|\s)\s*(?=\S)"
_ASSIGNEE = r"^(?:<?@[\w.|-]{1,40}>?|PERSON|[A-Z][a-z]{2,12})(?:\s?:\s+|\s[-–—]\s)"
_MENTION = r"^<?@[\w.|-]{1,40}>?,?\s+(?=\S)"
_REFERENCE = r"#\d{1,7}|[A-Z][A-Z0-9]{1,9}-\d{2,7}|T\d{4,7}|<?@[\w.|-]{1,40}>?"
_FIELD = r"(?i:owner|due|assignee|eta|ticket)"
_TAIL = (
    rf"[\s,;–—-]*(?:\((?:{_REFERENCE}|PERSON|done|{_FIELD}\b[^()\n]{{0,80}})\)|"
    rf"\[(?:{_REFERENCE}|[a-z@]{{1,20}})\]|(?:^|(?<=\s))(?:{_REFERENCE})|{_FIELD}\s?:[^\n]{{0,80}})[\s.]*$"
)
_NOT_NAMES = words(
    """
    someday later eventually idea optional done note question suggestion stretch possible completed fixed resolved
    finished prevention detection backups database network frontend backend ops kubernetes postgres
    """
)


def normalise(text: str) -> str:
    """The item's own words on one line; sentences that stood on lines of their own end in “; ”."""
    # Cut before any pattern is tried: the text comes from outside and may be a megabyte.
    text = re.sub(_REPEATED, r"\1\1\1", text[:LONGEST])
    text = _without_markup(re.sub(_UNSEEN, "", text))
    text = "; ".join(line.strip() for line in text.splitlines() if line.strip())
    text = _without_prefixes(" ".join(text.split()))
    return _without_tail(text)


def _without_markup(text: str) -> str:
    text = re.sub(_LINK, r"\1", text)
    text = re.sub(_SLACK_LINK, r"\1", text)
    text = re.sub(_BOLD, r"\2", text)
    shortened = re.sub(_URL, "", text)
    # An item that is nothing but a link keeps it: something must be there to speak of.
    return shortened if re.search(r"\w", shortened) else text


def _without_prefixes(text: str) -> str:
    """Peels labels, bullets, tickets and assignees off the front, one after the other, while words remain."""
    # “- [ ] P1: #12: Sam: …”: as many as people put in front of each other.
    for _ in range(6):
        peeled = _peel(text)
        if peeled == text or not re.search(r"\w", peeled):
            return text
        text = peeled
    return text


def _peel(text: str) -> str:
    for pattern in (_BULLET, _TAG, _LABEL, _TICKET, _MENTION):
        found = re.match(pattern, text)
        if found:
            return text[found.end() :]
    found = re.match(_ASSIGNEE, text)
    if found and _is_name(found.group().strip(" :-–—").lower()) and _goes_on(text[found.end() :]):
        return text[found.end() :]
    return text


def _is_name(word: str) -> bool:
    # “Monitoring: …” and “Fix: …” are labels that say something; “Sam: …” only says whose it is.
    return lemma(word) is None and word not in nouns.GENERIC | _NOT_NAMES


def _goes_on(rest: str) -> bool:
    """A name in front is followed by a sentence, not by a few words that the name explains."""
    return rest.count(" ") > 1


def _without_tail(text: str) -> str:
    for _ in range(3):
        # Only the end is searched: the pattern would try every space of a long text.
        head, tail = text[:-120], text[-120:]
        cut = re.sub(_TAIL, "", tail)
        if cut == tail or " " not in (head + cut).strip():
            break
        text = head + cut
    return text.strip().rstrip(";,")
