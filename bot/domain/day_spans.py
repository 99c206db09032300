"""The last day of a week, month, quarter or year, as people write it: `end of Q1`, `in March`, `week 45`. Pure."""

import re
from datetime import date, timedelta

from bot.domain.day_words import (
    MONTH_WHOLE,
    MONTHS,
    QUARTER,
    SPAN_ENDS,
    SPANS,
    WEEK_NUMBER,
    WHICH,
    YEAR_ENDS,
    Asker,
    DayRead,
)
from bot.domain.days import end_of_month, months_later

FRIDAY = 4
DECEMBER = 12


def read_span(text: str, asker: Asker) -> DayRead | None:
    """The last day of what *text* names as a whole; None where it names no such span."""
    for pattern, read in (
        (QUARTER, _quarter), (WEEK_NUMBER, _week_number), (SPAN_ENDS, _span), (MONTH_WHOLE, _month),
        (YEAR_ENDS, _year),
    ):  # fmt: skip
        if found := pattern.fullmatch(text):
            return read(found, asker.today)
    return None


def _quarter(found: re.Match[str], today: date) -> DayRead:
    # A quarter, like a month, means its last day: whoever says “Q1” has until its end (design.md, Days).
    month = 3 * int(found[1] or found[2])
    year = int(found[3]) if found[3] else today.year + (month < today.month)
    return DayRead(end_of_month(date(year, month, 1)))


def _week_number(found: re.Match[str], today: date) -> DayRead:
    """The Friday of a week by its number (ISO 8601), of this year or the next."""
    # Week 3 said in November is next year's; a week 53 that a year has not is skipped, as the other may have it.
    years = [int(found[2])] if found[2] else [today.year, today.year + 1]
    for year in years:
        try:
            friday = date.fromisocalendar(year, int(found[1]), FRIDAY + 1)
        except ValueError:
            continue
        if found[2] or friday >= today:
            return DayRead(friday)
    return WHICH


def _span(found: re.Match[str], today: date) -> DayRead | None:
    """`end of week` is its Friday, on a weekend the coming one; a month, quarter or year ends with its last day."""
    coming, span = bool(found[1]), SPANS[found[2]]
    if found[0] in SPANS and not coming:
        return None  # “week” alone is no day
    match span:
        case "week":
            # Said on a Saturday, “end of week” cannot mean yesterday, so the remainder leads to the coming Friday.
            friday = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
            return DayRead(friday + timedelta(days=7 * coming))
        case "month":
            return DayRead(end_of_month(months_later(today.replace(day=1), int(coming))))
        case "quarter":
            first = date(today.year, (today.month - 1) // 3 * 3 + 3, 1)
            return DayRead(end_of_month(months_later(first, 3 * coming)))
    return DayRead(date(today.year + coming, 12, 31))


def _month(found: re.Match[str], today: date) -> DayRead:
    if found[5]:
        year, month = int(found[5]), int(found[6])
        return DayRead(end_of_month(date(year, month, 1))) if year and 1 <= month <= DECEMBER else WHICH
    month = MONTHS[found[2]]
    year = int(found[3]) if found[3] else today.year + (month < today.month)
    # `mid` and the German `mitte`, the only words here that begin so.
    middle = (found[1] or "").startswith("mi")
    if middle:
        day = date(year, month, 15)
        return DayRead(day if found[3] or day >= today else day.replace(year=year + 1))
    return DayRead(end_of_month(date(year, month, 1)))


def _year(found: re.Match[str], _today: date) -> DayRead:
    # `0000` has the shape of a year, and `date` refuses it.
    return DayRead(date(int(found[1]), 12, 31)) if int(found[1]) else WHICH
