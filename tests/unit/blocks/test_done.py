"""What somebody reads who has just done something to an item."""

import pytest

from bot.blocks.approve import APPROVED, ASKED, ASKS, WANTS
from bot.blocks.done import DEPENDS, NOW, created, done
from bot.domain.item_values import Deferral
from bot.domain.lifecycle import Action, State
from bot.domain.request import WORDS, Request
from tests import builders
from tests.builders import TODAY, change, item, names


def test_every_action_has_its_sentence() -> None:
    assert set(Action) - {*NOW} == DEPENDS


@pytest.mark.parametrize("action", Action)
def test_whatever_was_done_is_said_in_one_line(action: Action) -> None:
    said = done(item(deferral=Deferral(revisit_on=TODAY)), change(action=action), ["U0MARCO"], names)
    assert said.endswith("Marco Rossi was told.")
    assert "AI-" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([], ""),
        (["U0MARCO"], "Marco Rossi was told."),
        (["U0MARCO", "U0PRIYA"], "Marco Rossi and Priya Raman were told."),
        (["U0MARCO", "U0PRIYA", "U0AISHA"], "3 people were told."),
    ],
)
def test_two_are_named_and_more_are_counted(told: list[str], words: str) -> None:
    assert done(item(), change(action=Action.BLOCK), told, names) == f"*AI-12* is blocked. {words}".rstrip()


def test_answer_to_an_edit_names_the_request_that_waits_besides() -> None:
    moves = Request("T0ACME", 1, 12, Action.MOVE, "U0PRIYA", "U0MARCO", builders.NOW)
    said = done(item(request=moves), change(action=Action.EDIT), ["U0MARCO"], names, asks_too=True)
    assert said == "*AI-12* is changed. Its move to another team waits for Marco Rossi. Marco Rossi was told."


def test_incident_that_is_called_after_its_channel_is_asked_for_its_title() -> None:
    assert "is called “2050 dns” after its channel" in created(item(incident_title="2050 dns"), [], names)
    assert "after its channel" not in created(item(incident_title="Checkout down, 3 Nov"), [], names)


def test_idea_is_no_commitment() -> None:
    assert "is kept as an idea" in created(item(state=State.FUTURE_CONSIDERATION), ["U0MARCO"], names)


@pytest.mark.parametrize("action", sorted(WORDS))
def test_every_request_has_its_words_for_who_decides_and_who_asked(action: Action) -> None:
    for said in (WANTS, ASKS, ASKED, APPROVED):
        assert action in said
