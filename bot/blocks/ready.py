"""Blocks that are always the same, drawn once: checking a form's menus anew takes longer than all else it does."""

from typing import Any

from slack_sdk.models.blocks import Block


class Ready(Block):
    """A block as the JSON that Slack takes."""

    def __init__(self, block: Block) -> None:
        super().__init__(type=block.type, block_id=block.block_id)
        self._json = block.to_dict()

    def to_dict(self) -> dict[str, Any]:
        """The JSON, checked when it was made."""
        return self._json
