"""Working days, and days as people say them. 23 November 2026 is a Monday."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.days import add_working_days, either, end_of_month, is_weekend, next_working_day, said_date

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


@pytest.mark.parametrize(
    ("words", "then"),
    [
        ("end of week", date(2026, 11, 27)),
        ("EOW", date(2026, 11, 27)),
        ("End of the  month", date(2026, 11, 30)),
        ("eom", date(2026, 11, 30)),
        ("in 3 business days", date(2026, 11, 26)),
        ("in 5 working days", date(2026, 11, 30)),
        ("in 1 business day", date(2026, 11, 24)),
        ("in three business days", date(2026, 11, 26)),
        ("two working days", date(2026, 11, 25)),
        ("end of next week", date(2026, 12, 4)),
        ("friday next week", date(2026, 12, 4)),
        ("next week Wednesday", date(2026, 12, 2)),
        ("next month", date(2026, 12, 31)),
        ("end of the quarter", date(2026, 12, 31)),
        ("next quarter", date(2027, 3, 31)),
        ("EOY", date(2026, 12, 31)),
        ("december", date(2026, 12, 31)),
        ("end of february", date(2027, 2, 28)),
        ("the 15th", date(2026, 12, 15)),
        ("the 31st", date(2026, 12, 31)),
        ("the 23rd", date(2026, 11, 23)),
        ("eod", date(2026, 11, 23)),
        ("31/12", date(2026, 12, 31)),
        ("12/31", date(2026, 12, 31)),
        ("31.12.", date(2026, 12, 31)),
        ("12.1.", date(2027, 1, 12)),
        ("1/2/2027", date(2027, 2, 1)),
        ("31.12.26", date(2026, 12, 31)),
        ("31/11", None),
        ("40th", None),
        ("", None),
        ("friday", None),
        ("in business days", None),
    ],
)
def test_dates_that_people_say(words: str, then: date | None) -> None:
    assert said_date(words, MONDAY) == then


def test_order_of_day_and_month_is_the_readers() -> None:
    assert said_date("1/2", MONDAY) == date(2027, 2, 1)
    assert said_date("1/2", MONDAY, month_first=True) == date(2027, 1, 2)
    assert said_date("31/12", MONDAY, month_first=True) == date(2026, 12, 31)


@pytest.mark.parametrize(("day", "then"), [(27, 27), (28, 4)])
def test_end_of_week_is_the_coming_friday(day: int, then: int) -> None:
    found = said_date("end of week", date(2026, 11, day))
    assert found is not None
    assert found.day == then


def test_day_is_off_when_any_rule_says_so() -> None:
    off = either([is_weekend, lambda day: day == MONDAY])
    assert off(MONDAY)
    assert off(date(2026, 11, 28))
    assert not off(date(2026, 11, 24))
