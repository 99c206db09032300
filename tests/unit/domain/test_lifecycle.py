"""Every action in every state: where it leads, or what the refusal says."""

from itertools import pairwise, product

import pytest

from bot.domain.errors import Refused
from bot.domain.lifecycle import ENDED, OPEN, ORDER, PARKED, TRANSITIONS, Action, LastMove, State, after, next_step

NEW, DOING, DONE, SHOWN, CLOSED = ORDER
DEFERRED, RISK, DROPPED, MERGED = State.DEFERRED, State.RISK_ACCEPTED, State.WONT_DO, State.MERGED
IDEA, DECLINED = State.FUTURE_CONSIDERATION, State.DECLINED

CONTRACT = {
    # not_started → in_progress → implemented → verified → closed; no skipping
    (NEW, Action.START): DOING,
    (DOING, Action.IMPLEMENT): DONE,
    (DONE, Action.VERIFY): SHOWN,
    (SHOWN, Action.CLOSE): CLOSED,
    # implemented → in_progress when verification fails; closed → in_progress by reopen
    (DONE, Action.FAIL_VERIFICATION): DOING,
    (CLOSED, Action.REOPEN): DOING,
    # from not_started and in_progress: deferred, risk_accepted, wont_do, merged
    (NEW, Action.DEFER): DEFERRED,
    (DOING, Action.DEFER): DEFERRED,
    (NEW, Action.ACCEPT_RISK): RISK,
    (DOING, Action.ACCEPT_RISK): RISK,
    (NEW, Action.DROP): DROPPED,
    (DOING, Action.DROP): DROPPED,
    (NEW, Action.MERGE): MERGED,
    (DOING, Action.MERGE): MERGED,
    # deferred → risk_accepted, wont_do (resume: where it came from); both → not_started by reopen
    (DEFERRED, Action.DEFER): DEFERRED,
    (DEFERRED, Action.ACCEPT_RISK): RISK,
    (DEFERRED, Action.DROP): DROPPED,
    (RISK, Action.REOPEN): NEW,
    (DROPPED, Action.REOPEN): NEW,
    # future_consideration → not_started (promote), declined
    (IDEA, Action.PROMOTE): NEW,
    (IDEA, Action.DECLINE): DECLINED,
    # An idea was never an item: merged, it is declined and counted as nothing
    (IDEA, Action.MERGE): DECLINED,
    # “Choose”: what is unticked to make room becomes an idea
    (NEW, Action.SET_ASIDE): IDEA,
}
MOVES = sorted({action for _, action in CONTRACT})
"""What moves a state. `resume` does too, but back to where the deferral came from: not a matter of the state alone."""
FORBIDDEN = [(state, action) for state, action in product(State, MOVES) if (state, action) not in CONTRACT]


def refusal(state: State, action: Action, last: LastMove | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        after(state, action, "AI-12", last)
    return caught.value


def test_the_table_is_the_contract() -> None:
    assert dict(TRANSITIONS) == CONTRACT


@pytest.mark.parametrize(("state", "action"), CONTRACT)
def test_allowed_action_leads_where_the_contract_says(state: State, action: Action) -> None:
    assert after(state, action, "AI-12") is CONTRACT[state, action]


@pytest.mark.parametrize(("state", "action"), FORBIDDEN)
def test_forbidden_action_is_refused_by_name_with_the_next_step(state: State, action: Action) -> None:
    refused = refusal(state, action)
    assert refused.reason.startswith("AI-12 ")
    assert state.words in refused.reason or "yet" in refused.reason
    assert refused.next_step == next_step(state)


@pytest.mark.parametrize(("state", "action"), FORBIDDEN)
def test_refusal_reads_as_calm_sentences(state: State, action: Action) -> None:
    words = refusal(state, action, LastMove("Priya", next(iter(CONTRACT))[1])).reason
    assert words.endswith(".")
    assert not set("!_") & set(words)
    assert "  " not in words


@pytest.mark.parametrize("first", [move for move in MOVES if move is not Action.DEFER])  # its own test: `decisions`
def test_second_person_is_told_what_the_first_did(first: Action) -> None:
    reached = next(to for (_, action), to in CONTRACT.items() if action is first)
    refused = refusal(reached, first, LastMove("Priya", first))
    assert "Priya did that" in refused.reason
    assert "Nothing was changed" in refused.reason


@pytest.mark.parametrize(
    ("state", "action", "last", "words"),
    [
        (CLOSED, Action.VERIFY, ("Kim", "close"), "Kim closed it"),
        (DROPPED, Action.IMPLEMENT, ("Kim", "drop"), "Kim dropped it"),
        (DOING, Action.VERIFY, ("Kim", "fail_verification"), "Kim sent it back"),
        (RISK, Action.START, ("Kim", "risk"), "Kim accepted its risk"),
        (DONE, Action.START, ("Kim", "implement"), "Kim marked it as implemented"),
    ],
)
def test_who_comes_too_late_is_told_who_moved_it(
    state: State, action: Action, last: tuple[str, str], words: str
) -> None:
    assert words in refusal(state, action, LastMove(*last)).reason


@pytest.mark.parametrize(
    ("state", "action", "words"),
    [
        (DONE, Action.CLOSE, "AI-12 cannot be closed yet: nobody has verified it."),
        (NEW, Action.IMPLEMENT, "AI-12 cannot be marked as implemented yet: nobody has started it."),
        (DOING, Action.VERIFY, "AI-12 cannot be verified yet: it is not in production yet."),
        (SHOWN, Action.START, "AI-12 is verified and cannot be started. Next it can be closed."),
        (MERGED, Action.REOPEN, "AI-12 is merged and cannot be reopened. It has ended."),
        (SHOWN, Action.VERIFY, "AI-12 is already verified. Nothing was changed."),
    ],
)
def test_refusal_says_what_is_missing(state: State, action: Action, words: str) -> None:
    assert refusal(state, action).reason == words


@pytest.mark.parametrize("state", [NEW, DOING])
def test_item_that_was_never_closed_is_not_called_reopened(state: State) -> None:
    assert "already" not in refusal(state, Action.REOPEN).reason


@pytest.mark.parametrize(("state", "step"), [(state, next_step(state)) for state in State if next_step(state)])
def test_next_step_is_one_that_is_allowed(state: State, step: Action) -> None:
    assert step is Action.RESUME or (state, step) in CONTRACT


def test_no_state_on_the_way_to_closed_is_skipped() -> None:
    ways = {(before, to) for (before, _), to in CONTRACT.items() if before in ORDER and to in ORDER}
    forward = {(before, to) for before, to in ways if ORDER.index(to) > ORDER.index(before)}
    assert forward == set(pairwise(ORDER))


def test_every_state_is_open_parked_ended_or_an_idea() -> None:
    assert sorted([*OPEN, *PARKED, *ENDED, IDEA, DECLINED]) == sorted(State)
    assert CLOSED not in OPEN
    assert DONE in OPEN


@pytest.mark.parametrize(
    ("state", "words"), [(DROPPED, "will not do"), (RISK, "risk accepted"), (DOING, "in progress"), (CLOSED, "closed")]
)
def test_states_are_said_as_people_say_them(state: State, words: str) -> None:
    assert state.words == words


def test_idea_is_called_one_where_something_cannot_be_done_to_it() -> None:
    said = "AI-12 is an idea (a future consideration) and cannot be started. Next it can be promoted."
    assert refusal(State.FUTURE_CONSIDERATION, Action.START).reason == said
