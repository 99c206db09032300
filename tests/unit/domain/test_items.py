"""What may be done to an item, and what its history gets: one rule of `bot.domain.item` at a time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.assign import assign
from bot.domain.close import close
from bot.domain.due import move_due_date
from bot.domain.edit import edit
from bot.domain.errors import Refused
from bot.domain.implement import implement
from bot.domain.item import TEXT_LIMIT, TITLE_LIMIT, Item, Moved
from bot.domain.item_values import Blocked, Ending, Implementation, Verified
from bot.domain.lifecycle import ENDED, Action, State
from bot.domain.new import check_draft
from bot.domain.reopen import reopen
from bot.domain.start import start
from bot.domain.update import update
from bot.domain.verify import verify
from tests.builders import DUE, LINK, NOW, TODAY, by, draft, evidence, item

LATER = NOW + timedelta(days=40)
LIVING = sorted(set(State) - ENDED - {State.DECLINED})
GONE = sorted(ENDED | {State.DECLINED})


def refused_field(act: Any, *args: Any) -> str | None:
    with pytest.raises(Refused) as caught:
        act(*args)
    return caught.value.field


def implemented() -> Item:
    return item(state=State.IMPLEMENTED, implementation=Implementation(NOW, LINK, TODAY))


# Creating


def test_proper_draft_is_accepted() -> None:
    check_draft(draft(), TODAY)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * (TITLE_LIMIT + 1)),
        ("verification", ""),
        ("verification", "x" * (TEXT_LIMIT + 1)),
        ("details", "x" * 10_000),
        ("root_cause", "x" * (TEXT_LIMIT + 1)),
        ("references", "x" * (TEXT_LIMIT + 1)),
        ("due", TODAY - timedelta(days=1)),
    ],
)
def test_draft_is_refused_beside_the_field_that_is_wrong(field: str, value: object) -> None:
    assert refused_field(check_draft, draft(**{field: value}), TODAY) == field


@pytest.mark.parametrize("changes", [{"due": TODAY}, {"title": "x" * TITLE_LIMIT}, {"details": "x" * TEXT_LIMIT}])
def test_limits_of_a_draft_are_inclusive(changes: dict[str, Any]) -> None:
    check_draft(draft(**changes), TODAY)


# Starting, implementing


def test_starting_notes_when() -> None:
    started = start(item(), by(at=LATER)).item
    assert (started.state, started.started_at) == (State.IN_PROGRESS, LATER)


def test_blocked_item_cannot_be_started() -> None:
    with pytest.raises(Refused, match="AI-12 is blocked") as caught:
        start(item(blocked=Blocked()), by())
    assert caught.value.next_step is Action.UNBLOCK


def test_blocked_item_that_was_started_says_so_rather_than_blocked() -> None:
    with pytest.raises(Refused, match="already in progress"):
        start(item(blocked=Blocked(), state=State.IN_PROGRESS), by())


def test_implementing_keeps_the_change_and_since_when() -> None:
    moved = implement(item(state=State.IN_PROGRESS), by(), LINK, TODAY, TODAY)
    assert (moved.item.state, moved.item.implementation) == (State.IMPLEMENTED, Implementation(NOW, LINK, TODAY))
    assert moved.change.detail == {"change_url": LINK, "in_production_since": TODAY.isoformat()}


def test_implemented_is_not_ended() -> None:
    moved = implement(item(state=State.IN_PROGRESS), by(), LINK, TODAY, TODAY).item
    assert moved.is_open
    assert not moved.has_ended


@pytest.mark.parametrize("text", ["", "merged", "ftp://example.com/x", "https://", f"{LINK} and more", "javascript:1"])
def test_implementing_asks_for_a_link(text: str) -> None:
    act = (implement, item(state=State.IN_PROGRESS), by(), text, TODAY, TODAY)
    assert refused_field(*act) == "change_url"


def test_what_is_not_yet_in_production_is_not_implemented() -> None:
    tomorrow = TODAY + timedelta(days=1)
    act = (implement, item(state=State.IN_PROGRESS), by(), LINK, tomorrow, TODAY)
    assert refused_field(*act) == "in_production_since"


# Verifying


def test_verifying_keeps_who_when_how_and_what_would_tell() -> None:
    verified = verify(implemented(), by("U0AISHA", LATER), evidence()).item
    assert verified.state is State.VERIFIED
    assert verified.verified == Verified(LATER, "U0AISHA", evidence().method, "It fired after 5 minutes", LINK)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"evidence": ""}, "evidence"),
        ({"would_know": True, "guard": ""}, "guard"),
        ({"would_know": False, "why_not": ""}, "why_not"),
    ],
)
def test_verifying_needs_evidence_and_a_guard_or_a_reason(changes: dict[str, Any], field: str) -> None:
    assert refused_field(verify, implemented(), by(), evidence(**changes)) == field


def test_no_guard_is_accepted_with_a_reason() -> None:
    shown = evidence(would_know=False, guard="", why_not="The service is retired in March")
    verified = verify(implemented(), by(), shown).item.verified
    assert verified
    assert verified.no_guard_because == "The service is retired in March"


def test_what_does_not_work_needs_neither_evidence_nor_a_guard() -> None:
    shown = evidence(works=False, evidence="", guard="", why_not="")
    assert verify(implemented(), by(), shown).item.state is State.IN_PROGRESS


@pytest.mark.parametrize(("who", "is_owner"), [("U0PRIYA", True), ("U0AISHA", False)])
def test_history_knows_whether_the_owner_verified_their_own_item(who: str, is_owner: bool) -> None:
    assert verify(implemented(), by(who), evidence()).change.detail["by_owner"] is is_owner


def test_failed_verification_sends_it_back_without_asking_for_a_guard() -> None:
    moved = verify(implemented(), by(), evidence(works=False, guard=""))
    assert moved.item.state is State.IN_PROGRESS
    assert (moved.change.action, moved.change.why) == (Action.FAIL_VERIFICATION, "It fired after 5 minutes")
    assert moved.item.verified is None


# Closing, reopening


def test_closing_notes_when_and_links_the_postmortem() -> None:
    closed = close(item(state=State.VERIFIED), by(at=LATER), LINK).item
    assert (closed.state, closed.ending, closed.postmortem_url) == (State.CLOSED, Ending(LATER), LINK)


def test_closing_asks_for_the_postmortem() -> None:
    assert refused_field(close, item(state=State.VERIFIED), by(), "see the wiki") == "postmortem_url"


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (State.CLOSED, State.IN_PROGRESS),
        (State.RISK_ACCEPTED, State.NOT_STARTED),
        (State.WONT_DO, State.NOT_STARTED),
    ],
)
def test_reopened_item_is_open_and_shows_no_old_evidence(state: State, to: State) -> None:
    ended = item(state=state, ending=Ending(NOW), verified=Verified(NOW, "U0AISHA", evidence="seen"))
    again = reopen(ended, by(), "It happened again").item
    assert (again.state, again.ending, again.verified) == (to, None, None)


@pytest.mark.parametrize(
    "undone",
    [
        lambda: verify(implemented(), by(), evidence(works=False)),
        lambda: reopen(replace(implemented(), state=State.CLOSED), by(), "It happened again"),
    ],
)
def test_what_was_in_production_is_a_matter_of_the_history_once_it_is_undone(undone: Callable[[], Moved]) -> None:
    again = undone().item
    assert again.implementation is None


def test_reopening_asks_why() -> None:
    assert refused_field(reopen, item(state=State.CLOSED), by(), "") == "why"


# What changes no state


@pytest.mark.parametrize("state", LIVING)
def test_item_that_has_not_ended_takes_an_update(state: State) -> None:
    moved = update(item(state=state), by(at=LATER), "Half of it is done")
    assert (moved.item.state, moved.item.last_progress_at) == (state, LATER)
    assert moved.change.why == "Half of it is done"


@pytest.mark.parametrize("state", GONE)
@pytest.mark.parametrize(
    "act",
    [
        lambda ended: update(ended, by(), "x"),
        lambda ended: assign(ended, by(), "U0AISHA", "x"),
        lambda ended: move_due_date(ended, by(), DUE + timedelta(days=1), "x", TODAY),
        lambda ended: edit(ended, by(), draft(title="x")),
    ],
)
def test_ended_item_stays_as_it_is(state: State, act: Any) -> None:
    with pytest.raises(Refused, match="has ended"):
        act(item(state=state))


@pytest.mark.parametrize("state", GONE)
def test_ended_item_is_sent_to_reopen_only_where_that_is_possible(state: State) -> None:
    with pytest.raises(Refused) as caught:
        update(item(state=state), by(), "x")
    can_be_reopened = state in (State.CLOSED, State.RISK_ACCEPTED, State.WONT_DO)
    assert ("Reopen it first" in caught.value.reason) == can_be_reopened
    assert (caught.value.next_step is Action.REOPEN) == can_be_reopened


@pytest.mark.parametrize("what", ["", "x" * (TEXT_LIMIT + 1)])
def test_update_says_what_happened_in_so_many_characters(what: str) -> None:
    assert refused_field(update, item(), by(), what) == "what"


def test_assigning_keeps_the_old_owner_in_history() -> None:
    moved = assign(item(), by(), "U0AISHA", "Priya moved to Search")
    assert moved.item.owner == "U0AISHA"
    assert moved.change.detail == {"owner": {"from": "U0PRIYA", "to": "U0AISHA"}}


@pytest.mark.parametrize(("owner", "why", "field"), [("U0PRIYA", "x", "owner"), ("U0AISHA", "", "why")])
def test_assigning_needs_somebody_else_and_a_reason(owner: str, why: str, field: str) -> None:
    assert refused_field(assign, item(), by(), owner, why) == field


def test_later_due_date_is_a_slip_and_keeps_the_original() -> None:
    moved = move_due_date(item(), by(), DUE + timedelta(days=7), "Waits for Search", TODAY).item
    assert (moved.due, moved.original_due, moved.slips) == (DUE + timedelta(days=7), DUE, 1)


def test_earlier_due_date_is_no_slip_and_needs_no_reason() -> None:
    moved = move_due_date(item(), by(), DUE - timedelta(days=1), "", TODAY)
    assert moved.item.slips == 0
    assert moved.change.detail == {"due": {"from": "2026-12-04", "to": "2026-12-03"}}


@pytest.mark.parametrize(
    ("due", "why", "field"),
    [(DUE, "x", "due"), (TODAY - timedelta(days=1), "x", "due"), (DUE + timedelta(days=1), "", "why")],
)
def test_due_date_moves_to_a_coming_day_and_later_with_a_reason(due: date, why: str, field: str) -> None:
    assert refused_field(move_due_date, item(), by(), due, why, TODAY) == field


def test_editing_keeps_what_it_was_before() -> None:
    moved = edit(item(), by(), draft(title="Alert earlier", impact=5))
    assert moved.change.detail == {
        "title": {"from": item().title, "to": "Alert earlier"},
        "impact": {"from": 4, "to": 5},
    }


def test_editing_neither_moves_the_owner_nor_the_due_date() -> None:
    edited = edit(item(), by(), draft(details="more", owner="U0AISHA", due=TODAY)).item
    assert (edited.owner, edited.due) == ("U0PRIYA", DUE)


def test_editing_an_overdue_item_does_not_complain_of_its_due_date() -> None:
    overdue = item(due=TODAY - timedelta(days=9))
    assert edit(overdue, by(), draft(details="more")).item.details == "more"


def test_editing_nothing_is_refused() -> None:
    assert refused_field(edit, item(), by(), draft()) == "title"


def test_editing_to_nothing_is_refused_beside_the_field() -> None:
    assert refused_field(edit, item(), by(), draft(verification="")) == "verification"
