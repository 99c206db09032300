"""The monthly review of a team's open items: each is kept, weighed anew, merged, or will not be done (R88, R89)."""

from dataclasses import replace
from datetime import date

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved, refuse_if_ended
from bot.domain.lifecycle import Action


def keep(item: Item, by: By, day: date) -> Moved:
    """Looked at, and kept as it is. Not progress (R51)."""
    refuse_if_ended(item)
    # A click that keeps it must not count as progress, or the monthly review would hush the stale nudge (R47, R51).
    return moved(item, replace(item, reviewed_on=day), Action.KEEP, by)


def weigh(item: Item, by: By, impact: int | None, urgency: int | None, effort: int | None, day: date) -> Moved:
    """Kept, with another priority: impact, urgency and effort are 1–5, or None. Refused when nothing differs."""
    refuse_if_ended(item)
    before = {"impact": item.impact, "urgency": item.urgency, "effort": item.effort}
    after = {"impact": impact, "urgency": urgency, "effort": effort}
    detail = {name: {"from": before[name], "to": after[name]} for name in before if before[name] != after[name]}
    if not detail:
        raise Refused("Nothing was changed in the form. Change a scale, or cancel and keep it.", "impact")
    # Weighing it anew answers the review as well: one click for each item (R89).
    weighed = replace(item, impact=impact, urgency=urgency, effort=effort, reviewed_on=day)
    return moved(item, weighed, Action.EDIT, by, detail=detail)


def is_to_review(item: Item, day: date) -> bool:
    """Open, and nobody has kept it since the review of *day* began."""
    return item.is_open and (item.reviewed_on is None or item.reviewed_on < day)
