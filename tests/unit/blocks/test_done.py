"""Whatever somebody does to an item is answered in a line."""

import pytest

from bot.blocks.approve import APPROVED, ASKED, ASKS, WANTS
from bot.blocks.done import done
from bot.domain.lifecycle import Action
from bot.domain.request import WORDS
from tests.builders import change, item, names

ANSWERED_BY_HAND = {Action.APPROVE}
"""What the handler itself answers, and what no change is."""


@pytest.mark.parametrize("action", sorted(set(Action) - ANSWERED_BY_HAND))
def test_every_action_is_answered(action: Action) -> None:
    assert done(item(), change(action=action), ["U0MARCO"], names).endswith("Marco Rossi was told.")


@pytest.mark.parametrize("action", sorted(WORDS))
def test_every_request_has_its_words_for_who_decides_and_who_asked(action: Action) -> None:
    for said in (WANTS, ASKS, ASKED, APPROVED):
        assert action in said
