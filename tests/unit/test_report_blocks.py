"""The report as Slack shows it: two lines first, every measure, the intake, and a picture with its figures in words."""

from datetime import UTC, datetime

from bot.blocks.parts import as_dicts
from bot.blocks.report import monthly_blocks, report_blocks, second_line
from bot.domain.intake import Flow, Freeze, Override
from bot.domain.measures import DAY, Report, Tally, measure
from bot.domain.month import Month
from bot.domain.trend import ALT_LIMIT, alt_text, trend_from, trend_of
from bot.sandbox.checks.messages import check_message
from bot.services.chart import draw
from tests.builders import WORKSPACE, names
from tests.people import visible_text

OCTOBER = Month(2026, 10)
SHRANK = Tally(
    created=6, closed=10, merged=1, days_to_close=10 * 12 * DAY, due=25, completed=18, open=14, ages=(DAY,) * 14
)
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
        "*Payments · October 2026* – the backlog shrank by 5: 6 created, 11 ended (created : ended 0.55, on target)."
    )
    assert second == "*Watch:* completion within the deadline 72 % (September 80 %)."


def test_when_all_is_well_the_second_line_says_so() -> None:
    assert second_line(report_on(Tally())) == "Every measure is on target, or has nothing to measure."


def test_every_measure_has_value_band_and_last_month() -> None:
    text = visible_text(as_dicts(report_blocks(report_on(SHRANK))))
    assert "*Completion within the deadline:* 72 % · watch · September 80 %" in text
    assert "*Average time to close:* 12 days · on target · September 0 days" in text
    assert "*Recurrences despite an item:* 0 · on target · September 0" in text
    assert "Items of private channels count only where" in text


def test_freeze_and_overrides_are_shown_with_their_reasons() -> None:
    freeze = Freeze(Flow(6, 2), 4)
    overrides = [Override(number, "U0MARCO", "freeze", "The customer waits <!here>") for number in range(1, 8)]
    trend = trend_of("Payments · October 2026", [(OCTOBER, SHRANK)], {})
    blocks = as_dicts(monthly_blocks(report_on(SHRANK), freeze, overrides, names, trend))
    text = visible_text(blocks)
    assert "*Intake freeze: on.* New items of Payments become ideas until 4 items more ended" in text
    assert "7 overrides in October:" in text
    assert "AI-1 past the freeze, by Marco Rossi: The customer waits &lt;!here&gt;" in text
    assert "and 2 more." in text
    check_message({"text": "Report", "blocks": blocks})


def test_picture_says_all_its_figures_to_who_cannot_see_it() -> None:
    months = [(month, SHRANK) for month in OCTOBER.last(12)]
    trend = trend_of("Payments · October 2026", months, {})
    text = alt_text(trend)
    assert "October 2026: 6 created, 11 ended, 14 open, completion within the deadline 72 %" in text
    assert "November 2025" in text
    assert len(text) <= ALT_LIMIT


def test_picture_begins_with_the_first_month_in_which_there_was_anything() -> None:
    months = [(OCTOBER.previous.previous, Tally()), (OCTOBER.previous, BEFORE), (OCTOBER, Tally())]
    assert [point.month for point in trend_of("Payments", months, {}).points] == ["2026-09", "2026-10"]
    assert len(trend_of("Payments", [(OCTOBER, Tally())], {}).points) == 1


def test_picture_is_a_png_of_one_month_of_nothing_and_of_huge_figures() -> None:
    for tally in (Tally(), Tally(created=10**7, open=10**8)):
        trend = trend_of("Payments & $friends$ · October 2026", [(OCTOBER, tally)], {})
        assert draw(trend_from(trend.as_json())).startswith(b"\x89PNG")
