"""A calendar month as the period of measures: when it begins and ends in a zone, and what it is called.

Pure: now is a parameter. Midnight is the first instant of a day, also where a clock change skips it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import Refused
from bot.domain.span import MICROSECOND, instant
from bot.domain.words import Text

MONTHS_OF_A_YEAR = 12
FIRST_YEAR = 2000
"""Nothing that is measured is older."""
_WRITTEN = re.compile(r"(\d{4})-(\d{2})")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NAMES = tuple(name.lower() for name in MONTHS)
_SHORTEST_NAME = 3


@dataclass(frozen=True, order=True)
class Month:
    """October 2026 is `Month(2026, 10)`; as text `2026-10`."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def name(self) -> Text:
        """`October`."""
        return Text(MONTHS[self.number - 1])

    @property
    def first_day(self) -> date:
        """The first of the month."""
        return date(self.year, self.number, 1)

    def plus(self, months: int) -> "Month":
        """That many months later; earlier when negative."""
        year, number = divmod(self.year * MONTHS_OF_A_YEAR + self.number - 1 + months, MONTHS_OF_A_YEAR)
        return Month(year, number + 1)

    @property
    def previous(self) -> "Month":
        """The month before."""
        return self.plus(-1)

    def last(self, count: int) -> list["Month"]:
        """*count* months that end with this one, in order."""
        return [self.plus(back) for back in range(1 - count, 1)]


@dataclass(frozen=True)
class Period:
    """A month in a zone as it is seen at `as_of`: its end, or now while it runs. Instants are microseconds.

    What happened counts from `begins` up to and not including `cutoff`. `day_ends` has for each day of the month,
    as an ordinal, the instant at which it is over; `today` is the day that has begun at `as_of`.
    """

    month: Month
    begins: int
    cutoff: int
    as_of: datetime
    today: int
    day_ends: dict[int, int]
    is_over: bool


def month_of(now: datetime, zone: ZoneInfo) -> Month:
    """The month that it is at *now* in *zone*."""
    today = now.astimezone(zone).date()
    return Month(today.year, today.month)


def period_at(month: Month, zone: ZoneInfo, now: datetime) -> Period | None:
    """The month as it is seen at *now*; None when it has not begun in *zone*."""
    if month > month_of(now, zone):
        return None
    begins, ends = midnight(month.first_day, zone), midnight(month.plus(1).first_day, zone)
    over = now >= ends
    as_of = (ends if over else now).astimezone(zone)
    # While the month runs, what happens at this very instant counts; the midnight that ends it is the next month's.
    cutoff = instant(ends) if over else instant(now + MICROSECOND)
    # Each end by itself: where the clock changes, a day has 23 or 25 hours.
    day_ends = {day.toordinal(): instant(midnight(day + timedelta(days=1), zone)) for day in _days(month)}
    return Period(month, instant(begins), cutoff, as_of, as_of.date().toordinal(), day_ends, over)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of *day* in *zone*."""
    # Where midnight is skipped, `fold=0` keeps the offset from before: exactly the instant of the change.
    return datetime.combine(day, time(), zone)


def parse_month(text: str, now_is: Month) -> Month:
    """`2026-10`, `october` (the latest one that has begun), `last month`. Raises `Refused` for anything else."""
    words = text.strip().lower()
    if found := _WRITTEN.fullmatch(words):
        year, number = int(found.group(1)), int(found.group(2))
        if 1 <= number <= MONTHS_OF_A_YEAR and year >= FIRST_YEAR:
            return Month(year, number)
    if words in ("last", "last month"):
        return now_is.previous
    if words in ("this", "this month"):
        return now_is
    # `ju` may be June or July: at least three letters, and one month alone that fits.
    named = [at for at, name in enumerate(_NAMES, 1) if len(words) >= _SHORTEST_NAME and name.startswith(words)]
    if len(named) == 1:
        # A report looks back: “november” in March is last year's.
        return Month(now_is.year - (named[0] > now_is.number), named[0])
    raise Refused(Text("“{text}” is not a month. Write it like {example}.", text=text, example=now_is), field="month")


def _days(month: Month) -> Iterator[date]:
    day = month.first_day
    while day.month == month.number:
        yield day
        day += timedelta(days=1)
