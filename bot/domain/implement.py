"""Marking an item as implemented: merged and in production."""

from dataclasses import replace
from datetime import date

from bot.domain.errors import refuse_at
from bot.domain.item import By, Item, Moved, is_link, moved
from bot.domain.item_values import Implementation
from bot.domain.lifecycle import Action, after
from bot.domain.words import Text


def implement(item: Item, by: By, change_url: str, in_production_since: date, today: date) -> Moved:
    """in progress → implemented: merged and in production, with a link to the change (R57)."""
    state = after(item.state, Action.IMPLEMENT, item.label, by.last)
    # R57 asks for the change itself; “done” without a link could not be looked at by who verifies.
    wrong: dict[str, Text] = {}
    if not is_link(change_url):
        wrong["change_url"] = Text("Paste the link to the pull request or change: it begins with https://")
    # Merged is not in production: what is only planned would be verified before it runs.
    if in_production_since > today:
        wrong["in_production_since"] = Text("That day is still to come. Mark it when it is in production.")
    refuse_at(wrong)
    detail = {"change_url": change_url, "in_production_since": in_production_since.isoformat()}
    implementation = Implementation(by.at, change_url, in_production_since)
    return moved(item, replace(item, state=state, implementation=implementation), Action.IMPLEMENT, by, detail=detail)
