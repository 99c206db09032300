"""When a team's intake is frozen (contract.md, Measures): by examples, and against a program that knows no spans."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.domain.freeze import Before, Flow, Intake, OpenWork, Sign, control_of, intake
from bot.domain.lifecycle import State
from bot.domain.month import Month, midnight
from bot.domain.span import Facts, Span, first_span, following, instant
from tests import oracle

BERLIN = ZoneInfo("Europe/Berlin")
TEAM = "Payments"
Told = list[tuple[datetime, str, date]]
"""What became of an item: from when on it was in that state, due on that day."""


def at(month: int, day: int, hour: int = 12) -> datetime:
    """In 2026, in Berlin."""
    return datetime(2026, month, day, hour, tzinfo=BERLIN).astimezone(UTC)


def spans_of(items: list[Told]) -> list[Span]:
    """As the product keeps them."""
    found: list[Span] = []
    for told in items:
        first = told[0][2]
        (since, state, due), *rest = told
        spans = [first_span(Facts(1, State(state), due, first, blocked=False), instant(since))]
        for moment, after, day in rest:
            changed = following(spans[-1], Facts(1, State(after), day, first, blocked=False), instant(moment))
            if changed:
                ended, new = changed
                spans[-1:] = [ended, new] if ended else [new]
        found += spans
    return found


def intake_at(items: list[Told], now: datetime, since: Month | None = None) -> Intake | None:
    """By the rule; *since*: as if only what held from that month on had been read."""
    spans = spans_of(items)
    began = [span.since for span in spans if span.standing not in ("future_consideration", "declined")]
    begins = instant(midnight(since.first_day, BERLIN)) if since else 0
    read = [span for span in spans if span.until >= begins and span.since <= instant(now)]
    return intake(read, BERLIN, now, {}, min(began, default=None), since)


def is_frozen(items: list[Told], now: datetime) -> bool:
    found = intake_at(items, now)
    assert found is not None
    return found.freeze is not None


def overdue_since_july(count: int) -> list[Told]:
    return [[(at(7, 1), "not_started", date(2026, 8, 1))] for _ in range(count)]


def test_nothing_is_frozen_in_the_first_two_months_and_from_the_third_on_it_is() -> None:
    items = overdue_since_july(5)
    assert not is_frozen(items, at(8, 31, 23))
    assert is_frozen(items, at(9, 1, 0))


def test_team_without_any_item_is_young_and_open() -> None:
    found = intake_at([], at(9, 1))
    assert found is not None
    assert (found.freeze, found.is_young, found.control.signs) == (None, True, ())


def test_more_created_than_ended_freezes_nothing_while_the_backlog_is_under_control() -> None:
    items: list[Told] = [[(at(10, day), "not_started", date(2026, 12, 20))] for day in range(1, 16)]
    items.append([(at(7, 1), "not_started", date(2026, 8, 1)), (at(7, 9), "closed", date(2026, 8, 1))])
    found = intake_at(items, at(11, 10))
    assert found is not None
    assert found.freeze is None
    assert found.before == Before(Month(2026, 10), Flow(15, 0), 0)


def test_freeze_lasts_until_the_backlog_is_under_control_and_not_until_a_month_goes_well() -> None:
    items = overdue_since_july(6)
    # Three end in October, which is more than were created; three of three are overdue still.
    for item, day in zip(items, (1, 2, 3), strict=False):
        item.append((at(10, day), "closed", item[0][2]))
    assert is_frozen(items, at(11, 5))
    # Moved to later days, what is left is old, but it may be kept: only its age is not on target.
    for item in items[3:]:
        item.append((at(11, 6), "wont_do", item[0][2]))
    assert not is_frozen(items, at(11, 6))


def test_what_was_merged_lifts_nothing_by_having_ended() -> None:
    items = overdue_since_july(6)
    items[0].append((at(10, 3), "merged", items[0][0][2]))
    found = intake_at(items, at(11, 5))
    assert found is not None
    assert found.freeze is not None
    assert found.before == Before(Month(2026, 10), Flow(0, 0), 5)


def test_intake_that_opened_within_a_month_freezes_again_from_the_start_of_one_alone() -> None:
    items = overdue_since_july(1)
    items[0] += [(at(10, 5), "deferred", date(2026, 8, 1)), (at(10, 20), "not_started", date(2026, 8, 1))]
    assert is_frozen(items, at(10, 4))
    assert not is_frozen(items, at(10, 5))
    assert not is_frozen(items, at(10, 31))
    assert is_frozen(items, at(11, 1, 0))


@pytest.mark.parametrize(
    ("backlog", "signs"),
    [
        (OpenWork(0, 0, None), ()),
        (OpenWork(19, 6, 44.9), ()),
        (OpenWork(20, 0, 1.0), (Sign.SIZE,)),
        (OpenWork(1, 0, 45.0), (Sign.AGE,)),
        (OpenWork(18, 7, 1.0), (Sign.OVERDUE,)),
        (OpenWork(33, 32, 70.0), (Sign.SIZE, Sign.AGE, Sign.OVERDUE)),
    ],
)
def test_backlog_is_under_control_when_size_age_and_what_is_overdue_are(
    backlog: OpenWork, signs: tuple[Sign, ...]
) -> None:
    assert control_of(backlog, {}).signs == signs


STATES = ("not_started", "in_progress", "deferred", "closed", "merged", "wont_do", "risk_accepted")


def some_history(random: Random) -> list[Told]:
    """Up to nine items of half a year, of which some end, some move and some begin as ideas."""
    items = []
    for _ in range(random.randint(1, 9)):
        begun = at(random.randint(4, 9), random.randint(1, 28), random.randint(0, 23))
        due = begun.date() + timedelta(days=random.randint(5, 90))
        told: Told = [(begun, random.choice(("not_started", "not_started", "future_consideration")), due)]
        for _ in range(random.randint(0, 3)):
            last = told[-1]
            moment = last[0] + timedelta(days=random.randint(1, 70), hours=random.randint(0, 23))
            reopens = last[1] in ("future_consideration", *oracle.ENDINGS)
            state = "not_started" if reopens else random.choice(STATES)
            told.append((moment, state, last[2] + timedelta(days=random.choice((0, 0, 30)))))
        items.append(told)
    return items


def books_of(items: list[Told]) -> oracle.Books:
    books = oracle.Books({TEAM: str(BERLIN)})
    for number, told in enumerate(items, 1):
        begun, _state, due = told[0]
        states = [(moment, state) for moment, state, _due in told]
        books.items[number] = oracle.Item(TEAM, begun, due, states, [(moment, day) for moment, _state, day in told])
    return books


def cases() -> Iterator[tuple[list[Told], datetime]]:
    random = Random(16)
    for _ in range(400):
        yield some_history(random), at(random.randint(5, 12), random.randint(1, 28), random.randint(0, 23))


def test_any_history_is_frozen_as_the_naive_program_says_also_when_only_the_last_months_are_read() -> None:
    frozen = 0
    for items, now in cases():
        expected = books_of(items).frozen_since(TEAM, now)
        for since in (None, Month(2026, now.month).plus(-3), Month(2026, now.month).plus(-1)):
            found = intake_at(items, now, since)
            if found is None:
                assert since is not None
                continue
            begun = found.freeze.before.month.plus(1).first_day if found.freeze else None
            assert begun == expected, (items, now, since)
        frozen += expected is not None
    assert 50 < frozen < 350
