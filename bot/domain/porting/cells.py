"""Single cells: how a value is written, and how it is read back. Knows no row and no file."""

import re
from datetime import UTC, date, datetime

_FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")
"""What a spreadsheet may run, with the apostrophes that stand before it already."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NO_FRACTION = re.compile(r"\.0+$")
"""What a spreadsheet or a data frame writes behind a whole number."""
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0", ""})
SHOWN = 60
"""Characters of a cell that a refusal repeats."""
YEARS = range(1970, 2201)
"""Years in which an item's times can lie; others are slips of the keyboard."""


class BadCell(ValueError):
    """A cell that does not hold what its column takes; the message says what to write."""


def defused(text: str) -> str:
    """*text* so that no spreadsheet runs it: one apostrophe before what looks like a formula."""
    # Nearly all begin with a letter or a digit, which is seen in a fourth of the time.
    return f"'{text}" if not text[:1].isalnum() and _FORMULA.match(text) else text


def restored(text: str) -> str:
    """The text that `defused` was given; every other text as it is."""
    # Only before what `defused` would have marked, so that a text in quotes keeps its first one.
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def written_moment(value: datetime | None) -> str:
    """`2026-11-23T09:00:00Z`, with as many decimals as there are; nothing for None."""
    if value is None:
        return ""
    # The database gives UTC, and an export has a dozen moments a row.
    return f"{(value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()[:-6]}Z"


def written_day(value: date | None) -> str:
    """`2026-12-04`; nothing for None."""
    return value.isoformat() if value else ""


def moment(text: str) -> datetime:
    """A time in ISO 8601; without an offset it is UTC. Raises `BadCell`."""
    try:
        found = datetime.fromisoformat(text)
        # The first and the last year with an offset overflow; without one, times are UTC (contract.md, Import).
        if found.tzinfo is not UTC:  # which most say
            found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise BadCell(f"“{shown(text)}” is not a time. Write it like 2026-11-23T09:00:00Z") from None
    _check_year(found.year, text)
    return found


def day(text: str) -> date:
    """A whole day, `YYYY-MM-DD`. Raises `BadCell`."""
    try:
        # By the pattern first: `fromisoformat` also takes `20261204` and `2026-W49-5`, which are more often slips.
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise BadCell(f"“{shown(text)}” is not a day. Write it like 2026-12-04")
    _check_year(found.year, text)
    return found


def flag(text: str) -> bool:
    """`true` or `false`, or what people write for them. Raises `BadCell`."""
    # A data frame whose column has gaps writes `1.0`.
    word = _NO_FRACTION.sub("", text.lower())
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise BadCell(f"“{shown(text)}” is neither true nor false")


def whole(text: str, lowest: int, highest: int) -> int:
    """A whole number from *lowest* to *highest*; `3.0` is one too. Raises `BadCell`."""
    # Cut first: `int` refuses thousands of digits with an error of its own.
    digits = _NO_FRACTION.sub("", text[:SHOWN])
    # `isdigit` holds of `³` too, of which `int` makes no number.
    if digits.isascii() and digits.isdigit() and len(digits) <= len(str(highest)) and lowest <= int(digits) <= highest:
        return int(digits)
    raise BadCell(f"“{shown(text)}” is not a whole number from {lowest} to {highest:,}")


def _check_year(year: int, text: str) -> None:
    if year not in YEARS:
        raise BadCell(f"“{shown(text)}” is outside the years {YEARS.start} to {YEARS.stop - 1}")


def in_one_line(text: str) -> str:
    """*text* with a mark where it has line breaks, for a line of its own."""
    return " ⏎ ".join(filter(None, map(str.strip, text.splitlines())))


def shown(text: str) -> str:
    """Enough of *text* to find it again, in one line that every terminal can print."""
    # A cell may be a megabyte, and only its beginning is shown.
    one_line = " ".join(text[: SHOWN * 10].split())
    short = one_line if len(one_line) <= SHOWN else one_line[: SHOWN - 1] + "…"
    return "".join(mark if mark.isprintable() else "�" for mark in short)
