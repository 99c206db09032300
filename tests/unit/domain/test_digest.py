"""The week that a digest counts by, and what counts as quiet."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import Section, chosen, week_at
from bot.domain.lifecycle import State
from tests.builders import NOW, TODAY, digest, figures, item

BERLIN, NEW_YORK, KIRITIMATI = (ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Pacific/Kiritimati"))


@pytest.mark.parametrize(
    ("zone", "today"), [(BERLIN, date(2026, 11, 30)), (NEW_YORK, date(2026, 11, 29)), (KIRITIMATI, date(2026, 11, 30))]
)
def test_today_is_the_teams_own(zone: ZoneInfo, today: date) -> None:
    assert week_at(datetime(2026, 11, 30, 1, tzinfo=UTC), zone).today == today


@pytest.mark.parametrize(
    ("now", "zone", "monday", "last"),
    [
        (datetime(2026, 10, 26, 8, tzinfo=UTC), BERLIN, "2026-10-25T23:00", "2026-10-18T22:00"),  # winter begins
        (datetime(2026, 3, 30, 7, tzinfo=UTC), BERLIN, "2026-03-29T22:00", "2026-03-22T23:00"),  # summer begins
        (datetime(2026, 11, 2, 14, tzinfo=UTC), NEW_YORK, "2026-11-02T05:00", "2026-10-26T04:00"),
        (datetime(2027, 1, 1, 12, tzinfo=UTC), ZoneInfo("UTC"), "2026-12-28T00:00", "2026-12-21T00:00"),
    ],
)
def test_weeks_begin_at_midnight_of_the_zone_also_when_clocks_change(
    now: datetime, zone: ZoneInfo, monday: str, last: str
) -> None:
    week = week_at(now, zone)
    assert week.this_monday.astimezone(UTC) == datetime.fromisoformat(f"{monday}+00:00")
    assert week.last_monday.astimezone(UTC) == datetime.fromisoformat(f"{last}+00:00")


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.sampled_from([BERLIN, NEW_YORK, KIRITIMATI]))
def test_now_lies_in_this_week(naive: datetime, zone: ZoneInfo) -> None:
    now = naive.replace(tzinfo=UTC)
    week = week_at(now, zone)
    assert week.last_monday < week.this_monday <= now
    assert week.this_monday.date() <= week.today <= week.sunday
    assert (week.sunday - week.this_monday.date()).days == 6


def test_items_are_stale_after_thirty_days() -> None:
    now = datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert week_at(now, BERLIN).stale_since == now - timedelta(days=30)


@pytest.mark.parametrize("what", ["overdue", "due_this_week", "blocked", "awaiting_verification", "stale"])
def test_week_with_something_to_do_is_not_quiet(what: str) -> None:
    assert not figures(open=1, **{what: 1}).is_quiet


def test_week_with_open_items_alone_is_quiet() -> None:
    assert figures(open=14, created=2, deferred=3, private=1).is_quiet


def test_backlog_grows_by_what_was_created_and_not_ended() -> None:
    assert figures(created=2, ended=5).grew_by == -3


def test_item_stands_under_one_heading_overdue_before_due_before_what_nobody_ranked() -> None:
    late, due, later = item(number=1, due=TODAY - timedelta(days=1)), item(number=2, due=TODAY), item(number=3)
    unranked = item(number=4, impact=None)
    waits = item(number=5, due=TODAY - timedelta(days=9))
    shown = digest(items=(late, due, later, unranked), awaiting=(waits,), figures=figures(open=5, overdue=2))
    found = {section: [one.number for one in items] for section, items in shown.sections.items()}
    assert found == {
        Section.OVERDUE: [1], Section.DUE: [2], Section.WAITING: [5], Section.UNRANKED: [4], Section.FIRST: [3],
    }  # fmt: skip
    assert list(found) == list(Section)
    assert shown.in_all(Section.OVERDUE) == 1  # the other one waits for a decision


def test_ten_are_named_the_first_by_rank_and_some_of_each_heading() -> None:
    wins = [item(number=number, due=TODAY + timedelta(days=60)) for number in range(1, 21)]
    late = [item(number=number, due=TODAY - timedelta(days=2), impact=1) for number in range(30, 40)]
    due = [item(number=number, due=TODAY + timedelta(days=3), impact=1) for number in range(40, 42)]
    numbers = [one.number for one in chosen([*due, *late, *wins], TODAY, elsewhere={1, 30})]
    assert numbers == [2, 3, 4, 5, 6, 31, 32, 33, 40, 41]


@pytest.mark.parametrize(("days", "said"), [(13, 0), (14, 14), (40, 40)])
def test_standstill_is_said_from_two_weeks_on(days: int, said: int) -> None:
    moved = NOW - timedelta(days=days, minutes=1)
    assert digest(figures=figures(open=3, moved_at=moved)).days_still == said
    assert digest(figures=figures(open=0, moved_at=moved)).days_still == 0


def test_deferred_item_that_waits_for_approval_is_not_taken_from_what_is_due() -> None:
    rest = item(number=1, state=State.DEFERRED, due=TODAY)
    shown = digest(items=(item(number=2, due=TODAY),), awaiting=(rest,), figures=figures(open=1, due_this_week=1))
    assert shown.in_all(Section.DUE) == 1
