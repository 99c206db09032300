"""When a weekly ritual is due: zones, clocks that change, days off, and the ends of years."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.team import Team, WeeklyTime
from bot.services.days_off import check_holidays, days_off
from scheduler.calendar import WEEKLY, Rhythm, monthly, week_of
from tests.builders import team

MONDAY_NINE = WeeklyTime(0, time(9))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+00:00")


def due(of: Team, after: str, at: WeeklyTime = MONDAY_NINE) -> str:
    found = WEEKLY.next_after(replace(of, digest=at), utc(after)).due_at
    assert found.tzinfo is UTC
    return found.isoformat(timespec="minutes").removesuffix("+00:00")


@pytest.mark.parametrize(
    ("zone", "after", "then"),
    [
        ("Europe/Berlin", "2026-10-19T12:00", "2026-10-26T08:00"),  # winter time began on the 25th
        ("Europe/Berlin", "2026-10-12T12:00", "2026-10-19T07:00"),
        ("Europe/Berlin", "2027-03-22T12:00", "2027-03-29T07:00"),  # summer time began on the 28th
        ("America/New_York", "2026-10-26T18:00", "2026-11-02T14:00"),  # winter time began on the 1st
        ("America/New_York", "2027-03-08T18:00", "2027-03-15T13:00"),  # summer time began on the 14th
        ("Asia/Kolkata", "2026-11-23T12:00", "2026-11-30T03:30"),
        ("Pacific/Kiritimati", "2026-11-23T12:00", "2026-11-29T19:00"),
        ("UTC", "2026-11-23T08:59", "2026-11-23T09:00"),
    ],
)
def test_nine_is_nine_in_every_zone_and_season(zone: str, after: str, then: str) -> None:
    assert due(team(timezone=zone), after) == then


def test_time_that_has_just_come_is_over() -> None:
    assert due(team(timezone="UTC"), "2026-11-23T09:00") == "2026-11-30T09:00"


@pytest.mark.parametrize(
    ("holidays", "at", "after", "then", "week"),
    [
        ("", WeeklyTime(5, time(9)), "2026-11-23T12:00", "2026-11-30T08:00", "2026-W48"),  # a Saturday
        ("", WeeklyTime(6, time(9)), "2026-11-23T12:00", "2026-11-30T08:00", "2026-W48"),
        ("DE", MONDAY_NINE, "2027-03-23T12:00", "2027-03-30T07:00", "2027-W13"),  # Easter Monday
        ("DE", WeeklyTime(4, time(9)), "2027-03-23T12:00", "2027-03-30T07:00", "2027-W12"),  # Good Friday
        ("DE", WeeklyTime(4, time(9)), "2026-12-24T12:00", "2026-12-28T08:00", "2026-W52"),  # Christmas Day
        ("DE", WeeklyTime(4, time(9)), "2026-12-31T12:00", "2027-01-04T08:00", "2026-W53"),  # New Year's Day
        ("", WeeklyTime(4, time(9)), "2026-12-31T12:00", "2027-01-01T08:00", "2026-W53"),
        ("DE-BY", WeeklyTime(2, time(9)), "2027-01-05T12:00", "2027-01-07T08:00", "2027-W01"),  # Epiphany, in Bavaria
        ("DE", WeeklyTime(2, time(9)), "2027-01-05T12:00", "2027-01-06T08:00", "2027-W01"),
    ],
)
def test_day_off_moves_the_post_and_not_its_week(
    holidays: str, at: WeeklyTime, after: str, then: str, week: str
) -> None:
    of = team(holidays=holidays)
    assert due(of, after, at) == then
    assert WEEKLY.next_after(replace(of, digest=at), utc(after)).period == week


@pytest.mark.parametrize(
    ("rhythm", "at", "after", "until"),
    [
        (WEEKLY, MONDAY_NINE, "2026-11-29T12:00", "2026-12-06T23:00"),  # its week
        (WEEKLY, WeeklyTime(5, time(9)), "2026-11-23T12:00", "2026-12-07T08:00"),  # moved out of its week: the next one
        (monthly(10), MONDAY_NINE, "2027-06-30T12:00", "2027-07-31T22:00"),  # its month
        (monthly(10), MONDAY_NINE, "2026-10-31T12:00", "2026-11-30T23:00"),
    ],
)
def test_what_was_missed_is_made_up_within_its_period(rhythm: Rhythm, at: WeeklyTime, after: str, until: str) -> None:
    of = replace(team(), digest=at)
    assert rhythm.expires_at(of, rhythm.next_after(of, utc(after))) == utc(until)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 11, 30), "2026-W49"),
        (date(2026, 12, 31), "2026-W53"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
        (date(2024, 12, 30), "2025-W01"),
    ],
)
def test_week_is_the_iso_week_also_at_the_end_of_a_year(day: date, week: str) -> None:
    assert week_of(day) == week


@pytest.mark.parametrize(
    ("after", "day"),
    [
        ("2027-03-27T12:00", date(2027, 3, 28)),  # this hour is skipped
        ("2026-10-24T12:00", date(2026, 10, 25)),  # this hour comes twice
    ],
)
def test_hour_of_the_change_is_due_once(after: str, day: date) -> None:
    of = team(timezone="Europe/Berlin", digest=WeeklyTime(6, time(2, 30)))
    found = WEEKLY.next_after(of, utc(after))
    assert found.nominal_on == day
    following = WEEKLY.following(of, found.nominal_on)
    assert following.nominal_on - found.nominal_on == timedelta(days=7)


moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))
zones = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])


@settings(max_examples=60)
@given(moments, zones, st.integers(0, 6), st.integers(4, 23))
def test_post_is_within_a_week_and_a_weekend_at_its_own_hour(
    after: datetime, zone: str, weekday: int, hour: int
) -> None:
    found = WEEKLY.next_after(team(timezone=zone, digest=WeeklyTime(weekday, time(hour))), after)
    local = found.due_at.astimezone(ZoneInfo(zone))
    assert after < found.due_at <= after + timedelta(days=9, hours=2)
    assert (local.hour, local.minute) == (hour, 0)
    assert local.weekday() < 5
    assert found.nominal_on.weekday() == weekday


@pytest.mark.parametrize(
    ("code", "known"), [("DE", True), ("DE-BY", True), ("US", True), ("XX", False), ("DE-XX", False)]
)
def test_holidays_of_a_country_or_region_are_known(code: str, known: bool) -> None:
    assert check_holidays(code) is known


@pytest.mark.parametrize(("holidays", "off"), [("", False), ("DE", True), ("US", False)])
def test_second_day_of_christmas_is_off_where_it_is_a_holiday(holidays: str, off: bool) -> None:
    assert days_off(team(holidays=holidays))(date(2025, 12, 26)) is off


def test_weekend_is_that_of_the_teams_country() -> None:
    israel = days_off(team(holidays="IL"))
    friday, saturday, sunday = (date(2026, 11, day) for day in (27, 28, 29))
    assert [israel(day) for day in (friday, saturday, sunday)] == [True, True, False]
    digest = team(timezone="Asia/Jerusalem", holidays="IL", digest=WeeklyTime(6, time(9)))
    found = WEEKLY.next_after(digest, datetime(2026, 11, 26, 12, tzinfo=UTC))
    assert found.due_at.astimezone(ZoneInfo("Asia/Jerusalem")).date() == sunday
