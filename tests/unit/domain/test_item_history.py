"""What each change leaves in the history, what counts as progress, and what an item says of itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.assign import assign
from bot.domain.close import close
from bot.domain.due import move_due_date
from bot.domain.edit import edit
from bot.domain.errors import Refused
from bot.domain.implement import implement
from bot.domain.item import Item, Moved
from bot.domain.item_values import Implementation
from bot.domain.lifecycle import OPEN, LastMove, State
from bot.domain.reopen import reopen
from bot.domain.sentence import seen
from bot.domain.start import start
from bot.domain.update import update
from bot.domain.verify import verify
from tests.builders import DUE, LINK, NOW, TODAY, by, draft, evidence, item

LATER = NOW + timedelta(days=40)


def implemented() -> Item:
    return item(state=State.IMPLEMENTED, implementation=Implementation(NOW, LINK, TODAY))


# History and progress (R51, R67)

STEPS: dict[str, Any] = {
    "start": lambda: start(item(), by(at=LATER)),
    "implement": lambda: implement(item(state=State.IN_PROGRESS), by(at=LATER), LINK, TODAY, TODAY),
    "verify": lambda: verify(implemented(), by(at=LATER), evidence()),
    "fail_verification": lambda: verify(implemented(), by(at=LATER), evidence(works=False)),
    "close": lambda: close(item(state=State.VERIFIED), by(at=LATER), LINK),
    "reopen": lambda: reopen(item(state=State.CLOSED), by(at=LATER), "again"),
    "update": lambda: update(item(), by(at=LATER), "half done"),
}
NOT_PROGRESS: dict[str, Any] = {
    "assign": lambda: assign(item(), by(at=LATER), "U0AISHA", "x"),
    "due": lambda: move_due_date(item(), by(at=LATER), DUE + timedelta(days=1), "x", TODAY),
    "edit": lambda: edit(item(), by(at=LATER), draft(details="more")),
}


@pytest.mark.parametrize(("action", "act"), [*STEPS.items(), *NOT_PROGRESS.items()])
def test_history_says_who_what_when_from_and_to(action: str, act: Any) -> None:
    moved: Moved = act()
    assert (moved.change.action, moved.change.by, moved.change.at) == (action, "U0MARCO", LATER)
    assert moved.change.after is moved.item.state


@pytest.mark.parametrize("act", STEPS.values(), ids=STEPS)
def test_change_of_state_and_update_are_progress(act: Any) -> None:
    assert act().item.last_progress_at == LATER


@pytest.mark.parametrize("act", NOT_PROGRESS.values(), ids=NOT_PROGRESS)
def test_label_date_and_owner_are_no_progress(act: Any) -> None:
    assert act().item.last_progress_at == NOW


def test_refused_change_leaves_the_item_as_it_was() -> None:
    before = item(state=State.CLOSED)
    with pytest.raises(Refused, match="Kim closed it"):
        implement(before, by(last=LastMove("Kim", "close")), LINK, TODAY, TODAY)
    assert before == item(state=State.CLOSED)


# What an item says of itself


@pytest.mark.parametrize(
    ("state", "today", "overdue"),
    [
        (State.NOT_STARTED, DUE, False),
        (State.NOT_STARTED, DUE + timedelta(days=1), True),
        (State.VERIFIED, DUE + timedelta(days=1), True),
        (State.CLOSED, DUE + timedelta(days=1), False),
        (State.DEFERRED, DUE + timedelta(days=1), False),
    ],
)
def test_due_date_is_inclusive_and_only_open_items_are_overdue(state: State, today: date, overdue: bool) -> None:
    assert item(state=state).is_overdue(today) is overdue


@pytest.mark.parametrize(
    ("zone", "day"), [("UTC", 23), ("Pacific/Kiritimati", 24), ("America/Los_Angeles", 23), ("", 23)]
)
def test_day_is_the_one_of_its_team(zone: str, day: int) -> None:
    at = datetime(2026, 11, 23, 20, tzinfo=UTC)
    assert item(team_timezone=zone or "UTC").day(at) == date(2026, 11, day)


@pytest.mark.parametrize("state", State)
def test_open_and_ended_exclude_each_other(state: State) -> None:
    assert not (item(state=state).is_open and item(state=state).has_ended)
    assert item(state=state).is_open == (state in OPEN)


@settings(max_examples=40)
@given(st.text(max_size=40), st.sampled_from(["title", "details", "root_cause"]))
def test_edit_changes_exactly_what_differs(text: str, field: str) -> None:
    if not seen(text) or text == getattr(item(), field):
        return
    moved = edit(item(), by(), draft(**{field: text}))
    assert moved.item == replace(item(), **{field: text})
