"""A team's load against the capacity that it reserves for this work: for a conversation about resources (R87, R110)."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.words import Numeral, Text

PERSON_DAYS: Mapping[int, float] = {1: 0.25, 2: 1.5, 3: 5, 4: 20, 5: 60}
"""Person-days for each step of the effort scale: hours, a day or two, a week, a month, a quarter."""
UNKNOWN = 3
"""The step that counts for an item whose effort nobody has said: a week."""
WORKING_DAYS_A_MONTH = 21
TOO_MUCH_AFTER_MONTHS = 3.0
"""Work for more than a quarter is more than is reserved for it."""


@dataclass(frozen=True)
class Load:
    """Person-days of open work, and person-days a month that are reserved for it; `percent` of `people`'s time."""

    work: float
    a_month: float
    people: int
    percent: int

    @property
    def months(self) -> float | None:
        """How long the reserved time takes for the work; None when nothing is reserved."""
        return self.work / self.a_month if self.a_month else None

    @property
    def is_too_much(self) -> bool:
        """More work than the reserved time does within a quarter."""
        # Multiplied, not by way of `months`: where nothing is reserved, any work is too much.
        return self.work > self.a_month * TOO_MUCH_AFTER_MONTHS


def load(open_by_effort: Mapping[int | None, int], people: int, percent: int) -> Load:
    """The load of open items, counted by their effort (1–5, None where nobody said it), for so many people."""
    work = sum(PERSON_DAYS[effort or UNKNOWN] * count for effort, count in open_by_effort.items())
    # 21 days in every month (docs/measures.md): the figure opens a conversation (R110), it is no roster.
    return Load(work, people * WORKING_DAYS_A_MONTH * percent / 100, people, percent)


def how_long(months: float) -> Text:
    """`over six years`, `about 4 months`."""
    years, whole = int(months // 12), round(months)
    if years > 1:
        return Text("over {years} years", years=Text(YEARS[years]) if years in YEARS else Numeral(years))
    if years:
        return Text("over a year")
    if whole > 1:
        return Text("about {count} months", count=whole)
    return Text("about a month") if whole else Text("less than a month")


YEARS = {
    2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 11: "eleven",
    12: "twelve",
}  # fmt: skip
