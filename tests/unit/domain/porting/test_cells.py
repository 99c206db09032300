"""Single cells: formulas that stay text, and values read back as they were written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.porting import cells
from bot.domain.porting.cells import BadCell, defused, restored

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", '=HYPERLINK("https://example.com")']


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_is_written_as_text_and_read_back(text: str) -> None:
    assert defused(text) == f"'{text}"
    assert restored(defused(text)) == text


@pytest.mark.parametrize("text", ["", "'", "plain", "'quoted'", "''", "a=b", "2 - 1", "'tis"])
def test_other_text_is_left_alone(text: str) -> None:
    assert defused(text) == text
    assert restored(text) == text


@given(st.text(alphabet="'=+-@\t\r\n a＝", max_size=6))
def test_every_text_survives_and_none_is_a_formula(text: str) -> None:
    written = defused(text)
    assert restored(written) == text
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))


@given(st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)))
def test_time_is_read_back_to_the_microsecond(at: datetime) -> None:
    assert cells.moment(cells.written_moment(at)) == at


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-05T09:00:00Z", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("2026-01-05T09:00:00", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("2026-01-05 09:00", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("2026-01-05", datetime(2026, 1, 5, tzinfo=UTC)),
        ("2026-01-05T09:00:00+01:00", datetime(2026, 1, 5, 8, tzinfo=UTC)),
    ],
)
def test_time_without_an_offset_is_utc(text: str, at: datetime) -> None:
    assert cells.moment(text) == at


def test_time_is_written_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    assert cells.written_moment(datetime(2026, 1, 5, 9, tzinfo=berlin)) == "2026-01-05T08:00:00Z"


@pytest.mark.parametrize("text", ["soon", "5.1.2026", "2026-13-01T00:00", "2026-01-05T25:00", "0001-01-01T00:00+14:00"])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadCell, match="Write it like 2026-11-23T09:00:00Z"):
        cells.moment(text)


@pytest.mark.parametrize("text", ["05.02.2026", "2026-2-5", "20260205", "2026-W06-4", "2026-02-30", "2026-02-05T00:00"])
def test_what_is_no_day_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadCell, match="Write it like 2026-12-04"):
        cells.day(text)


def test_slip_in_the_year_is_refused() -> None:
    with pytest.raises(BadCell, match="outside the years 1970 to 2200"):
        cells.day("0226-02-05")


@pytest.mark.parametrize(
    ("text", "value"),
    [("TRUE", True), ("yes", True), ("1", True), ("False", False), ("no", False), ("1.0", True), ("0.0", False)],
)
def test_flags_are_read_as_spreadsheets_write_them(text: str, value: bool) -> None:
    assert cells.flag(text) is value


@pytest.mark.parametrize("text", ["-1", "0", "6", "3.5", "²", "three", "", "00001"])
def test_number_outside_its_range_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match="is not a whole number from 1 to 5"):
        cells.whole(text, 1, 5)
