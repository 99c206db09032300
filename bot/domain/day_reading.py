"""Days as people write them, in English and German: `friday`, `5 Feb`, `Fr 5.2.`, `end of Q1`, `in two weeks`.

Pure. A day is understood only where every word of the text says something of it; else it is none, or doubtful, and
then the person is asked. Libraries that we tried guess what is missing, so none reads here (docs/adr/008-days.md).
"""

import re
from datetime import date, timedelta

from bot.domain.day_spans import read_span
from bot.domain.day_words import (
    AGO,
    AHEAD,
    BEFORE,
    DAY_MONTH,
    END_OF_DAY,
    GERMAN_ORDINAL,
    HOUR,
    HOUR_BEFORE,
    HOURS,
    LAST_WEEKDAY,
    MONTH,
    MONTH_DAY,
    MONTHS,
    NO_DAY,
    ORDINAL,
    SHORT,
    THREE,
    TODAY,
    TWO,
    WEEKDAY_ALONE,
    WEEKDAY_NEXT_WEEK,
    WEEKDAYS,
    WHICH,
    WORKING_DAYS_GERMAN,
    YEAR_MONTH_DAY,
    Asker,
    DayRead,
    number_of,
)
from bot.domain.days import add_working_days, end_of_month, is_weekend, months_later

FARTHEST = timedelta(days=3 * 366)
"""Nobody means a day further off than three years: such a year was mistyped, or is no year."""
MONTHS_OF_A_YEAR = 12
TWO_DIGITS = 2
LARGEST_DENOMINATOR = 10
"""Of fractions that people write: 2/3, 3/4, 9/10."""


def read_day_words(words: str, asker: Asker, *, behind_by: bool = False) -> DayRead:
    """The day that *words* say as a whole. A month, quarter or year means its last day, and today counts.

    What lies behind is read too, for whoever refuses it. *behind_by*: the words stand behind “by” in a sentence, where
    `2/3`, `1.5` and `30 days` are amounts and no days.
    """
    text = _tidy(words)
    # “Extend retention by 30 days” must stay a text: a tool that makes a due date of it is not trusted again (ADR
    # 008).
    if behind_by and _is_amount(text):
        return NO_DAY
    text = without_hour(text)
    text = SHORT.get(text, text)
    if not text:
        return NO_DAY
    for read in (_relative, read_span, _absolute):
        found = read(text, asker)
        if found is not None:
            return _within_reach(found, asker)
    return NO_DAY


def without_hour(text: str) -> str:
    """A day without the hour at which it ends: `eod friday` is `friday`; `eod` alone is `today`."""
    if END_OF_DAY.fullmatch(text):
        return "today"
    return HOUR.sub("", HOUR_BEFORE.sub("", text, count=1)).strip(" ,")


def is_month_first(locale: str, zone: str) -> bool:
    """Whether `2/5` is 2 May for nobody but them: Americans. Slack calls everybody `en-US` who never chose a language,
    so their zone must be an American one too."""
    return locale.lower().replace("_", "-") == "en-us" and (zone in _AMERICAN or zone.startswith(_AMERICAN_STATES))


_FULL_STOP = re.compile(r"(?<=[^\W\d])\.$|(?<=\d{4})\.$|(?<=-\d\d)\.$")
"""What ends a sentence; behind a day's number, `5.2.`, it is part of the day."""
# Named one by one: most zones called `America/…` lie outside the United States, where the day comes first.
_AMERICAN = frozenset(
    f"America/{city}"
    for city in ("New_York", "Chicago", "Denver", "Phoenix", "Los_Angeles", "Detroit", "Boise", "Anchorage", "Juneau")
) | {"Pacific/Honolulu"}
_AMERICAN_STATES = ("US/", "America/Indiana/", "America/Kentucky/", "America/North_Dakota/")


def _tidy(words: str) -> str:
    # Phones write the year of `5 Feb '27` with a typographic apostrophe.
    text = " ".join(words.lower().replace("\u2019", "'").split())
    text = _FULL_STOP.sub("", re.sub(r"[,;]? ?,", ",", text).rstrip(",;:!?"))
    text = BEFORE.sub("", text, count=1) if BEFORE.match(text) else text
    return re.sub(r",(?: |(?=\D)|$)", " ", re.sub(r"\bthe ", "", text)).strip()


def _is_amount(text: str) -> bool:
    """`2/3`, `1.5` and `30 days` behind “by”; `31/12` and `05.02.` can be nothing but days."""
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})", text)
    if found:
        first, second = int(found[1]), int(found[2])
        # A fraction that people write is under one and has a small denominator: 2/3 and 5/6, not 31/12.
        return first < second <= LARGEST_DENOMINATOR
    found = re.fullmatch(r"(\d{1,2})\.(\d{1,2})(\.?)", text)
    if found:
        # In `by 1.5.` the last dot may end the sentence, so it stays an amount; nobody writes an amount as `05.02.`
        return not found[3] or len(found[1] + found[2]) == TWO_DIGITS
    ahead = AHEAD.fullmatch(text)
    return bool(ahead and not text.startswith(("in ", "within ", "innerhalb")) and not ahead[4])


def _within_reach(found: DayRead, asker: Asker) -> DayRead:
    if found.day is None or abs(found.day - asker.today) <= FARTHEST:
        return found
    return WHICH


def _relative(text: str, asker: Asker) -> DayRead | None:
    today = asker.today
    if text in TODAY:
        return DayRead(today + timedelta(days=TODAY[text]))
    for pattern, read in (
        (WEEKDAY_ALONE, _coming_weekday), (WEEKDAY_NEXT_WEEK, _weekday_of_next_week),
        (WORKING_DAYS_GERMAN, _after_working_days), (AHEAD, _ahead), (LAST_WEEKDAY, _last_weekday), (AGO, _ago),
    ):  # fmt: skip
        if found := pattern.fullmatch(text):
            return read(found, today)
    if found := HOURS.fullmatch(text):
        return DayRead((asker.now + timedelta(hours=number_of(found[1]))).date())
    return None


def _absolute(text: str, asker: Asker) -> DayRead | None:
    """A day of a month, with a weekday that must agree where one is said."""
    weekday, rest = _split_weekday(text)
    found = _dated(rest, asker, weekday)
    if found is None:
        return WHICH if weekday is not None and _speaks_of_a_day(rest) else None
    # Of “Thu 9 Oct”, a Friday, one half is wrong, and nobody can tell which: it is asked, not decided.
    return found if found.day is None or weekday in (None, found.day.weekday()) else WHICH


def _split_weekday(text: str) -> tuple[int | None, str]:
    first, _, rest = text.partition(" ")
    if first.rstrip(".") in WEEKDAYS and rest:
        return WEEKDAYS[first.rstrip(".")], rest.removeprefix("on ").removeprefix("den ")
    rest, _, last = text.rpartition(" ")
    if last in WEEKDAYS and rest:
        return WEEKDAYS[last], rest
    return None, text


def _speaks_of_a_day(text: str) -> bool:
    return bool(re.fullmatch(rf"(?:\d+|{MONTH}|[ ./-])+", text))


def _dated(text: str, asker: Asker, weekday: int | None) -> DayRead | None:
    """What *text* says as a date; the *weekday* that is said with it tells a day from a number."""
    for pattern, read in _DATES:
        if found := pattern.fullmatch(text):
            return read(found, asker)
    if weekday is not None and (found := GERMAN_ORDINAL.fullmatch(text)):  # “12.” alone ends a sentence
        return _next_of_number(found, asker)
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _in_figures(found: re.Match[str], asker: Asker) -> DayRead:
    """`5.2.2027`, `05/02/27`, `26-10-09`: in the order of the asker, if that is a day; else in the one that is."""
    first, mark, second, third = int(found[1]), found[2], int(found[3]), int(found[4])
    short = len(found[4]) == TWO_DIGITS
    year = third + 2000 * short
    orders = [_date(year, second, first), _date(year, first, second)]
    if mark == ".":
        del orders[1]  # only days are written first with dots
    elif asker.month_first:
        orders.reverse()
    # The asker's order comes first, but a reading many years off is surely the wrong one.
    near = [day for day in orders if day and abs(day - asker.today) <= FARTHEST]
    if mark == "-" and short:  # it may begin with its year: `26-10-09`
        year_first = _date(2000 + first, second, third)
        if year_first and abs(year_first - asker.today) <= FARTHEST:
            return WHICH if near else DayRead(year_first)
    return DayRead(near[0]) if near else WHICH


def _day_and_month(found: re.Match[str], asker: Asker) -> tuple[int, int]:
    first, second = int(found[1]), int(found[3])
    # Dots have the day first everywhere. With a slash it is the asker's order, unless only one order is a day: 5/25.
    month_first = found[2] == "/" and (asker.month_first or second > MONTHS_OF_A_YEAR) and first <= MONTHS_OF_A_YEAR
    return (second, first) if month_first else (first, second)


def _day_first_or_month_first(found: re.Match[str], asker: Asker) -> DayRead:
    return _coming(*_day_and_month(found, asker), asker.today)


def _coming(day: int, month: int, today: date) -> DayRead:
    """The next such day, today included. 29 February waits for its year."""
    # Nine, because 2100 is no leap year: after February 2096 the next 29th is in 2104.
    for year in range(today.year, today.year + 9):
        found = _date(year, month, day)
        if found and found >= today:
            return DayRead(found)
    return WHICH


def _iso(found: re.Match[str], _asker: Asker) -> DayRead:
    day = _date(int(found[1]), int(found[3]), int(found[4]))
    return DayRead(day) if day else WHICH


def _day_month(found: re.Match[str], asker: Asker) -> DayRead:
    return _named(found[1], found[2], found[3], asker.today)


def _month_day(found: re.Match[str], asker: Asker) -> DayRead:
    return _named(found[2], found[1], found[3], asker.today)


def _named(day: str, month: str, year: str | None, today: date) -> DayRead:
    if year is None:
        return _coming(int(day), MONTHS[month], today)
    number = 2000 + int(year[1:]) if year.startswith("'") else int(year)
    found = _date(number, MONTHS[month], int(day))
    return DayRead(found) if found else WHICH


def _coming_weekday(found: re.Match[str], today: date) -> DayRead:
    """`friday`: the coming one, today included; people mean the same by `next friday`, but never today."""
    ahead = (WEEKDAYS[found[2]] - today.weekday()) % 7
    if len(found[2]) == len("so"):  # `so`, `do`, `mi` are words; only beside a date are they days
        return NO_DAY
    return DayRead(today + timedelta(days=7 if found[1] and ahead == 0 else ahead))


def _weekday_of_next_week(found: re.Match[str], today: date) -> DayRead:
    monday = today + timedelta(days=7 - today.weekday())
    return DayRead(monday + timedelta(days=WEEKDAYS[found[1] or found[2]]))


def _last_weekday(found: re.Match[str], today: date) -> DayRead:
    behind = (today.weekday() - WEEKDAYS[found[1]]) % 7
    return DayRead(today - timedelta(days=behind or 7))


def _ago(found: re.Match[str], today: date) -> DayRead:
    weeks = "week" in found[0] or "woche" in found[0]
    return DayRead(today - timedelta(days=number_of(found[1] or found[2]) * (7 if weeks else 1)))


def _after_working_days(found: re.Match[str], today: date) -> DayRead:
    return DayRead(add_working_days(today, number_of(found[1]), is_weekend))


def _ahead(found: re.Match[str], today: date) -> DayRead:
    count, working, unit = number_of(found[1]), found[2], found[3]
    if working:
        return _after_working_days(found, today) if unit.startswith(("day", "tag")) else NO_DAY
    if unit.startswith(("day", "tag")):
        return DayRead(today + timedelta(days=count))
    if unit.startswith(("week", "woche", "fortnight")):
        return DayRead(today + timedelta(weeks=count * (2 if unit.startswith("fort") else 1)))
    return DayRead(months_later(today, count * (12 if unit.startswith(("year", "jahr")) else 1)))


def _next_of_number(found: re.Match[str], asker: Asker) -> DayRead:
    """The next day of that number: `the 15th`."""
    first = asker.today.replace(day=1)
    # Three months are enough: of two in a row one has a 30th and a 31st.
    for _turn in range(3):
        day = _date(first.year, first.month, int(found[1]))
        if day and day >= asker.today:
            return DayRead(day)
        first = end_of_month(first) + timedelta(days=1)
    return WHICH


_DATES = (
    (YEAR_MONTH_DAY, _iso),
    (THREE, _in_figures),
    (TWO, _day_first_or_month_first),
    (DAY_MONTH, _day_month),
    (MONTH_DAY, _month_day),
    (ORDINAL, _next_of_number),
)
"""Each shape of a date, and who reads it."""
