"""What is said when the owner of open items has left: to whoever chooses a new one."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.blocks.ids import Button
from bot.blocks.parts import actions, assign_buttons, button, section
from bot.blocks.text import Names, count, day, escape, shortened
from bot.domain.item import Item
from bot.domain.pressed import ListPage
from bot.domain.words import _

SHOWN = 15
"""Items in a message: two blocks each, so that it stays below the fifty that Slack takes."""


def orphans(team: str, items: Sequence[Item], total: int, names: Names, shown: int = SHOWN) -> list[Block]:
    """Open items of people who left, the first *shown* with “Assign”. `items` are the first of *total*."""
    blocks: list[Block] = [section(orphans_text(team, total) + _(" Choose a new owner for each."))]
    for item in items[:shown]:
        left, due = _("{who} has left", who=names(item.owner)), _("due {day}", day=day(item.due))
        facts = f"{left} · {_(item.state.words)} · {due}"
        blocks += [section(f"*{item.label}* {escape(shortened(item.title))}\n{facts}"), assign_buttons(item)]
    if total > shown:
        words = _("All {items}", items=count(total, "item"))
        # The list and not a bigger message: it has pages, and shows each reader theirs.
        blocks.append(actions([button(Button.LIST_PAGE, words, ListPage(0, f"orphans {team}".rstrip()).value)]))
    return blocks


def orphans_text(team: str, total: int) -> str:
    """The message as a notification; `team` is "" for items without one."""
    of, items = _(" of {team}", team=escape(team)) if team else "", count(total, "open item")
    if total == 1:
        return _("{items}{of} has an owner who left.", items=items, of=of)
    return _("{items}{of} have an owner who left.", items=items, of=of)
