"""Bands, percentiles and words of the measures; counting is tested with the storage."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.blocks.measure_words import aim, backlog_moved, value_words
from bot.domain.errors import Refused
from bot.domain.measures import (
    DEFINITIONS,
    Band,
    Measured,
    MeasureKey,
    Tally,
    Thresholds,
    band,
    check_thresholds,
    measure,
    percentile_90,
)
from bot.domain.month import Month, month_of, parse_month, period_at

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("key", "value", "stands"),
    [
        (MeasureKey.COMPLETION_RATE, 0.8, Band.ON_TARGET),
        (MeasureKey.COMPLETION_RATE, 0.79, Band.WATCH),
        (MeasureKey.COMPLETION_RATE, 0.6, Band.WATCH),
        (MeasureKey.COMPLETION_RATE, 0.59, Band.RED_FLAG),
        (MeasureKey.ON_TIME_COMPLETION, 0.7, Band.ON_TARGET),
        (MeasureKey.ON_TIME_COMPLETION, 0.5, Band.WATCH),
        (MeasureKey.ON_TIME_COMPLETION, 0.49, Band.RED_FLAG),
        (MeasureKey.AVERAGE_DAYS_TO_CLOSE, 29.99, Band.ON_TARGET),
        (MeasureKey.AVERAGE_DAYS_TO_CLOSE, 30, Band.WATCH),
        (MeasureKey.AVERAGE_DAYS_TO_CLOSE, 60, Band.WATCH),
        (MeasureKey.AVERAGE_DAYS_TO_CLOSE, 60.01, Band.RED_FLAG),
        (MeasureKey.BACKLOG_SIZE, 19, Band.ON_TARGET),
        (MeasureKey.BACKLOG_SIZE, 20, Band.WATCH),
        (MeasureKey.BACKLOG_SIZE, 50, Band.WATCH),
        (MeasureKey.BACKLOG_SIZE, 51, Band.RED_FLAG),
        (MeasureKey.BACKLOG_AGE_P90_DAYS, 44.9, Band.ON_TARGET),
        (MeasureKey.BACKLOG_AGE_P90_DAYS, 90, Band.WATCH),
        (MeasureKey.BACKLOG_AGE_P90_DAYS, 90.1, Band.RED_FLAG),
        (MeasureKey.CREATED_TO_ENDED, 0.99, Band.ON_TARGET),
        (MeasureKey.CREATED_TO_ENDED, 1, Band.WATCH),
        (MeasureKey.CREATED_TO_ENDED, 2, Band.RED_FLAG),
        (MeasureKey.RECURRENCES_DESPITE_ITEM, 0, Band.ON_TARGET),
        (MeasureKey.RECURRENCES_DESPITE_ITEM, 1, Band.RED_FLAG),
        (MeasureKey.COMPLETION_RATE, None, Band.NO_DATA),
    ],
)
def test_band_is_that_of_the_contract(key: MeasureKey, value: float | None, stands: Band) -> None:
    assert band(key, value, {}) is stands


def test_own_thresholds_decide_where_they_are_set() -> None:
    own = {MeasureKey.BACKLOG_SIZE: Thresholds(5, 10)}
    assert band(MeasureKey.BACKLOG_SIZE, 7, own) is Band.WATCH
    assert band(MeasureKey.BACKLOG_AGE_P90_DAYS, 7, own) is Band.ON_TARGET


@pytest.mark.parametrize(
    ("key", "on_target", "red_flag", "reason"),
    [
        (MeasureKey.BACKLOG_SIZE, 50, 20, "at or below"),
        (MeasureKey.COMPLETION_RATE, 0.5, 0.7, "at or above"),
        (MeasureKey.COMPLETION_RATE, 80, 60, "write 80 % as 0.8"),
        (MeasureKey.BACKLOG_SIZE, -1, 20, "0 or more"),
    ],
)
def test_thresholds_that_cannot_be_meant_are_refused(
    key: MeasureKey, on_target: float, red_flag: float, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        check_thresholds(key, Thresholds(on_target, red_flag))


@pytest.mark.parametrize(
    ("ages", "expected"),
    [([], None), ([7], 7), ([10, 20], 19), ([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100], 90), ([1, 1, 1, 5], 3.8)],
)
def test_percentile_lies_between_its_neighbours_as_numpy_puts_it(ages: list[int], expected: float | None) -> None:
    assert percentile_90(ages) == expected


def test_created_without_any_ended_is_a_red_flag_without_a_value() -> None:
    found = measure(Tally(created=3), {})[MeasureKey.CREATED_TO_ENDED]
    assert found == Measured(None, 3, 0, Band.RED_FLAG)
    assert value_words(MeasureKey.CREATED_TO_ENDED, found) == "3 : 0"


def test_nothing_at_all_has_no_value_and_says_so() -> None:
    found = measure(Tally(), {})
    assert [key.value for key, measured in found.items() if measured.value is None] == [
        "completion_rate", "on_time_completion", "average_days_to_close", "backlog_age_p90_days", "created_to_ended",
    ]  # fmt: skip
    assert value_words(MeasureKey.COMPLETION_RATE, found[MeasureKey.COMPLETION_RATE]) == "no items"


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (MeasureKey.COMPLETION_RATE, 0.72, "72 %"),
        (MeasureKey.COMPLETION_RATE, 1 / 3, "33.3 %"),
        (MeasureKey.AVERAGE_DAYS_TO_CLOSE, 12.44, "12.4 days"),
        (MeasureKey.AVERAGE_DAYS_TO_CLOSE, 1, "1 day"),
        (MeasureKey.BACKLOG_SIZE, 1234, "1,234"),
        (MeasureKey.CREATED_TO_ENDED, 6 / 11, "0.55"),
        (MeasureKey.RECURRENCES_DESPITE_ITEM, 0, "0"),
    ],
)
def test_value_is_said_with_its_unit(key: MeasureKey, value: float, words: str) -> None:
    assert value_words(key, Measured(value, None, None, Band.WATCH)) == words


def test_aim_says_both_thresholds() -> None:
    assert aim(MeasureKey.COMPLETION_RATE, {}) == "80 % or more; red flag under 60 %"
    assert aim(MeasureKey.BACKLOG_SIZE, {}) == "under 20; red flag over 50"
    assert aim(MeasureKey.CREATED_TO_ENDED, {}) == "under 1.00; red flag from 2.00"
    assert aim(MeasureKey.RECURRENCES_DESPITE_ITEM, {}) == "0; red flag over 0"


@pytest.mark.parametrize(
    ("created", "closed", "merged", "words"),
    [
        (6, 11, 0, "the backlog shrank by 5: 6 created, 11 ended"),
        (3, 1, 0, "the backlog grew by 2: 3 created, 1 ended"),
        (2, 2, 0, "the backlog stayed as it was: 2 created, 2 ended"),
        (0, 0, 0, "nothing was created and nothing ended"),
        (6, 0, 4, "the backlog grew by 2: 6 created, 0 ended, 4 merged"),
        (0, 0, 2, "the backlog shrank by 2: 0 created, 0 ended, 2 merged"),
    ],
)
def test_backlog_is_said_in_words_and_what_was_merged_is_not_there_any_more(
    created: int, closed: int, merged: int, words: str
) -> None:
    assert backlog_moved(Tally(created=created, closed=closed, merged=merged)) == words


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-10", Month(2026, 10)),
        ("october", Month(2026, 10)),
        ("Nov", Month(2026, 11)),
        ("December", Month(2025, 12)),
        ("last month", Month(2026, 10)),
    ],
)
def test_month_is_read_as_people_write_it(text: str, month: Month) -> None:
    assert parse_month(text, Month(2026, 11)) == month


@pytest.mark.parametrize("text", ["2026-13", "0000-01", "0001-01", "1999-12", "ju", "yesterday", "2026/10", ""])
def test_what_is_no_month_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Refused, match="Write it like 2026-11"):
        parse_month(text, Month(2026, 11))


def test_months_count_over_the_years() -> None:
    assert Month(2026, 1).previous == Month(2025, 12)
    assert [str(month) for month in Month(2026, 2).last(3)] == ["2025-12", "2026-01", "2026-02"]
    assert month_of(datetime(2026, 10, 31, 23, 30, tzinfo=UTC), BERLIN) == Month(2026, 11)


@pytest.mark.parametrize("month", [Month(2026, 12), Month(2027, 1), Month(9999, 12)])
def test_month_that_has_not_begun_is_no_period(month: Month) -> None:
    last_moment = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)
    assert period_at(month, BERLIN, last_moment) is None
    assert period_at(Month(2026, 12), BERLIN, last_moment + timedelta(minutes=1))


def test_period_that_is_over_is_seen_at_its_end() -> None:
    period = period_at(Month(2026, 10), BERLIN, datetime(2027, 1, 1, tzinfo=UTC))
    assert period is not None
    assert period.as_of.isoformat() == "2026-11-01T00:00:00+01:00"
    assert period.cutoff - period.begins == (31 * 24 + 1) * 3_600_000_000
    assert period.today == date(2026, 11, 1).toordinal()


def test_running_period_is_seen_now() -> None:
    now = datetime(2026, 10, 5, 12, tzinfo=UTC)
    period = period_at(Month(2026, 10), BERLIN, now)
    assert period is not None
    assert (period.as_of, period.is_over) == (now, False)
    assert period_at(Month(2026, 11), BERLIN, now) is None


def test_aim_of_two_ended_for_each_one_created_is_said() -> None:
    assert DEFINITIONS[MeasureKey.CREATED_TO_ENDED].means.endswith("the aim is 0.5")
