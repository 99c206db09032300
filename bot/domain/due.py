"""Moving an item's due date: later counts as a slip."""

from dataclasses import replace
from datetime import date

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved, refuse_if_ended
from bot.domain.lifecycle import Action


def move_due_date(item: Item, by: By, due: date, why: str, today: date) -> Moved:
    """A new due date. Moving it later asks why and counts as a slip (R78); the original date stays."""
    refuse_if_ended(item)
    if due == item.due:
        raise Refused("That is its due date already. Choose another day.", "due")
    if due < today:
        raise Refused("The due date is in the past. Choose today or a later day.", "due")
    # An earlier day needs no excuse; only what slips does (R78).
    if due > item.due and not why:
        raise Refused("Say why it moves.", "why")
    # Never counted back: moving a date to and fro must not hide a slip (B6).
    slips = item.slips + (due > item.due)
    detail = {"due": {"from": item.due.isoformat(), "to": due.isoformat()}}
    return moved(item, replace(item, due=due, slips=slips), Action.MOVE_DUE_DATE, by, why, detail)
