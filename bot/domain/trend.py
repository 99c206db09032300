"""A year of measures as a picture shows it: data that a message can carry, and what is said of it to who cannot see."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.domain.measure_words import figure
from bot.domain.measures import DEFINITIONS, Key, Settings, Tally, measure
from bot.domain.month import Month

SHOWN = 12
"""Months in a picture, the last one included."""
ALT_LIMIT = 2000
"""Characters of Slack's alternative text."""
SHARES = (Key.COMPLETION_RATE, Key.ON_TIME_COMPLETION)
DAYS = (Key.AVERAGE_DAYS_TO_CLOSE, Key.BACKLOG_AGE_P90_DAYS)


@dataclass(frozen=True)
class Point:
    """A month in the picture. `values` has those measures that are drawn; None where there was nothing to measure."""

    month: str
    created: int
    ended: int
    open: int
    values: Mapping[str, float | None]


@dataclass(frozen=True)
class Trend:
    """Some months in order, of one team or workspace."""

    title: str
    points: tuple[Point, ...]

    def as_json(self) -> dict[str, Any]:
        """As a message carries it."""
        return {"title": self.title, "points": [asdict(point) for point in self.points]}


def trend_from(stored: Mapping[str, Any]) -> Trend:
    """The inverse of `Trend.as_json`."""
    return Trend(stored["title"], tuple(Point(**point) for point in stored["points"]))


def trend_of(title: str, months: Sequence[tuple[Month, Tally]], own: Settings) -> Trend:
    """The months from the first in which there was anything; at least the last one."""
    first = next((at for at, (_, tally) in enumerate(months) if _is_something(tally)), len(months) - 1)
    return Trend(title, tuple(_point(month, tally, own) for month, tally in months[first:]))


def alt_text(trend: Trend) -> str:
    """Every figure of the picture in words, the newest month first where they do not all fit."""
    lines = [_in_words(point) for point in reversed(trend.points)]
    text = f"{trend.title}: created, ended and open items by month, and how the measures moved."
    for line in lines:
        if len(text) + 1 + len(line) > ALT_LIMIT:
            break
        text += f" {line}"
    return text


def _point(month: Month, tally: Tally, own: Settings) -> Point:
    found = measure(tally, own)
    values = {key.value: found[key].value for key in (*SHARES, *DAYS)}
    return Point(str(month), tally.created, tally.ended, tally.open, values)


def _in_words(point: Point) -> str:
    year, number = point.month.split("-")
    month = Month(int(year), int(number))
    figures = [f"{point.created:,} created, {point.ended:,} ended, {point.open:,} open"]
    for key in (*SHARES, *DAYS):
        value = point.values.get(key.value)
        if value is not None:
            figures.append(f"{DEFINITIONS[key].words.lower()} {figure(key, value)}")
    return f"{month.name} {month.year}: {', '.join(figures)}."


def _is_something(tally: Tally) -> bool:
    return bool(tally.created or tally.ended or tally.open)
