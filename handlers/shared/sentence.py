"""What people type after `/actionitem new`, read in their own zone; days by dateparser where we do not know them."""

import re
from datetime import date, datetime

from bot.domain.days import IN_FIGURES, said_date, without_hour
from bot.domain.sentence import PERSON, Said, plain, read_sentence

__all__ = ["PERSON", "Said", "plain", "read", "read_date"]

NOT_A_DATE = re.compile(
    r"\d+\s*(%|percent|x|ms|seconds?|secs?|minutes?|mins?|hours?)\b|^\d+$|^(?!.*[a-z]{3}|.*\d[-/.]\d)"
    r"|^(an?|half an?|one|two|three|five|ten)\s+(seconds?|minutes?|hours?)\b"
    r"|^(now|one|two|three|four|five|six|seven|eight|nine|ten)$",
    re.IGNORECASE,
)

MONTH_FIRST = frozenset(
    f"America/{city}"
    for city in ("New_York", "Chicago", "Denver", "Phoenix", "Los_Angeles", "Detroit", "Boise", "Anchorage")
) | {"Pacific/Honolulu", "America/Indiana/Indianapolis", "America/Kentucky/Louisville"}
"""Zones whose people write the month before the day."""


def read(text: str, now: datetime) -> Said:
    """Takes the first person and the last `by DATE` out of *text*. `now` is in the asker's own zone."""
    return read_sentence(text, lambda words: read_date(words, now))


def read_date(words: str, now: datetime) -> date | None:
    """A day as people say it: `friday`, `5 Feb`, `2027-02-05`, `in two weeks`, `end of month`."""
    words = without_hour(words)
    known = said_date(words, now.date(), month_first=str(now.tzinfo) in MONTH_FIRST)
    if known or NOT_A_DATE.search(words) or IN_FIGURES.fullmatch(words):
        return known
    import dateparser  # noqa: PLC0415 – half a second, needed by few commands

    settings = {"PREFER_DATES_FROM": "future", "RELATIVE_BASE": now.replace(tzinfo=None)}
    found = dateparser.parse(_expand_next(words), languages=["en"], settings=settings)
    return found.date() if found else None


def _expand_next(words: str) -> str:
    """dateparser reads `friday` as the coming one and knows no `next friday`; people mean the same by it."""
    return re.sub(r"^(?:on|next|this)\s+(?=(?:mon|tue|wed|thu|fri|sat|sun))", "", words.strip(), flags=re.IGNORECASE)
