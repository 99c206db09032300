"""A year of measures as charts show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.measures import MeasureKey, OwnThresholds, Tally, measure
from bot.domain.month import Month

SHOWN = 12
"""Months in a chart, the last one included; Slack takes twenty."""
SHARES = (MeasureKey.COMPLETION_RATE, MeasureKey.ON_TIME_COMPLETION)
DAYS = (MeasureKey.AVERAGE_DAYS_TO_CLOSE, MeasureKey.BACKLOG_AGE_P90_DAYS)


@dataclass(frozen=True)
class Point:
    """A month of a chart. `values` has those measures that are shown; None where there was nothing to measure."""

    month: str
    created: int
    ended: int
    open: int
    values: Mapping[str, float | None]

    def has(self, key: MeasureKey) -> bool:
        """Whether there was something to measure."""
        return self.values.get(key.value) is not None


@dataclass(frozen=True)
class Trend:
    """Some months in order, of one team or workspace."""

    title: str
    points: tuple[Point, ...]


def trend_of(title: str, months: Sequence[tuple[Month, Tally]], own: OwnThresholds) -> Trend:
    """The months from the first in which there was anything; at least the last one."""
    # A new team's chart would otherwise begin with months of nothing that look like success.
    first = next((at for at, (_, tally) in enumerate(months) if _is_something(tally)), len(months) - 1)
    return Trend(title, tuple(_point(month, tally, own) for month, tally in months[first:]))


def _point(month: Month, tally: Tally, own: OwnThresholds) -> Point:
    found = measure(tally, own)
    values = {key.value: found[key].value for key in (*SHARES, *DAYS)}
    return Point(str(month), tally.created, tally.ended, tally.open, values)


def _is_something(tally: Tally) -> bool:
    return bool(tally.created or tally.ended or tally.open)
