"""Strips what surrounds an action item – bullets, checkboxes, owners, ticket ids, mark-up – and keeps the words.

The result is still the person's own text: it is what messages quote and what suggestions are built from.
"""

import re

from bot.domain.coach.lexicon import nouns
from bot.domain.coach.lexicon.table import words
from bot.domain.coach.tagging import lemma

LONGEST = 2000  # characters that are looked at; an action item that needs more is several

_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\([^()\s]{1,500}\)")
_SLACK_LINK = re.compile(r"<https?://[^<>|\s]{1,500}\|([^<>|\n]{1,300})>")
_URL = re.compile(r"<?https?://[^\s<>()\[\]]{1,500}>?")
_BOLD = re.compile(r"(\*\*|__|~~)(?=\S)([^*_~\n]{1,300})\1")
_BULLET = re.compile(r"^(?:[-*+•–—◦·>]\s+|#{1,6}\s+|\d{1,3}[.)]\s+|\[[ xX✓]?\]\s*|[☐☑✅⬜]\s*)")
_LABEL = re.compile(
    r"^(?:ai|ap|action(?: items?| points?)?|todo|to do|to-do|task|follow[- ]?up|remediation|p[0-5]|sev ?\d|"
    r"high|medium|low|(?:short|long|medium|mid)[- ]term|prevent(?:ion)?|detect(?:ion)?|mitigat(?:e|ion))"
    r"(?:\s?#?\d{1,4})?\s?(?::|\s[-–—]\s)\s*",
    re.IGNORECASE,
)
_TAG = re.compile(r"^(?:\[[^\[\]\n]{1,30}\]|\(p\d\)|\((?:done|todo|wip)\))[:\s]+(?=\S)", re.IGNORECASE)
_TICKET = re.compile(r"^(?:#\d{1,7}|[A-Z][A-Z0-9]{1,9}-\d{1,7}|T\d{4,7})\s?(?::|[-–—]\s|\s)\s*(?=\S)")
_ASSIGNEE = re.compile(r"^(?:<?@[\w.|-]{1,40}>?|PERSON|[A-Z][a-z]{2,12})(?:\s?:\s+|\s[-–—]\s)")
_MENTION = re.compile(r"^<?@[\w.|-]{1,40}>?,?\s+(?=\S)")
_TAIL = re.compile(
    r"[\s,;–—-]*(?:\((?:#\d{1,7}|[A-Z][A-Z0-9]{1,9}-\d{1,7}|T\d{4,7}|<?@[\w.|-]{1,40}>?|PERSON|done|"
    r"(?:owner|due|assignee|eta|ticket)\b[^()\n]{0,80})\)|"
    r"\[(?:[A-Z][A-Z0-9]{1,9}-\d{1,7}|#\d{1,7}|[a-z@]{1,20})\]|(?:^|(?<=\s))(?:#\d{1,7}|[A-Z][A-Z0-9]{1,9}-\d{2,7}|T\d{4,7})|"
    r"(?:owner|due|assignee|eta|ticket)\s?:[^\n]{0,80}|<?@[\w.|-]{1,40}>?)[\s.]*$",
    re.IGNORECASE,
)
_LABELS_THAT_ARE_VERBS = re.compile(r"^(?:prevent|detect|mitigate)\b(?!\s?(?::|\s[-–—]))", re.IGNORECASE)
_NOT_NAMES = words(
    """
    idea note prevention detection backups database network frontend backend ops kubernetes postgres
    """
)


def normalise(text: str) -> str:
    """The item's own words on one line; sentences that stood on lines of their own end in “; ”."""
    text = _without_markup(text[:LONGEST])
    text = "; ".join(line.strip() for line in text.splitlines() if line.strip())
    text = _without_prefixes(" ".join(text.split()))
    return _without_tail(text)


def _without_markup(text: str) -> str:
    text = _LINK.sub(r"\1", text)
    text = _SLACK_LINK.sub(r"\1", text)
    text = _BOLD.sub(r"\2", text)
    shortened = _URL.sub("", text)
    return shortened if re.search(r"\w", shortened) else text


def _without_prefixes(text: str) -> str:
    """Peels labels, bullets, tickets and assignees off the front, one after the other, while words remain."""
    for _ in range(6):
        peeled = _peel(text)
        if peeled == text or not re.search(r"\w", peeled):
            return text
        text = peeled
    return text


def _peel(text: str) -> str:
    for pattern in (_BULLET, _TAG, _LABEL, _TICKET, _MENTION):
        found = pattern.match(text)
        if found:
            return text[found.end() :]
    found = _ASSIGNEE.match(text)
    if found and _is_name(found.group().strip(" :-–—").lower()) and _goes_on(text[found.end() :]):
        return text[found.end() :]
    return text


def _is_name(word: str) -> bool:
    return lemma(word) is None and word not in nouns.GENERIC | _NOT_NAMES


def _goes_on(rest: str) -> bool:
    """A name in front is followed by a sentence, not by a few words that the name explains."""
    return rest.count(" ") > 1


def _without_tail(text: str) -> str:
    for _ in range(3):
        head, tail = text[:-120], text[-120:]
        cut = _TAIL.sub("", tail)
        if cut == tail or " " not in (head + cut).strip():
            break
        text = head + cut
    return text.strip().rstrip(";,")
