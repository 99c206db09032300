"""A row of text cells read as an item: typed, and refused with every reason when it cannot be one."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache, partial
from typing import Any

from bot.domain.errors import Refused
from bot.domain.form_fields import WORDS, Holds
from bot.domain.incident import parse_services
from bot.domain.item import TEXT_LIMIT, TITLE_LIMIT, Remedy, is_link
from bot.domain.lifecycle import State
from bot.domain.policy import SEVERITIES, severity_key, severity_words
from bot.domain.porting import cells as read
from bot.domain.porting.cells import BadCell, shown
from bot.domain.porting.columns import (
    COLUMNS,
    HOLDS,
    LIMITS,
    NO_TEAM,
    OF_INCIDENTS,
    REQUIRED,
    SEPARATOR,
    BadRow,
    did_you_mean,
)
from bot.domain.porting.past import contradictions, still_to_come, with_its_end
from bot.domain.porting.row import Row
from bot.domain.sentence import seen
from bot.domain.themes import parse_themes

HIGHEST_NUMBER = 999_999_999
"""What can be typed after `/actionitem show`."""
MOST_PEOPLE = 500
"""Who works on one item. Each of them is asked of Slack."""
_USER = re.compile(r"[UW][A-Z0-9]{2,31}", re.ASCII)
_GROUP = re.compile(r"S[A-Z0-9]{2,31}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_CHANNEL = re.compile(r"[CDG][A-Z0-9]{2,31}", re.ASCII)
# PostgreSQL keeps no NUL, and half a surrogate pair is no UTF-8.
_CANNOT_BE_STORED = re.compile("[\0\ud800-\udfff]")


def read_row(line: int, cells: Mapping[str, str], now: datetime, severities: Sequence[str] = SEVERITIES) -> Row:
    """The row, imported at *now* where these are the severities. Raises `BadRow` with all its reasons."""
    # A row as a list, and not its values by name: of a hundred thousand rows that took a tenth of the time.
    values = list(_NOTHING)
    # All reasons of a row at once: whoever mends a file does not want to run it for each mistake.
    reasons = [f"{name} is missing" for name in REQUIRED if not _is_seen(cells.get(name, ""))]
    readers = _readers(tuple(severities))
    for name, text in cells.items():
        place, again, reader = readers[name]
        try:
            value = again(text) if len(text) <= _KEPT_LENGTH else reader(text)
        except BadCell as bad:
            reasons.append(f"{name}: {bad}")
        else:
            if value is not None:
                values[place] = value
    if reasons:
        raise BadRow(line, reasons, _known(values))
    values[_LINE] = line
    if values[_ORIGINAL_DUE] is None:
        values[_ORIGINAL_DUE] = values[_DUE]
    given = Row._make(values)
    row = with_its_end(given)
    if reasons := [*_without_incident(row), *still_to_come(given, now), *contradictions(row)]:
        raise BadRow(line, reasons, _known(values))
    return row


def _is_seen(text: str) -> bool:
    # The cheap question first, as everywhere here: nearly every cell begins with such a letter or a digit. Not every
    # letter of Unicode can be seen.
    return (text[:1].isascii() and text[:1].isalnum()) or bool(seen(text.strip()))


def _known(values: Sequence[Any]) -> dict[str, Any]:
    pairs = zip(Row._fields, values, _NOTHING, strict=True)
    return {name: value for name, value, nothing in pairs if value is not nothing and value is not None}


def _without_incident(row: Row) -> list[str]:
    if row.incident:
        return []
    facts = ("incident_started_at", "recurrence_of", *(field.column for field in OF_INCIDENTS))
    return [f"{name} is given, but no incident: name it" for name in facts if getattr(row, name)]


def _text(limit: int, text: str) -> str:
    if len(text) > limit:
        raise BadCell(f"it has {len(text):,} characters, {limit:,} fit. Shorten it, or link to a document")
    # The cheap question first: of a hundred thousand rows hardly one needs the pattern.
    if not text.isprintable() and (bad := _CANNOT_BE_STORED.search(text)):
        raise BadCell(f"it holds a character that no text can hold: {_which(text, bad)}. Remove it")
    return text


def _which(text: str, bad: re.Match[str]) -> str:
    """`NUL (U+0000), the 12th character, behind “the retry queue”`: nobody sees it where it stands."""
    name = "NUL" if bad.group() == "\0" else "half a letter"
    before = shown(text[max(bad.start() - 20, 0) : bad.start()])
    behind = f", behind “{before}”" if before else ""
    return f"{name} (U+{ord(bad.group()):04X}), character {bad.start() + 1:,}{behind}"


def _person(text: str) -> str:
    if _USER.fullmatch(text):
        return text
    if _GROUP.fullmatch(text):
        raise BadCell(f"“{shown(text)}” is a group. Name one person")
    if _EMAIL.fullmatch(text) and SEPARATOR not in text:
        # Small letters: each address is looked up in Slack once, however it is written.
        return _text(TITLE_LIMIT, text.lower())
    raise BadCell(f"“{shown(text)}” is neither a Slack id (U…) nor an e-mail address")


def _several(one: Callable[[str], str], text: str) -> tuple[str, ...]:
    parts = [part for each in text.split(SEPARATOR) if (part := each.strip())]
    if len(parts) > MOST_PEOPLE:
        raise BadCell(f"it names {len(parts):,} people; {MOST_PEOPLE} fit. Keep those who work on it")
    return tuple(dict.fromkeys(map(one, parts)))


def _listed(parse: Callable[[str], tuple[str, ...]], text: str) -> tuple[str, ...]:
    try:
        return parse(_text(TEXT_LIMIT, text))
    except Refused as refused:
        raise BadCell(refused.reason.rstrip(".")) from None


def _team(text: str) -> str:
    return "" if text == NO_TEAM else _text(TITLE_LIMIT, text)


def _link(text: str) -> str:
    if not is_link(text):
        raise BadCell(f"“{shown(text)}” is not a link. It begins with https://")
    return _text(TEXT_LIMIT, text)


def _channel(text: str) -> str:
    if not _CHANNEL.fullmatch(text):
        raise BadCell(f"“{shown(text)}” is not a channel's id. It begins with C or G")
    return text


def _number(text: str) -> int:
    # As people say it everywhere else: `12` or `AI-12` (contract.md, The slash command).
    return read.whole(text.upper().removeprefix("AI-"), 1, HIGHEST_NUMBER)


def _scale(text: str) -> int:
    return read.whole(text, 1, 5)


def _member(text: str) -> str:
    if not _USER.fullmatch(text):
        raise BadCell(f"“{shown(text)}” is not a Slack id (U…)")
    return text


def _severity(known: Sequence[str], text: str) -> str:
    # By what makes two of them the same, so that `sev1` is found whatever the organisation calls it.
    return str(_one_of(severity_words(known), known, severity_key(text), text))


def _one_of(words: Mapping[str, Any], known: Sequence[str], key: str, text: str) -> Any:
    found = words.get(key)
    if found is None:
        raise BadCell(f"“{shown(text)}” is none of {', '.join(known)}.{did_you_mean(text, known)}")
    return found


def _choice(words: Mapping[str, Any], known: Sequence[str], text: str) -> Any:
    return _one_of(words, known, text.lower(), text)


# A file that people wrote says “in progress”, an export `in_progress`.
_STATES = {state.words: state for state in State} | {state.value: state for state in State}
_REMEDIES = {remedy.value.lower(): remedy for remedy in Remedy}
_BY_WHAT_IT_HOLDS: Mapping[Holds, Callable[[str], Any]] = {
    Holds.LINK: _link,
    Holds.DAY: read.day,
    Holds.MOMENT: read.moment,
    Holds.FLAG: read.flag,
    Holds.SCALE: _scale,
    Holds.NUMBER: _number,
    Holds.PERSON: _person,
    Holds.PEOPLE: partial(_several, _person),
    Holds.THEMES: partial(_listed, parse_themes),
    Holds.SERVICES: partial(_listed, parse_services),
    Holds.CHANNEL: _channel,
    Holds.TEAM: _team,
    Holds.STATE: partial(_choice, _STATES, [state.value for state in State]),
    Holds.REMEDY: partial(_choice, _REMEDIES, [remedy.value for remedy in Remedy]),
    Holds.MEMBER: _member,
}
_NOTHING = tuple(Row._field_defaults.get(name) for name in Row._fields)
_LINE, _DUE, _ORIGINAL_DUE = map(Row._fields.index, ("line", "due", "original_due"))
_VERBATIM = frozenset(column for column, holds in HOLDS.items() if holds in WORDS)
"""Kept to the last blank, so that nothing is lost between an export and an import."""


_SAID_AGAIN = frozenset({
    Holds.DAY, Holds.FLAG, Holds.SCALE, Holds.PERSON, Holds.PEOPLE, Holds.THEMES, Holds.SERVICES, Holds.CHANNEL,
    Holds.TEAM, Holds.STATE, Holds.REMEDY, Holds.MEMBER, Holds.SEVERITY,
})  # fmt: skip
"""What many rows of a file say alike."""
_KEPT, _KEPT_LENGTH = 1024, 100
"""Cells of a column that are not read again, and how long they may be: their text is kept, too."""
_Reader = Callable[[str], Any]


@cache
def _readers(severities: Sequence[str]) -> Mapping[str, tuple[int, _Reader, _Reader]]:
    """By column: the place of its value in a row, and what reads it (None for a cell in which nothing stands), of short
    cells and of all."""
    found = {}
    for column in COLUMNS:
        read = _reader(column, severities)
        again = lru_cache(_KEPT)(read) if HOLDS[column] in _SAID_AGAIN else read
        found[column] = (Row._fields.index(column), again, read)
    return found


def _reader(column: str, severities: Sequence[str]) -> _Reader:
    holds = HOLDS[column]
    if holds is Holds.SEVERITY:
        return partial(_stripped, partial(_severity, severities))
    read = _BY_WHAT_IT_HOLDS.get(holds) or partial(_text, LIMITS.get(column, TEXT_LIMIT))
    return partial(_as_it_is if column in _VERBATIM else _stripped, read)


def _as_it_is(read: _Reader, text: str) -> Any:
    return read(text) if text else None


def _stripped(read: _Reader, text: str) -> Any:
    return read(cell) if (cell := text.strip()) else None
