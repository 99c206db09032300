"""Future considerations: promoted to an item when there is room, or declined with a reason."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain.errors import Refused
from bot.domain.item import By, Draft, Item, Moved, moved
from bot.domain.item_values import Ending
from bot.domain.lifecycle import Action, after
from bot.domain.new import check_draft


def promote(item: Item, by: By, draft: Draft, today: date, detail: dict[str, Any], *, asks: bool) -> Moved:
    """A future consideration becomes an item, with an owner and a deadline of its own (R27)."""
    state = after(item.state, Action.PROMOTE, item.label, by.last)
    check_draft(draft, today)
    # The form that promotes asks anew for everything; themes that nobody repeats there stay.
    fields = {name: getattr(draft, name) for name in vars(draft)} | {"themes": draft.themes or item.themes}
    # An idea's date means nothing: its first deadline is the one that is promised now (B6).
    promoted = replace(item, state=state, original_due=draft.due, awaits_acceptance=asks, **fields)
    return moved(item, promoted, Action.PROMOTE, by, detail=detail | _promoted(item, draft))


def _promoted(item: Item, draft: Draft) -> dict[str, Any]:
    """What became different with the promotion, so that the history alone says how the item stands and stood."""
    told = {name: (getattr(item, name), getattr(draft, name)) for name in ("title", "owner", "team_id")}
    # Spans are rebuilt from the history alone, so each value must be there as it was before (ADR 004).
    told["due"] = (item.due.isoformat(), draft.due.isoformat())
    return {name: {"from": before, "to": now} for name, (before, now) in told.items() if before != now}


def decline(item: Item, by: By, why: str) -> Moved:
    """A candidate that will not be done, with its reason (R28)."""
    state = after(item.state, Action.DECLINE, item.label, by.last)
    if not why:
        raise Refused("Say why it is declined.", "why")
    return moved(item, replace(item, state=state, ending=Ending(by.at)), Action.DECLINE, by, why)
