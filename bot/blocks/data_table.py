"""Slack's own table of data, which sorts and filters.

slack_sdk has no class for the block, so it is one here.
Source: https://docs.slack.dev/reference/block-kit/blocks/data-table-block
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block


class TableBlock(Block):
    """A `data_table` block of texts; the first of *rows* are the heads, the first column names each row."""

    type = "data_table"

    def __init__(self, *, caption: str, rows: Sequence[Sequence[str]]) -> None:
        super().__init__(type=self.type)
        self.caption = caption
        self.rows = [[{"type": "raw_text", "text": cell} for cell in row] for row in rows]
        self.row_header_column_index = 0

    @property
    def attributes(self) -> set[str]:  # type: ignore[override]  # as slack_sdk's own blocks do
        """What is in the JSON."""
        return super().attributes | {"caption", "rows", "row_header_column_index"}
