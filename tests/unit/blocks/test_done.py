"""What somebody reads who has just done something."""

from bot.blocks.done import DEPENDS, NOW
from bot.domain.lifecycle import Action


def test_every_action_is_answered_with_what_is_so_now() -> None:
    assert set(Action) - set(NOW) == DEPENDS
