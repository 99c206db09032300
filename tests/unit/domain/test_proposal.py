"""What a tool may propose to an item's owner, and what it may not."""

from typing import Any

import pytest

from bot.domain.errors import Refused
from bot.domain.lifecycle import State
from bot.domain.proposal import PROPOSED, WAITING, propose_implemented
from tests.builders import by, item

URL = "https://git.example.com/pull/7"
CLAUDE = by("token:claude")


@pytest.mark.parametrize("state", sorted(WAITING))
def test_proposal_is_a_line_of_history_and_moves_no_state(state: State) -> None:
    made = propose_implemented(item(state=state), CLAUDE, URL, asked_before=False)
    assert (made.change.before, made.change.after, made.change.by) == (state, state, "token:claude")
    assert made.change.detail == {PROPOSED: URL}
    assert URL in made.change.why
    assert (made.item.implementation, made.item.last_progress_at) == (None, CLAUDE.at)


@pytest.mark.parametrize("state", sorted(set(State) - WAITING))
def test_nothing_is_proposed_of_what_is_implemented_parked_or_over(state: State) -> None:
    with pytest.raises(Refused):
        propose_implemented(item(state=state), CLAUDE, URL, asked_before=False)


@pytest.mark.parametrize(
    ("url", "more", "words"),
    [
        ("done", {}, "https://"),
        ("", {}, "https://"),
        (f"{URL} {URL}", {}, "https://"),
        (URL + "x" * 1000, {}, "1,000 fit here"),
        (URL, {"asked_before": True}, "asked about this change already"),
    ],
)
def test_proposal_names_one_change_once(url: str, more: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        propose_implemented(item(state=State.IN_PROGRESS), CLAUDE, url, **{"asked_before": False} | more)
