"""Merging and its “Undo”, as rules: what an item keeps, what comes back, and what somebody has changed since stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Refused
from bot.domain.item import By
from bot.domain.item_values import Blocked, BlockReason
from bot.domain.lifecycle import State
from bot.domain.merge import (
    UNDO_FOR,
    Staying,
    check_undo,
    give_back,
    kept_of,
    kept_up,
    marks,
    merge,
    not_put_back,
    put_back,
    take_in,
)
from bot.domain.move import needs_its_lead
from tests.builders import DUE, NOW, TODAY, by, item

INTO = item(number=7, title="Cap every queue")
LATER = DUE + timedelta(days=9)
BIGGER = Staying("Cap all queues of all workers", INTO.owner, LATER, 5)


@pytest.mark.parametrize("state", [State.NOT_STARTED, State.IN_PROGRESS])
@pytest.mark.parametrize("blocked", [None, Blocked(BlockReason.ANOTHER_TEAM, NOW, "A metric", "U0STEN", "none")])
def test_merged_item_comes_back_as_it_was(state: State, blocked: Blocked | None) -> None:
    was = item(state=state, blocked=blocked, last_progress_at=NOW - timedelta(days=40))
    merged = merge(was, by(), INTO, taken_in=5)
    assert (merged.item.state, merged.item.blocked) == (State.MERGED, None)
    back = put_back(merged.item, by(at=NOW + timedelta(hours=1)), merged.change)
    assert back
    assert back.item == was


def test_merged_idea_is_declined_and_undo_makes_it_an_idea_again() -> None:
    merged = merge(item(state=State.FUTURE_CONSIDERATION), by(), INTO, taken_in=5)
    assert merged.item.state is State.DECLINED
    assert merged.item.ending
    assert merged.item.ending.merged_into == INTO.number
    back = put_back(merged.item, by(at=NOW + timedelta(hours=1)), merged.change)
    assert back
    assert back.item.state is State.FUTURE_CONSIDERATION


def test_ideas_are_merged_into_one_and_an_item_never_into_an_idea() -> None:
    idea, other = (item(state=State.FUTURE_CONSIDERATION, number=number) for number in (8, 9))
    merged = merge(idea, by(), other)
    assert (merged.item.state, merged.item.ending and merged.item.ending.merged_into) == (State.DECLINED, 9)
    with pytest.raises(Refused, match=r"AI-9 is an idea\. Promote it first, or merge it into AI-12"):
        merge(item(number=12), by(), other)


def test_what_did_not_end_by_that_merge_is_left_alone() -> None:
    first = merge(item(), by(), INTO, taken_in=5)
    again = merge(item(), by(at=NOW + timedelta(hours=1)), INTO, taken_in=6)
    assert put_back(again.item, by(), first.change) is None
    assert put_back(item(), by(), first.change) is None


def test_one_that_stays_is_as_it_was_before_but_for_what_others_changed_since() -> None:
    taken = take_in(INTO, by(), BIGGER, 2, "", TODAY)
    assert (taken.item.title, taken.item.due, taken.item.effort, taken.item.slips) == (BIGGER.title, LATER, 5, 1)
    assert replace(give_back(taken.item, by(), taken.change, 5, 2).item) == INTO
    renamed = replace(taken.item, title="Cap the queues that overflowed")
    back = give_back(renamed, by(), taken.change, 5, 2).item
    assert back == replace(INTO, title=renamed.title)
    assert not_put_back(back, taken.change) == ["title"]


def test_history_of_the_one_that_stays_names_nothing_that_was_merged() -> None:
    taken = take_in(INTO, by(), kept_of(INTO), 2, "", TODAY)
    assert taken.change.detail == {"count": 2}


def test_what_the_form_left_as_it_was_shown_stays_as_it_is_now() -> None:
    now = replace(INTO, title="Cap every queue at 500", owner="U0AISHA")
    typed = replace(kept_of(INTO), effort=5)
    assert kept_up(typed, marks(kept_of(INTO)), kept_of(now)) == replace(kept_of(now), effort=5)


def test_undo_lasts_a_day_and_is_done_once() -> None:
    taken = take_in(INTO, by(), kept_of(INTO), 1, "", TODAY).change
    check_undo(taken, NOW + UNDO_FOR, None)
    with pytest.raises(Refused, match="that is over"):
        check_undo(taken, NOW + UNDO_FOR + timedelta(seconds=1), None)
    with pytest.raises(Refused, match="undone already: Marco Rossi did that"):
        check_undo(taken, NOW, "Marco Rossi")


def test_merging_into_another_team_is_for_who_decides_about_the_item() -> None:
    theirs, ours = item(team_id=1, team_name="Payments"), replace(INTO, team_id=2)
    with pytest.raises(Refused, match="Only the lead of Payments or an admin"):
        merge(theirs, by(), ours)
    assert merge(theirs, By("U0MARCO", NOW, decides=True), ours).item.state is State.MERGED
    assert merge(item(team_id=None), by(), ours).item.state is State.MERGED


@pytest.mark.parametrize(("team_id", "to", "decides", "needs"), [
    (1, 2, False, True), (1, None, False, True), (1, 2, True, False), (1, 1, False, False), (None, 2, False, False),
])  # fmt: skip
def test_leaving_a_team_needs_its_lead(team_id: int | None, to: int | None, decides: bool, needs: bool) -> None:
    assert needs_its_lead(item(team_id=team_id), By("U0PRIYA", NOW, decides=decides), to) is needs
