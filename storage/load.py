"""How much somebody has to do already, which a new owner is told."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from bot.domain.item import Item
from storage.columns import fetch
from storage.conditions import IS_OPEN
from storage.tables.item import ItemRow

_COUNTED = "other_open"
_OPEN = select(func.count()).select_from(ItemRow).where(IS_OPEN)


def count_other_open(session: Session, item: Item) -> int:
    """How many open items its owner has beside it, private ones too."""
    counted: dict[tuple[int, str], int] = session.info.get(_COUNTED, {})
    if (others := counted.pop((item.number, item.owner), None)) is not None:
        return others
    owned = fetch(session, _OPEN_OF, {"counted_in": item.workspace, "owned_by": item.owner}).scalar_one()
    return owned - item.is_open


_OPEN_OF = _OPEN.where(ItemRow.workspace == bindparam("counted_in"), ItemRow.owner == bindparam("owned_by"))


def open_of_owner(of: Mapping[str, Any]) -> ColumnElement[int]:
    """How many the owner of a new row has: a column that the statement returns which inserts it, of *of*, its values.

    A statement sees nothing of what it inserts.
    """
    return _OPEN.where(ItemRow.workspace == of["workspace"], ItemRow.owner == of["owner"]).scalar_subquery()


def note_counted(session: Session, number: int, owner: str, others: int) -> None:
    """How many the owner of a new item has beside it; `count_other_open` need not ask, the first time."""
    session.info.setdefault(_COUNTED, {})[number, owner] = others
