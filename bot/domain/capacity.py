"""A team's load against the capacity that it reserves for this work: for a conversation about resources (R87, R110)."""

from collections.abc import Mapping
from dataclasses import dataclass

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
