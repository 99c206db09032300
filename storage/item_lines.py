"""Items as a line of a message names them: a quarter of their columns, and nothing that belongs to them."""

from typing import Any

from sqlalchemy import Row

from bot.domain.item import Item
from bot.domain.item_values import Blocked, StaleStatus
from bot.domain.lifecycle import State
from storage.tables.item import ItemRow

_PLAIN = (
    "workspace", "number", "title", "owner", "due", "original_due", "created_at", "created_by", "impact", "urgency",
    "effort", "team_id", "incident_id", "last_progress_at",
)  # fmt: skip
_BESIDE = ("state", "blocked", "answered_at", "stale_answer", "stalled_by")
LINE = [getattr(ItemRow, name) for name in (*_PLAIN, *_BESIDE)]
"""What is read for a line."""


def line_of(row: Row[Any]) -> Item:
    """A row of `LINE` as the rules know an item. What is not read of it is as if nobody had said it; of a block and of
    an answer, that there is one."""
    *plain, state, blocked, answered_at, answer, stalled_by = tuple(row)
    return Item(
        **dict(zip(_PLAIN, plain, strict=True)),
        state=State(state),
        blocked=Blocked() if blocked else None,
        stale_status=StaleStatus(answer, stalled_by, answered_at) if answered_at else None,
    )
