"""Lists of items: a line each with its next step, a page at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from slack_sdk.models.blocks import Block, ButtonElement, InteractiveElement

from bot.blocks.card import due, summary
from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, context, section, step_button
from bot.blocks.state_lines import in_a_list
from bot.blocks.text import Names, count, escape, shortened
from bot.domain.item import Item
from bot.domain.queries import Order
from bot.domain.words import _

PAGE = 15
"""Items on a page. Each takes one block of the fifty that a message may have; more is not read anyway."""
SORTED: Mapping[Order, str] = {
    Order.PRIORITY: "In order of priority: quick wins first.",
    Order.STILL_LONGEST: "What has stood still longest comes first.",
    Order.BACK_SOONEST: "What comes back soonest comes first.",
    Order.NEWEST: "The newest comes first.",
}
"""What is said of the order of a list."""


@dataclass(frozen=True)
class PageOf:
    """What of a list is on a page: its heading, where it begins, how many items there are in all, and their order.

    `note` stands on top. `next_page` is the value of the button “More”; None on the last page. `incident`: it is the
    list of that one.
    """

    heading: str
    total: int
    offset: int = 0
    order: Order = Order.PRIORITY
    note: str = ""
    next_page: str | None = None
    incident: int | None = None


def page(
    items: Sequence[Item], names: Names, now: datetime, of: PageOf, may_act: Callable[[Item], bool]
) -> list[Block]:
    """A page of a list at the moment `now`. Who may not act on an item is offered no more than its details."""
    blocks: list[Block] = [context(of.note)] if of.note else []
    blocks += [section(f"*{of.heading}* · {_position(of, len(items))}"), context(_sorted(items, of))]
    for item in items:
        # One button beside the line: a row below it would make fifteen items thirty blocks.
        step = step_button(item) if may_act(item) else None
        accessory = step or button(Button.SHOW, "Details", str(item.number))
        blocks.append(section(line(item, names, item.day(now)), accessory))
    row = [button(Button.LIST_PAGE, "More", of.next_page)] if of.next_page else []
    if of.incident is not None:
        row.append(review_meeting(of.incident))
    return [*blocks, actions(row)] if row else blocks


def review_meeting(incident: int) -> ButtonElement:
    """The way to the review meeting of an incident."""
    return button(Button.MEETING, "Review meeting", str(incident))


def _position(of: PageOf, shown: int) -> str:
    """`1–15 of 33 items`; of a list that is shown whole, how many there are."""
    all_of_them = count(of.total, "item")
    if shown == of.total:
        return all_of_them
    return _("{first}–{last} of {items}", first=of.offset + 1, last=of.offset + shown, items=all_of_them)


def _sorted(items: Sequence[Item], of: PageOf) -> str:
    words = _(SORTED[of.order])
    some_ended = of.order is Order.PRIORITY and any(item.has_ended for item in items)
    return words + _(" What has ended comes last.") if some_ended else words


def empty(words: str, offer: InteractiveElement | None = None, incident: int | None = None) -> list[Block]:
    """A list with nothing in it says so, and what could be done; `incident`: it is the list of that one."""
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
