"""What people say in one sentence: the action, `@person`, `by DATE`; and what they ask of the bot by name.

Pure: how a day is read is given, because a library does it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

ReadDate = Callable[[str], date | None]

PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>")
HANDLE = re.compile(r"(?<!\S)@(?!(?:channel|here|everyone)\b)([\w][\w.\-]{1,79})(?<![.\-])")
BY = re.compile(r"\s+by(?=\s+\S)", re.IGNORECASE)
LINK = re.compile(r"<(https?://[^|>]+)(?:\|[^>]*)?>")
NAMED = re.compile(r"<([@#!])[^|>]*\|[@#]?([^>]+)>")
EVERYBODY = re.compile(r"<!(channel|here|everyone)>")
WHEN = re.compile(r"\A(?:to|by|on|until|till)\s+", re.IGNORECASE)
MARKS = ",;:.–- "
"""What may stand between two things that are said."""
DAY_WORDS = 6
"""Words in which somebody says a day: `the end of the next month`."""
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Unicode's embeddings, overrides and isolates; marks of a single place (U+200E, U+200F) turn nothing and stay."""
DATE_LIMIT = 40
"""Characters in which somebody says a day; each attempt at reading one takes 15 ms."""


@dataclass(frozen=True)
class Said:
    """The parts of what was typed. `group` is true when a user group was named where a person belongs.

    `passed` is a day that was named and lies behind.
    `handle` is a name after `@` that Slack did not turn into a person; it is still in `text`.
    """

    text: str
    owner: str | None = None
    due: date | None = None
    group: bool = False
    handle: str = ""
    passed: date | None = None


def read_sentence(text: str, read_date: ReadDate) -> Said:
    """Takes the first person and the last `by DATE` out of *text*."""
    group = GROUP.search(text) is not None
    owner = PERSON.search(text)
    rest = tidy(GROUP.sub("", PERSON.sub("", text, count=1)))
    rest, due = _split_date(rest, read_date)
    handle = None if owner else HANDLE.search(rest)
    return Said(plain(rest), owner.group(1) if owner else None, due, group, handle.group(1) if handle else "")


def read_day(text: str, read_date: ReadDate) -> Said:
    """The day that *text* begins with, `to friday, they are late`, else ends with, `… by friday`; and the rest."""
    words = WHEN.sub("", text).split()
    for count in range(min(len(words), DAY_WORDS), 0, -1):
        if due := read_date(" ".join(words[:count]).rstrip(MARKS)):
            return Said(" ".join(words[count:]).lstrip(MARKS), due=due)
    rest, due = _split_date(text, read_date)
    return Said(rest, due=due)


def without_handle(said: Said) -> str:
    """The text without the name after `@`, for when that person is known."""
    return tidy(re.sub(rf"(?<!\S)@{re.escape(said.handle)}", "", said.text, count=1))


def plain(text: str) -> str:
    """Slack escapes what was typed into a command; the item keeps the characters themselves."""
    return tidy(plain_lines(text))


def plain_lines(text: str) -> str:
    """As `plain`, with the line breaks kept."""
    text = NAMED.sub(lambda found: found.group(1)[0].replace("!", "@") + found.group(2), LINK.sub(r"\1", text))
    text = EVERYBODY.sub(r"@\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def in_reading_order(text: str) -> str:
    """*text* without the invisible characters that turn the direction of everything behind them on the line."""
    return DIRECTIONS.sub("", text)


def title_and_details(text: str, limit: int) -> tuple[str, str]:
    """A message as an action and its details: its first line when that fits, the whole where it says more."""
    first, _, more = text.partition("\n")
    first = tidy(first)
    if len(first) > limit:
        return "", text
    return first, text if more.strip() else ""


def _split_date(text: str, read_date: ReadDate) -> tuple[str, date | None]:
    for found in reversed(list(BY.finditer(f" {text}"))):
        words = f" {text}"[found.end() :].strip(" .")
        if len(words) > DATE_LIMIT:
            break
        if due := read_date(words):
            return f" {text}"[: found.start()].strip(), due
    return text, None


def tidy(text: str) -> str:
    """*text* with single spaces and none around it."""
    return " ".join(text.split())
