"""The report as Slack shows it: two lines first, every measure, the intake, and charts with their figures in words."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.blocks.charts import charts, figures
from bot.blocks.parts import as_dicts
from bot.blocks.report import measures_view, monthly_blocks, report_blocks, second_line
from bot.domain.freeze import Before, Flow, Freeze, Intake, OpenWork, control_of
from bot.domain.intake import Override
from bot.domain.measures import DAY, Report, Tally, measure
from bot.domain.month import Month
from bot.domain.trend import SHOWN, trend_of
from bot.sandbox.checks.messages import check_message
from bot.sandbox.checks.views import check_view
from tests.builders import WORKSPACE, names
from tests.people import visible_text

OCTOBER = Month(2026, 10)
SHRANK = Tally(
    created=6, closed=10, wont_do=1, merged=1, days_to_close=10 * 12 * DAY, due=25, completed=18, open=14,
    ages=(DAY,) * 14,
)  # fmt: skip
BEFORE = Tally(created=5, closed=5, due=10, completed=8)


def report_on(this: Tally, before: Tally = BEFORE) -> Report:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return Report(
        WORKSPACE, "Payments", OCTOBER, at, running=False, tally=this, measures=measure(this, {}),
        before=measure(before, {}),
    )  # fmt: skip


def test_two_lines_say_what_happened_and_what_to_look_at() -> None:
    first, second = visible_text(as_dicts(report_blocks(report_on(SHRANK)))).splitlines()[:2]
    assert first == (
        "*Payments · October 2026* – the backlog shrank by 6: 6 created, 11 ended, 1 merged "
        "(created : ended 0.55, on target)."
    )
    assert second == "*Watch:* completion within the deadline 72 % (18 of 25; September 80 %)."


def test_when_all_is_well_the_second_line_says_so() -> None:
    assert second_line(report_on(Tally())) == "Every measure is on target, or has nothing to measure."


def test_every_measure_has_value_band_and_last_month() -> None:
    text = visible_text(as_dicts(report_blocks(report_on(SHRANK))))
    assert "*Completion within the deadline:* 72 % (18 of 25) · watch · September 80 %" in text
    assert "*Average time to close:* 12 days (10 closed) · on target · September 0 days" in text
    assert "*Created : ended:* 0.55 (6 created, 11 ended) · on target" in text
    assert "*Age of the backlog (P90):* 1 day (14 open)" in text
    assert "*Recurrences despite an item:* 0 · on target · September 0" in text
    assert "Items of private channels count only where" in text


def explained(**tally: Any) -> str:
    view = measures_view(report_on(replace(SHRANK, **tally)), {}).to_dict()
    check_view(view, "modal")
    return visible_text(view["blocks"])


def test_each_measure_says_what_it_means_and_what_would_move_it() -> None:
    text = explained(due=4, completed=1)
    assert "*Completion within the deadline:* 25 % (1 of 4) · red flag" in text
    assert (
        "It says: of the items due this month, the share closed by their deadline as it stands. "
        "On target: 80 % or more; red flag under 60 %."
    ) in text
    assert "On target with 3 more of the 4 closed in time. Close before the date, or move the date openly" in text
    assert "It is on target. Smaller items. An old item that is closed raises it once, and that is fine." in text


@pytest.mark.parametrize(
    ("tally", "says"),
    [
        ({"due": 5, "completed": 3}, "On target with 1 more of the 5 closed in time."),
        ({"first_due": 10, "on_time": 0}, "On target with 7 more of the 10 closed by their first date."),
        ({"open": 20}, "On target with 1 fewer open."),
        ({"open": 63}, "On target with 44 fewer open."),
        ({"created": 11}, "On target with 1 more ended."),
        ({"created": 30}, "On target with 20 more ended."),
        ({"days_to_close": 10 * 40 * DAY}, "On target under 30 days."),
        ({"ages": (50 * DAY,) * 14}, "On target when nine in ten open items are younger than 45 days."),
        ({"recurrences": 1}, "On target when no incident comes back before its items are done."),
        ({"closed": 0, "days_to_close": 0}, "There was nothing to measure. Smaller items."),
    ],
)
def test_what_is_missing_to_the_target_is_a_number(tally: dict[str, Any], says: str) -> None:
    assert says in explained(**tally)


FULL, SMALL = control_of(OpenWork(33, 32, 61.5), {}), control_of(OpenWork(3, 1, 10.0), {})
LONG, BAD = Before(OCTOBER, Flow(6, 6), 0), Before(OCTOBER, Flow(0, 0), 2)


@pytest.mark.parametrize(
    ("intake", "why"),
    [
        (Intake(None, BAD, FULL, is_young=True), "Nothing is frozen in a team's first two months."),
        (Intake(None, LONG, SMALL), "The backlog is under control."),
        (Intake(None, BAD, SMALL), "In October nothing ended, with 2 overdue, but the backlog is under control."),
        (Intake(None, LONG, FULL), "The backlog is not under control (33 open, one in ten older than 61 days, 32 of"),
        (Intake(None, BAD, FULL), "The backlog was under control this month; whether it is still is asked again"),
    ],
)
def test_open_intake_says_why_it_is_open(intake: Intake, why: str) -> None:
    trend = trend_of("Payments · October 2026", [(OCTOBER, SHRANK)], {})
    text = visible_text(as_dicts(monthly_blocks(report_on(SHRANK), intake, [], names, trend)))
    assert f"*Intake freeze: off.* {why}" in text


def test_freeze_and_overrides_are_shown_with_their_reasons() -> None:
    freeze = Freeze(Before(OCTOBER, Flow(6, 2), 3), FULL)
    overrides = [Override(number, "U0MARCO", "freeze", "The customer waits <!here>") for number in range(1, 8)]
    trend = trend_of("Payments · October 2026", [(OCTOBER, SHRANK)], {})
    blocks = as_dicts(monthly_blocks(report_on(SHRANK), Intake(freeze, freeze.before, FULL), overrides, names, trend))
    text = visible_text(blocks)
    assert (
        "*Intake freeze: on.* In October more was created (6) than ended (2), and the backlog is not under control: "
        "33 open, one in ten older than 61 days, 32 of 33 overdue. New items of Payments become ideas until the "
        "backlog is under control: fewer than 20 open, nine in ten younger than 45 days, at most a third overdue."
    ) in text
    assert "7 overrides in October:" in text
    assert "AI-1 past the freeze, by Marco Rossi: The customer waits &lt;!here&gt;" in text
    assert "and 2 more." in text
    check_message({"text": "Report", "blocks": blocks})


def series(block: dict[str, Any]) -> dict[str, list[tuple[str, float]]]:
    drawn = block["chart"]["series"]
    return {one["name"]: [(point["label"], point["value"]) for point in one["data"]] for one in drawn}


def test_year_is_two_charts_that_slack_takes() -> None:
    trend = trend_of("Payments · October 2026", [(month, SHRANK) for month in OCTOBER.last(SHOWN)], {})
    flow, rates = as_dicts(charts(trend))
    check_message({"text": "Report", "blocks": [flow, rates]})
    assert flow["title"] == "Created, ended and still open"
    assert series(flow)["Created"][-1] == ("Oct 2026", 6)
    assert [series(flow)[name][0] for name in ("Ended", "Open at the end")] == [("Nov 2025", 11), ("Nov 2025", 14)]
    assert series(rates)["Current due date"][-1] == ("Oct 2026", 72.0)


def test_months_without_a_rate_are_left_out_of_its_chart_because_slack_takes_no_gaps() -> None:
    some = [(OCTOBER.previous, BEFORE), (OCTOBER, Tally(open=1))]
    _flow, rates = as_dicts(charts(trend_of("Payments", some, {})))
    assert series(rates) == {"Current due date": [("Sep 2026", 80.0)]}
    never_both = [*some, (OCTOBER.plus(1), Tally(first_due=4, on_time=3, open=1))]
    _flow, rates = as_dicts(charts(trend_of("Payments", never_both, {})))
    assert series(rates) == {"Current due date": [("Sep 2026", 80.0)]}
    assert len(charts(trend_of("Payments", some[1:], {}))) == 1


def test_figures_in_words_are_those_of_every_month_the_newest_first() -> None:
    trend = trend_of("Payments & friends", [(month, SHRANK) for month in OCTOBER.last(SHOWN)], {})
    blocks = as_dicts(figures(trend))
    check_message({"text": "Report", "blocks": blocks})
    lines = visible_text(blocks).splitlines()
    assert lines[0] == "*Payments &amp; friends*"
    assert lines[1].startswith("October 2026: 6 created, 11 ended, 14 open, completion within the deadline 72 %")
    assert lines[-1].startswith("November 2025: ")


def test_charts_begin_with_the_first_month_in_which_there_was_anything() -> None:
    months = [(OCTOBER.previous.previous, Tally()), (OCTOBER.previous, BEFORE), (OCTOBER, Tally())]
    assert [point.month for point in trend_of("Payments", months, {}).points] == ["2026-09", "2026-10"]
    assert len(trend_of("Payments", [(OCTOBER, Tally())], {}).points) == 1


@pytest.mark.parametrize("tally", [Tally(), Tally(created=10**7, open=10**8)])
def test_charts_of_one_month_of_nothing_and_of_huge_figures_are_taken(tally: Tally) -> None:
    trend = trend_of("Payments & $friends$ · October 2026", [(OCTOBER, tally)], {})
    check_message({"text": "Report", "blocks": as_dicts([*charts(trend), *figures(trend)])})
