"""An item's values and the columns of its row: each is written, and read again as it was."""

from typing import Any

import pytest
from sqlalchemy import inspect

from bot.domain.item import Item
from bot.domain.item_values import (
    Blocked,
    BlockReason,
    Deferral,
    Ending,
    Implementation,
    RiskReason,
    StaleStatus,
    VerificationMethod,
    Verified,
)
from bot.domain.lifecycle import State
from storage.item_rows import item_of, write
from storage.tables.item import ItemRow
from tests.builders import LINK, NOW, TODAY, item

SEEN = {
    "implementation": Implementation(NOW, LINK, TODAY),
    "verified": Verified(NOW, "U0AISHA", VerificationMethod.DRILL, "It held", LINK, "nothing"),
    "stale_status": StaleStatus("Blocked", "Capacity", NOW),
}
STAND = [
    item(),
    item(blocked=Blocked()),
    item(blocked=Blocked(BlockReason.ANOTHER_TEAM, NOW, "the metric", "U0LENA", "The on-call watches it"), **SEEN),
    item(state=State.DEFERRED, deferral=Deferral()),
    item(
        state=State.DEFERRED,
        deferral=Deferral(NOW, State.IN_PROGRESS, "No staging", "It can recur", TODAY, "Staging", "A look", "U0MARCO"),
        **SEEN,
    ),
    item(state=State.RISK_ACCEPTED, ending=Ending(NOW, "It is retired", "U0MARCO", RiskReason.RETIRED), **SEEN),
    item(state=State.MERGED, ending=Ending(NOW, "AI-7 covers it", merged_into=7)),
]


def written(subject: Item, row: ItemRow | None = None) -> ItemRow:
    row = row or ItemRow()
    write(row, subject)
    return row


@pytest.mark.parametrize("subject", STAND)
def test_value_is_read_as_it_was_written(subject: Item) -> None:
    assert item_of(written(subject)) == subject


@pytest.mark.parametrize("subject", STAND)
def test_value_that_is_gone_leaves_nothing_in_the_row(subject: Item) -> None:
    row = written(subject)
    assert _columns(written(item(), row)) == _columns(written(item()))


def test_every_column_is_written() -> None:
    names = {column.key for column in inspect(ItemRow).column_attrs}
    assert set(_columns(written(item()))) == names - {
        "updated_at",
        "ordered_at",
    }  # the database writes it, with every change


def _columns(row: ItemRow) -> dict[str, Any]:
    written = vars(row)
    return {column.key: written[column.key] for column in inspect(ItemRow).column_attrs if column.key in written}
