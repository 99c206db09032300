"""The picture of a monthly report, as PNG. On a light ground of its own it reads in both of Slack's themes.

matplotlib is imported when a picture is drawn, for it takes a second or two; `pyplot` never, for it keeps state.
"""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.domain.measures import DEFINITIONS, Key
from bot.domain.trend import DAYS, SHARES, Trend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE, DOTS = (9.0, 6.6), 150
"""Inches and dots an inch: 1,350 × 990 pixels, sharp on a phone."""
GROUND, INK, SOFT, GRID = "#FFFFFF", "#1F2328", "#57606A", "#D8DEE4"
CREATED, ENDED, OPEN = "#D9730D", "#1F6FEB", "#1F2328"
FIRST, SECOND = "#1F6FEB", "#8250DF"
"""Told apart by people who do not see all colours, and by shape: bars, lines, and how their points look."""
BAR = 0.38
LOOK: Any = {
    "font.family": "DejaVu Sans", "font.size": 10, "text.color": INK, "axes.edgecolor": GRID,
    "axes.labelcolor": SOFT, "xtick.color": SOFT, "ytick.color": SOFT,
}  # fmt: skip


def draw(trend: Trend) -> bytes:
    """A PNG: created against ended with the open backlog as a line; below, the rates and the durations."""
    from matplotlib import rc_context  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    with rc_context(LOOK):
        figure = Figure(figsize=SIZE, dpi=DOTS, facecolor=GROUND, layout="constrained")
        grid = figure.add_gridspec(2, 2, height_ratios=(3, 2))
        _flow(figure.add_subplot(grid[0, :]), trend)
        _lines(figure.add_subplot(grid[1, 0]), trend, SHARES, "Completed, % of items due", percent=True)
        _lines(figure.add_subplot(grid[1, 1]), trend, DAYS, "Days", percent=False)
        figure.suptitle(_plain(trend.title), x=0.01, ha="left", fontsize=13, fontweight="bold", wrap=True)
        png = BytesIO()
        figure.savefig(png, format="png", metadata={"Software": ""})
    return png.getvalue()


def _flow(axes: Axes, trend: Trend) -> None:
    """Bars side by side, and the backlog on a scale of its own: it may be a hundred times as large."""
    places = range(len(trend.points))
    created, ended = [point.created for point in trend.points], [point.ended for point in trend.points]
    axes.bar([at - BAR / 2 for at in places], created, BAR, color=CREATED, label="Created")
    axes.bar([at + BAR / 2 for at in places], ended, BAR, color=ENDED, label="Ended", hatch="///", edgecolor=GROUND)
    backlog = axes.twinx()
    opened = [point.open for point in trend.points]
    backlog.plot(places, opened, color=OPEN, marker="o", linewidth=2, label="Open at the end (right)")
    for one, highest in ((axes, max(created + ended)), (backlog, max(opened))):
        _whole_numbers(one, highest)
        _quiet(one)
    backlog.grid(visible=False)
    axes.set_ylabel("Items a month")
    backlog.set_ylabel("Open items")
    _months(axes, trend)
    handles, labels = axes.get_legend_handles_labels()
    more, words = backlog.get_legend_handles_labels()
    backlog.legend(handles + more, labels + words, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False)


def _lines(axes: Axes, trend: Trend, keys: tuple[Key, ...], unit: str, *, percent: bool) -> None:
    """A line for each measure, broken where there was nothing to measure."""
    scale = 100 if percent else 1
    for key, colour, marker, dash in zip(keys, (FIRST, SECOND), "os", ("-", "--"), strict=True):
        values = [point.values.get(key.value) for point in trend.points]
        shown = [float("nan") if value is None else value * scale for value in values]
        axes.plot(shown, dash, color=colour, marker=marker, linewidth=2, clip_on=False, label=DEFINITIONS[key].words)
    known = [value for point in trend.points for key in keys if (value := point.values.get(key.value)) is not None]
    if not known:
        axes.text(0.5, 0.5, "Nothing to measure yet", transform=axes.transAxes, ha="center", va="center", color=SOFT)
    axes.set_ylim(0, 105 if percent else max([*known, 1]) * 1.15)
    axes.set_ylabel(unit)
    _quiet(axes)
    _months(axes, trend, every=3 if len(trend.points) > 6 else 1)  # noqa: PLR2004 – so many names fit below each other
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False, fontsize=9, ncols=1)


def _whole_numbers(axes: Any, highest: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415

    axes.set_ylim(0, max(highest, 1) * 1.15)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def _quiet(axes: Any) -> None:
    axes.set_facecolor(GROUND)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines[["top", "left", "right"]].set_visible(False)


def _months(axes: Axes, trend: Trend, every: int = 1) -> None:
    last = len(trend.points) - 1
    places = [at for at in range(len(trend.points)) if (last - at) % every == 0]
    names = []
    for at in places:
        day = date.fromisoformat(f"{trend.points[at].month}-01")
        names.append(f"{day:%b}\n{day.year}" if at == places[0] or day.month <= every else f"{day:%b}")
    axes.set_xticks(places, names)
    half = max(last, 2) / 2 + 0.6  # one month alone is not drawn as wide as all of them
    axes.set_xlim(last / 2 - half, last / 2 + half)


def _plain(title: str) -> str:
    """matplotlib reads `$…$` as mathematics."""
    return title.replace("$", r"\$")
