"""Working days, months and zones. 23 November 2026 is a Monday."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.days import add_working_days, either, end_of_month, is_weekend, next_working_day, zone_name, zone_of

MONDAY = date(2026, 11, 23)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(("day", "off"), [(27, False), (28, True), (29, True), (30, False)])
def test_weekend_is_saturday_and_sunday(day: int, off: bool) -> None:
    assert is_weekend(date(2026, 11, day)) is off


@pytest.mark.parametrize(("day", "working"), [(27, 27), (28, 30), (29, 30)])
def test_day_off_moves_to_the_next_working_day(day: int, working: int) -> None:
    assert next_working_day(date(2026, 11, day), is_weekend) == date(2026, 11, working)


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [(date(2026, 11, 26), 3, date(2026, 12, 1)), (MONDAY, 0, MONDAY), (date(2026, 11, 28), 1, date(2026, 11, 30))],
)
def test_working_days_skip_weekends(day: date, count: int, then: date) -> None:
    assert add_working_days(day, count, is_weekend) == then


@given(days, st.integers(1, 30))
def test_working_days_end_on_a_working_day_no_nearer_than_counted(day: date, count: int) -> None:
    then = add_working_days(day, count, is_weekend)
    assert not is_weekend(then)
    assert then - day >= timedelta(days=count)


@given(days)
def test_month_ends_the_day_before_the_next_begins(day: date) -> None:
    assert (end_of_month(day) + timedelta(days=1)).day == 1
    assert end_of_month(day).month == day.month


def test_day_is_off_when_any_rule_says_so() -> None:
    off = either([is_weekend, lambda day: day == MONDAY])
    assert off(MONDAY)
    assert off(date(2026, 11, 28))
    assert not off(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("name", "offset_s", "known"),
    [
        ("Europe/Berlin", 7200, "Europe/Berlin"),
        ("Mars/Olympus", 7200, "Etc/GMT-2"),
        ("Mars/Olympus", -18000, "Etc/GMT+5"),
        ("Mars/Olympus", 19800, "UTC"),
        ("", None, "UTC"),
    ],
)
def test_zone_that_the_machine_does_not_know_goes_by_its_offset(name: str, offset_s: int | None, known: str) -> None:
    assert zone_name(name, offset_s) == known


def test_unknown_zone_is_utc_rather_than_an_error() -> None:
    assert zone_of("Mars/Olympus").key == "UTC"
