"""Teams, and the time of their week."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refused
from bot.domain.team import WeeklyTime, parse_weekly_time
from tests.builders import team


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mon 09:00", WeeklyTime(0, time(9))),
        ("Mon 9:00", WeeklyTime(0, time(9))),
        ("  sun   23:59 ", WeeklyTime(6, time(23, 59))),
        ("FRI 00:05", WeeklyTime(4, time(0, 5))),
    ],
)
def test_day_and_time_are_read(text: str, expected: WeeklyTime) -> None:
    assert parse_weekly_time(text) == expected


@pytest.mark.parametrize("text", ["", "monday 09:00", "mon", "09:00", "mon 24:00", "mon 9", "mon 09:60", "mon 09:00pm"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Refused, match="Write it like: mon 09:00"):
        parse_weekly_time(text)


@given(st.integers(0, 6), st.integers(0, 23), st.integers(0, 59))
def test_what_is_written_is_read_again(weekday: int, hour: int, minute: int) -> None:
    at = WeeklyTime(weekday, time(hour, minute))
    assert parse_weekly_time(str(at)) == at


@pytest.mark.parametrize(("user", "belongs"), [("U0MARCO", True), ("U0PRIYA", True), ("U0LENA", False)])
def test_team_is_its_lead_and_its_members(user: str, belongs: bool) -> None:
    assert team().includes(user) is belongs


def test_new_team_reads_its_digest_on_monday_at_nine() -> None:
    assert str(team().digest) == "mon 09:00"
