"""Lists of items: a line each with its next step, a page at a time."""

from collections.abc import Sequence
from datetime import date, datetime

from slack_sdk.models.blocks import Block, ButtonElement, InteractiveElement

from bot.blocks.card import due, summary
from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, section, step_button
from bot.blocks.state_lines import in_a_list
from bot.blocks.text import Names, count, escape, shortened
from bot.domain.item import Item
from bot.domain.words import _

PAGE = 15
"""Items on a page. Each takes one block of the fifty that a message may have; more is not read anyway."""


def page(
    items: Sequence[Item],
    names: Names,
    now: datetime,
    *,
    heading: str,
    total: int,
    next_page: str | None,
    incident: int | None = None,
) -> list[Block]:
    """A page of a list at the moment `now`. `next_page` is the value of the button “More”; None on the last page.
    `incident`: it is the list of that one."""
    blocks: list[Block] = [section(f"*{heading}* · {count(total, 'item')}")]
    for item in items:
        # One button beside the line: a row below it would make fifteen items thirty blocks.
        accessory = step_button(item) or button(Button.SHOW, "Details", str(item.number))
        blocks.append(section(line(item, names, item.day(now)), accessory))
    row = [button(Button.LIST_PAGE, "More", next_page)] if next_page else []
    if incident is not None:
        row.append(review_meeting(incident))
    return [*blocks, actions(row)] if row else blocks


def review_meeting(incident: int) -> ButtonElement:
    """The way to the review meeting of an incident."""
    return button(Button.MEETING, "Review meeting", str(incident))


def empty(words: str, offer: InteractiveElement | None = None, incident: int | None = None) -> list[Block]:
    """A list with nothing in it says so, and what could be done; `incident` as of a page."""
    row = [actions([review_meeting(incident)])] if incident is not None else []
    return [section(words, offer), *row]


def line(item: Item, names: Names, today: date) -> str:
    """An item in two short lines."""
    title = escape(shortened(item.title))
    waits = in_a_list(item, names)
    return f"*{item.label}* {title}\n{_facts(item, names, today)}" + (f"\n{waits}" if waits else "")


def _facts(item: Item, names: Names, today: date) -> str:
    if item.is_no_commitment:
        return summary(item, names, today)
    return " · ".join((names(item.owner), _(item.state.words), due(item, today), _(item.quadrant.value)))
