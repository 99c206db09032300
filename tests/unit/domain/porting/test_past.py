"""The history that times alone tell."""

from datetime import date, datetime
from typing import Any

import pytest

from bot.domain.lifecycle import State
from bot.domain.porting.past import contradictions, moved_due_date, past, shape_of, with_its_end
from bot.domain.porting.row import Row
from tests.unit.domain.porting.rows import CREATED, day, row


def told(found: Row) -> list[tuple[str, str, datetime]]:
    assert contradictions(found) == []
    return [(str(step.action), step.after.value, getattr(found, step.at)) for step in past(shape_of(found))]


def test_closed_item_has_a_line_for_every_time() -> None:
    times = {"started_at": day(1), "implemented_at": day(2), "verified_at": day(3), "ended_at": day(4)}
    assert told(row(state=State.CLOSED, **times)) == [
        ("create", "not_started", CREATED),
        ("start", "in_progress", day(1)),
        ("implement", "implemented", day(2)),
        ("verify", "verified", day(3)),
        ("close", "closed", day(4)),
    ]


def test_what_is_not_known_is_not_made_up() -> None:
    found = past(shape_of(row(state=State.CLOSED, ended_at=day(4))))
    assert [(step.before, step.after) for step in found] == [
        (None, State.NOT_STARTED),
        (State.NOT_STARTED, State.CLOSED),
    ]


@pytest.mark.parametrize(
    ("state", "action"),
    [(State.RISK_ACCEPTED, "risk"), (State.WONT_DO, "drop"), (State.MERGED, "merge"), (State.CLOSED, "close")],
)
def test_each_ending_is_dated_by_ended_at(state: State, action: str) -> None:
    assert told(row(state=state, ended_at=day(4)))[-1] == (action, state.value, day(4))


@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.IMPLEMENTED, State.VERIFIED])
def test_state_without_its_time_began_after_all_that_is_known(state: State) -> None:
    assert told(row(state=state))[-1][1:] == (state.value, CREATED)
    assert told(row(state=state, last_progress_at=day(3)))[-1][1:] == (state.value, day(3))


def test_deferred_item_was_deferred_at_its_time() -> None:
    assert told(row(state=State.DEFERRED, started_at=day(1), deferred_at=day(2)))[1:] == [
        ("start", "in_progress", day(1)), ("defer", "deferred", day(2)),
    ]  # fmt: skip


def test_deferral_that_ended_is_part_of_the_past() -> None:
    found = told(row(state=State.CLOSED, deferred_at=day(1), started_at=day(2), ended_at=day(3)))
    assert [state for _, state, _ in found] == ["not_started", "deferred", "in_progress", "closed"]


@pytest.mark.parametrize("state", [State.NOT_STARTED, State.IN_PROGRESS])
def test_deferred_item_that_goes_on_was_resumed_by_its_latest_progress(state: State) -> None:
    started = {"started_at": day(1)} if state is State.IN_PROGRESS else {}
    found = told(row(state=state, **started, deferred_at=day(2), last_progress_at=day(5)))
    assert found[-2:] == [("defer", "deferred", day(2)), ("resume", state.value, day(5))]


@pytest.mark.parametrize("progress", [None, day(1), day(2)])
def test_deferral_that_nothing_followed_contradicts_an_open_state(progress: datetime | None) -> None:
    assert contradictions(row(deferred_at=day(2), last_progress_at=progress)) == [
        "deferred_at is its latest time, but the state is not_started: correct one of them"
    ]


def test_reopened_item_keeps_its_start() -> None:
    found = told(row(state=State.NOT_STARTED, started_at=day(1), last_progress_at=day(5)))
    assert found[-1] == ("reopen", "not_started", day(5))


def test_present_due_date_counts_from_the_beginning() -> None:
    first, now = date(2026, 2, 1), date(2026, 3, 1)
    assert told(row(due=now, original_due=first))[1] == ("due", "not_started", CREATED)
    assert moved_due_date(first, now)["due"] == {"from": "2026-02-01", "to": "2026-03-01"}


def test_blocked_since_it_last_moved() -> None:
    found = told(row(state=State.IN_PROGRESS, started_at=day(2), blocked=True))
    assert found[-1] == ("block", "in_progress", day(2))


@pytest.mark.parametrize(
    ("times", "lines"),
    [
        ({}, [("create", "future_consideration"), ("decline", "declined")]),
        ({"ended_at": day(2)}, [("create", "future_consideration"), ("decline", "declined")]),
    ],
)
def test_declined_idea_was_an_idea(times: dict[str, Any], lines: list[tuple[str, str]]) -> None:
    assert [line[:2] for line in told(row(state=State.DECLINED, **times))] == lines


def test_idea_has_one_line() -> None:
    assert told(row(state=State.FUTURE_CONSIDERATION)) == [("create", "future_consideration", CREATED)]


@pytest.mark.parametrize(
    ("state", "column"), [(State.CLOSED, "ended_at"), (State.WONT_DO, "ended_at"), (State.DEFERRED, "deferred_at")]
)
def test_state_that_is_over_and_does_not_say_since_when_began_with_the_latest_known_time(
    state: State, column: str
) -> None:
    assert getattr(with_its_end(row(state=state)), column) == CREATED
    assert getattr(with_its_end(row(state=state, started_at=day(2), last_progress_at=day(3))), column) == day(3)
    assert getattr(with_its_end(row(state=state)._replace(**{column: day(1)})), column) == day(1)
