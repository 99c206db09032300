"""The App Home: my open items, the most urgent first, each with its buttons."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, DividerBlock, HeaderBlock, PlainTextObject
from slack_sdk.models.views import View

from bot.blocks.lists import line
from bot.blocks.parts import context, item_buttons, new_item_buttons, section
from bot.blocks.text import Names, count
from bot.domain.items import Item

SHOWN = 30
"""Items shown: three blocks each stay within the hundred that a view may have."""
STEPS = (
    "*1.* In an incident's channel, type `/actionitem new` and say what will change.\n"
    "*2.* Move it along: start, implemented, verified with evidence, closed.\n"
    "*3.* On Monday the team's digest says what is open, overdue and waiting."
)


def home(items: Sequence[Item], total: int, names: Names, now: datetime) -> View:
    """The view. *items* are the first of *total* open items that the reader owns."""
    blocks: list[Block] = [HeaderBlock(text=PlainTextObject(text="Your action items")), new_item_buttons()]
    blocks.append(context(_summary(items, total, now)))
    for item in items:
        blocks += [DividerBlock(), section(line(item, names, item.day(now))), item_buttons(item)]
    if total > len(items):
        blocks.append(context(f"{total - len(items):,} more: `/actionitem list mine`"))
    if not total:
        blocks.append(section(STEPS))
    return View(type="home", blocks=blocks)


def _summary(items: Sequence[Item], total: int, now: datetime) -> str:
    if not total:
        return "You own no open items. This is how it goes:"
    overdue = sum(item.is_overdue(item.day(now)) for item in items)
    return f"{count(total, 'open item')}" + (f", {overdue} overdue" if overdue else ", none overdue")
