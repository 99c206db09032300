"""What people type after `/actionitem new`: the action, `@person` and `by DATE`."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.days import said_date

PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>")
BY = re.compile(r"\s+by\s+(?=\S)", re.IGNORECASE)
LINK = re.compile(r"<(https?://[^|>]+)(?:\|[^>]*)?>")
NAMED = re.compile(r"<([@#!])[^|>]*\|[@#]?([^>]+)>")
EVERYBODY = re.compile(r"<!(channel|here|everyone)>")
NOT_A_DATE = re.compile(
    r"\d+\s*(%|percent|x|ms|seconds?|secs?|minutes?|mins?|hours?)\b|^\d+$|^(?!.*[a-z]{3}|.*\d[-/.]\d)"
    r"|^(an?|half an?|one|two|three|five|ten)\s+(seconds?|minutes?|hours?)\b",
    re.IGNORECASE,
)
DATE_LIMIT = 40
"""Characters in which somebody says a day; each attempt at reading one takes 15 ms."""


@dataclass(frozen=True)
class Said:
    """The parts of what was typed. `group` is true when a user group was named where a person belongs."""

    text: str
    owner: str | None = None
    due: date | None = None
    group: bool = False


def read(text: str, now: datetime) -> Said:
    """Takes the first person and the last `by DATE` out of *text*. `now` is in the asker's own zone."""
    group = GROUP.search(text) is not None
    owner = PERSON.search(text)
    rest = _tidy(GROUP.sub("", PERSON.sub("", text, count=1)))
    rest, due = _split_date(rest, now)
    return Said(plain(rest), owner.group(1) if owner else None, due, group)


def read_date(words: str, now: datetime) -> date | None:
    """A day as people say it: `friday`, `5 Feb`, `2027-02-05`, `in two weeks`, `end of month`."""
    known = said_date(words, now.date())
    if known or NOT_A_DATE.search(words):
        return known
    import dateparser  # noqa: PLC0415 – half a second, needed by few commands

    settings = {"PREFER_DATES_FROM": "future", "RELATIVE_BASE": now.replace(tzinfo=None)}
    found = dateparser.parse(_expand_next(words), languages=["en"], settings=settings)
    return found.date() if found else None


def _expand_next(words: str) -> str:
    """dateparser reads `friday` as the coming one and knows no `next friday`; people mean the same by it."""
    return re.sub(r"^(?:on|next|this)\s+(?=(?:mon|tue|wed|thu|fri|sat|sun))", "", words.strip(), flags=re.IGNORECASE)


def _split_date(text: str, now: datetime) -> tuple[str, date | None]:
    for found in reversed(list(BY.finditer(f" {text}"))):
        words = f" {text}"[found.end() :].strip(" .")
        if len(words) > DATE_LIMIT:
            break
        if due := read_date(words, now):
            return f" {text}"[: found.start()].strip(), due
    return text, None


def plain(text: str) -> str:
    """Slack escapes what was typed into a command; the item keeps the characters themselves."""
    text = NAMED.sub(lambda found: found.group(1)[0].replace("!", "@") + found.group(2), LINK.sub(r"\1", text))
    text = EVERYBODY.sub(r"@\1", text)
    return _tidy(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def _tidy(text: str) -> str:
    return " ".join(text.split())
