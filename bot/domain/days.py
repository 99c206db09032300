"""Days as people mean them: working days, and dates as they are said in `by friday`.

Pure: today and the days off are parameters.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta

SATURDAY = 5
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OF_THE_DAY = re.compile(
    r"^(?:eod|cob|end of (?:business )?day|close of business)\b(?: (?:on|of))?"
    r"|\b(?:eod|cob|end of (?:business )?day|close of business)$"
)
_WORKING_DAYS = re.compile(rf"(?:in )?(\d{{1,3}}|{'|'.join(_NUMBERS)}) (?:business|working) days?(?: from now)?")
_DAY_OF_MONTH = re.compile(r"(?:on )?(\d{1,2})(?:st|nd|rd|th)")
_WEEKDAY = r"((?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)"
_NEXT_WEEK = re.compile(rf"(?:on )?{_WEEKDAY},? (?:of )?next week|next week,? (?:on )?{_WEEKDAY}")
_MONTHS_OF_A_YEAR = 12
IN_FIGURES = re.compile(r"(?:on )?(\d{1,2})([/.])(\d{1,2})(?:[/.](\d{4}|\d{2})?)?")
_MONTH_ALONE = re.compile(
    r"(?:end of )?(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
IsOff = Callable[[date], bool]


def is_weekend(day: date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() >= SATURDAY


def next_working_day(day: date, is_off: IsOff) -> date:
    """*day* itself, or the first later day that is not off."""
    while is_off(day):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int, is_off: IsOff) -> date:
    """The *count*-th working day after *day* (3 from a Thursday is the next Tuesday)."""
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1), is_off)
    return day


def end_of_month(day: date) -> date:
    """The last day of *day*'s month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def said_date(words: str, today: date, *, month_first: bool = False) -> date | None:
    """The dates that people say and dateparser does not know; None for all others.

    `end of week` is the coming Friday, `end of month` its last day, `in 3 business days` skips weekends, `the 15th` is
    the next one, `next month` its last day, `friday next week` the Friday of the week that follows. `1/2` is the first
    of February, the second of January with `month_first`.
    """
    words = without_hour(words)
    if words in _ENDS:
        return _ENDS[words](today)
    for pattern, read in (
        (_WORKING_DAYS, _in_working_days), (_DAY_OF_MONTH, _next_day_of_month), (_NEXT_WEEK, _day_of_next_week),
        (_MONTH_ALONE, _end_of_named_month),
    ):  # fmt: skip
        if found := pattern.fullmatch(words):
            return read(found, today)
    found = IN_FIGURES.fullmatch(words)
    return _in_figures(found, today, month_first=month_first) if found else None


def without_hour(words: str) -> str:
    """A day without the hour at which it ends: `EOD friday` is `friday`; `eod` alone is `today`."""
    words = " ".join(re.sub(r"\bthe\b", " ", words.lower()).split())
    return _OF_THE_DAY.sub("", words).strip() or (words and "today")


def _in_working_days(found: re.Match[str], today: date) -> date:
    said = found.group(1)
    return add_working_days(today, int(said) if said.isdigit() else _NUMBERS.index(said) + 1, is_weekend)


def _day_of_next_week(found: re.Match[str], today: date) -> date:
    monday = today + timedelta(days=7 - today.weekday())
    return monday + timedelta(days=_WEEKDAYS.index((found.group(1) or found.group(2))[:3]))


def _end_of_named_month(found: re.Match[str], today: date) -> date:
    month = _MONTHS.index(found.group(1)[:3]) + 1
    return end_of_month(date(today.year + (month < today.month), month, 1))


def _in_figures(found: re.Match[str], today: date, *, month_first: bool) -> date | None:
    """`31/12`, `31.12.2026`, `12/31`: what cannot be a month is the day; without a year it is the next one."""
    first, mark, second, year = found.groups()
    day, month = (int(second), int(first)) if mark == "/" and month_first else (int(first), int(second))
    if month > _MONTHS_OF_A_YEAR and mark == "/":
        day, month = month, day
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)  # noqa: PLR2004 – `26` is 2026
        this = date(today.year, month, day)
        return this if this >= today else this.replace(year=today.year + 1)
    except ValueError:
        return None


def _next_day_of_month(found: re.Match[str], today: date) -> date | None:
    """The next day of that number, in a month that has it."""
    number, first = int(found.group(1)), today.replace(day=1)
    for _ in range(3):
        last = end_of_month(first)
        if (today.day <= number or first > today) and 1 <= number <= last.day:
            return first.replace(day=number)
        first = last + timedelta(days=1)
    return None


def _end_of_week(today: date) -> date:
    return today + timedelta(days=(4 - today.weekday()) % 7)


def _end_of_next_week(today: date) -> date:
    return today + timedelta(days=7 - today.weekday() + 4)


def _end_of_next_month(today: date) -> date:
    return end_of_month(end_of_month(today) + timedelta(days=1))


def _end_of_quarter(today: date) -> date:
    return end_of_month(date(today.year, (today.month + 2) // 3 * 3, 1))


def _end_of_next_quarter(today: date) -> date:
    return _end_of_quarter(_end_of_quarter(today) + timedelta(days=1))


def _end_of_year(today: date) -> date:
    return date(today.year, 12, 31)


_ENDS: dict[str, Callable[[date], date]] = {
    "today": lambda today: today,
    "end of week": _end_of_week, "eow": _end_of_week, "this week": _end_of_week, "end of this week": _end_of_week,
    "end of next week": _end_of_next_week,
    "end of month": end_of_month, "eom": end_of_month, "this month": end_of_month, "end of this month": end_of_month,
    "end of next month": _end_of_next_month, "next month": _end_of_next_month,
    "end of quarter": _end_of_quarter, "eoq": _end_of_quarter, "this quarter": _end_of_quarter,
    "end of this quarter": _end_of_quarter, "next quarter": _end_of_next_quarter,
    "end of next quarter": _end_of_next_quarter,
    "end of year": _end_of_year, "eoy": _end_of_year, "this year": _end_of_year, "end of this year": _end_of_year,
}  # fmt: skip


def either(rules: Iterable[IsOff]) -> IsOff:
    """Off when any of *rules* says so."""
    rules = tuple(rules)
    return lambda day: any(rule(day) for rule in rules)
