"""Opening an ended item again."""

from bot.domain.errors import Refused
from bot.domain.item import NOT_IN_PRODUCTION, By, Item, Moved, moved
from bot.domain.lifecycle import Action, after


def reopen(item: Item, by: By, why: str) -> Moved:
    """closed → in progress; risk accepted, will not do → not started. What was shown before stays in history."""
    state = after(item.state, Action.REOPEN, item.label, by.last)
    if not why:
        raise Refused("Say why it is opened again.", "why")
    return moved(
        item, Action.REOPEN, state, by, why, {},
        **NOT_IN_PRODUCTION, ended_at=None, verified_at=None, verified_by="",
        verification_method=None, evidence="", regression_guard="", no_guard_because="",
        risk_reason=None, ended_because="", approved_by="",
    )  # fmt: skip
