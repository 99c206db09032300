"""A year of measures as Slack's own charts, and the same figures in words for where Slack does not draw them.

slack_sdk has no class for the block, so it is one here.
Source: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block

from bot.blocks.measure_words import figure
from bot.blocks.parts import section
from bot.blocks.text import MONTHS, escape
from bot.domain.measures import DEFINITIONS, MeasureKey
from bot.domain.month import Month
from bot.domain.trend import DAYS, SHARES, Point, Trend
from bot.domain.words import _, numeral

FLOW = "Created, ended and still open"
RATES = "Completed by the due date"
_SERIES = {MeasureKey.COMPLETION_RATE: "Current due date", MeasureKey.ON_TIME_COMPLETION: "Original due date"}
"""At most twenty characters each."""


class ChartBlock(Block):
    """A `data_visualization` block; *chart* as Slack's reference has it."""

    type = "data_visualization"

    def __init__(self, *, title: str, chart: dict[str, Any]) -> None:
        super().__init__(type=self.type)
        self.title, self.chart = title, chart

    @property
    def attributes(self) -> set[str]:  # type: ignore[override]  # as slack_sdk's own blocks do
        """What is in the JSON."""
        return super().attributes | {"title", "chart"}


def charts(trend: Trend) -> list[Block]:
    """What was created, ended and is open, by month; and the rates, for the months that have them."""
    drawn: list[Block] = [flow(trend)]
    rates = _rates(trend)
    return [*drawn, rates] if rates else drawn


def figures(trend: Trend) -> list[Block]:
    """The same in words, the newest month first."""
    lines = [_in_words(point) for point in reversed(trend.points)]
    return [section("\n".join([f"*{escape(trend.title)}*", *lines]))]


def _in_words(point: Point) -> str:
    """Every figure of the month: `October 2026: 6 created, 11 ended, 14 open, completion rate 72 %.`"""
    counts = {name: numeral(getattr(point, name)) for name in ("created", "ended", "open")}
    figures = [_("{created} created, {ended} ended, {open} open", **counts)]
    for key in (*SHARES, *DAYS):
        value = point.values.get(key.value)
        if value is not None:
            figures.append(f"{_(DEFINITIONS[key].words.lower())} {figure(key, value)}")
    year, number = point.month.split("-")
    return f"{Month(int(year), int(number)).name} {year}: {', '.join(figures)}."


def flow(trend: Trend) -> Block:
    """What was created, ended and is open, by month."""
    series = {
        _("Created"): [point.created for point in trend.points],
        _("Ended"): [point.ended for point in trend.points],
        _("Open at the end"): [point.open for point in trend.points],
    }
    return _lines(_(FLOW), trend.points, series, _("Items"))


def _rates(trend: Trend) -> Block | None:
    """Slack takes no gaps: a month without anything to measure is left out, and a rate that has no month at all."""
    keys = [key for key in SHARES if any(point.has(key) for point in trend.points)]
    points = [point for point in trend.points if all(point.has(key) for key in keys)] if keys else []
    if keys and not points:  # no month has both
        keys = keys[:1]
        points = [point for point in trend.points if point.has(keys[0])]
    series = {_(_SERIES[key]): [_percent(point, key) for point in points] for key in keys}
    return _lines(_(RATES), points, series, _("% of the items due")) if series else None


def _percent(point: Point, key: MeasureKey) -> float:
    return round((point.values[key.value] or 0.0) * 100, 1)


def _lines(title: str, points: Sequence[Point], series: Mapping[str, Sequence[float]], unit: str) -> Block:
    months = [_month(point) for point in points]
    data = [{"name": name, "data": list(_labelled(months, values))} for name, values in series.items()]
    return ChartBlock(
        title=title,
        chart={"type": "line", "series": data, "axis_config": {"categories": months, "y_label": unit}},
    )


def _labelled(months: Iterable[str], values: Iterable[float]) -> Iterable[dict[str, Any]]:
    return ({"label": month, "value": value} for month, value in zip(months, values, strict=True))


def _month(point: Point) -> str:
    year, number = point.month.split("-")
    # With the year: twelve months can touch two.
    return f"{_(MONTHS[int(number) - 1])} {year}"
