"""Days as people mean them: working days, and dates as they are said in `by friday`.

Pure: today and the days off are parameters.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta

SATURDAY = 5
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


def said_date(words: str, today: date) -> date | None:
    """The dates that people say and dateparser does not know; None for all others.

    `end of week` is the coming Friday, `end of month` its last day, `in 3 business days` skips weekends.
    """
    words = " ".join(words.lower().split()).removeprefix("the ")
    if words in ("end of week", "eow", "end of the week"):
        return today + timedelta(days=(4 - today.weekday()) % 7)
    if words in ("end of month", "eom", "end of the month"):
        return end_of_month(today)
    found = re.fullmatch(r"in (\d{1,3}) (?:business|working) days?", words)
    return add_working_days(today, int(found.group(1)), is_weekend) if found else None


def either(rules: Iterable[IsOff]) -> IsOff:
    """Off when any of *rules* says so."""
    rules = tuple(rules)
    return lambda day: any(rule(day) for rule in rules)
