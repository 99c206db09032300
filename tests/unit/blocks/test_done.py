"""Whatever somebody does to an item is answered in a line."""

import pytest

from bot.blocks.done import done
from bot.domain.lifecycle import Action
from tests.builders import change, item, names

ANSWERED_BY_HAND = {Action.APPROVE}
"""What the handler itself answers, and what no change is."""


@pytest.mark.parametrize("action", sorted(set(Action) - ANSWERED_BY_HAND))
def test_every_action_is_answered(action: Action) -> None:
    assert done(item(), change(action=action), ["U0MARCO"], names).endswith("Marco Rossi was told.")
