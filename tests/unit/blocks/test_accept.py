"""The message that asks somebody to own an item says what became of it, and offers nothing that is over."""

from collections.abc import Sequence

import pytest

from bot.blocks.accept import asked_owner, asked_owner_text
from bot.domain.accept import Asking
from bot.domain.item import Item
from bot.domain.lifecycle import Change, State
from tests.builders import change, item, names
from tests.unit.blocks.drawn import accepted

TITLE = "Cap the retry queue"
TO_MARCO = {"owner": {"from": "U0AISHA", "to": "U0MARCO"}}


def drawn(of: Item, since: Sequence[Change] = ()) -> str:
    """The message to Aisha, whom Priya asked."""
    asking = Asking(of, "U0AISHA", "U0PRIYA", since)
    text = asked_owner_text(asking, 0, names)
    return accepted(asked_owner(asking, text), text)


def aishas(**changes: object) -> Item:
    return item(title=TITLE, owner="U0AISHA", **changes)


def test_it_asks_while_it_waits() -> None:
    said = drawn(aishas(awaits_acceptance=True))
    assert "asks you to own" in said
    assert "Cannot take it" in said


def test_what_was_accepted_offers_what_an_owner_can_do() -> None:
    said = drawn(aishas(), [change(action="accept", by="U0AISHA")])
    assert "You now own" in said
    assert "Update" in said
    assert "confirmed" not in said
    assert "Accept" not in said.replace("Accept the risk", "")


def test_who_accepted_for_the_owner_is_named() -> None:
    assert f"{names('U0MARCO')} confirmed it for you" in drawn(aishas(), [change(action="accept", by="U0MARCO")])


@pytest.mark.parametrize("state", [State.WONT_DO, State.MERGED, State.RISK_ACCEPTED])
def test_what_ended_before_it_was_answered_asks_no_more(state: State) -> None:
    said = drawn(aishas(awaits_acceptance=True, state=state))
    assert "there is nothing to answer" in said
    assert "Cannot take it" not in said


@pytest.mark.parametrize(
    ("action", "by", "words"),
    [
        ("assign", "U0AISHA", "You handed"),
        ("assign", "U0PRIYA", "has another owner now"),
        ("hand_back", "U0AISHA", "You could not take"),
    ],
)
def test_what_went_to_somebody_else_leaves_no_buttons(action: str, by: str, words: str) -> None:
    said = drawn(item(title=TITLE, owner="U0MARCO"), [change(action=action, by=by, why="On leave", detail=TO_MARCO)])
    assert words in said
    assert TITLE in said
    assert "button" not in said


def test_who_may_not_know_of_a_private_item_any_more_reads_neither_title_nor_owner() -> None:
    gone = item(title=TITLE, owner="U0MARCO", private=True)
    said = drawn(gone, [change(action="assign", by="U0PRIYA", detail=TO_MARCO)])
    assert gone.label in said
    assert TITLE not in said
    assert names("U0MARCO") not in said
