"""Blocks that are always the same, drawn once: checking a form's menus anew takes longer than all else it does."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar, TypeVarTuple

from slack_sdk.models.blocks import Block, InputBlock

from bot.domain.words import spoken

KEPT = 32
"""Drawings kept of each kind: nearly every form begins with the same ones."""

Given = TypeVarTuple("Given")
Drawn = TypeVar("Drawn")


class Ready(Block):
    """A block as the JSON that Slack takes."""

    def __init__(self, block: Block) -> None:
        super().__init__(type=block.type, block_id=block.block_id)
        # slack_sdk checks at every `to_dict`, every option of every menu.
        self._json = block.to_dict()

    def to_dict(self) -> dict[str, Any]:
        """The JSON, checked when it was made."""
        return self._json


def drawn_once(draw: Callable[[*Given], Drawn]) -> Callable[[*Given], Drawn]:
    """Keeps what *draw* drew, for each language and what it was given."""

    @lru_cache(KEPT)
    def kept(_language: int, *given: *Given) -> Drawn:
        return draw(*given)

    @wraps(draw)
    def again(*given: *Given) -> Drawn:
        return kept(id(spoken()), *given)  # a catalogue is read once and lives as long as the process

    return again


def live(block: InputBlock) -> Ready:
    """An input that reports at once, because something is said beside it."""
    block.dispatch_action = True
    return Ready(block)
