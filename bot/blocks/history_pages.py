"""The whole history of an item in a modal, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks.history import timeline
from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, context, to_read
from bot.blocks.text import Names
from bot.domain.item import Item
from bot.domain.lifecycle import Change
from bot.domain.pressed import HistoryPage
from bot.domain.words import _

LINES = 25
"""Lines of a page: each may be as long as a block can be."""


@dataclass(frozen=True)
class LinesShown:
    """A page of a history of `total` lines. The first page has the oldest lines, so that new ones move none."""

    at: int
    total: int

    @property
    def pages(self) -> int:
        """How many there are; an item has at least the line of its creation."""
        return -(-self.total // LINES)

    @property
    def first(self) -> int:
        """How many lines come before it."""
        return self.at * LINES


def page(wanted: int | None, total: int) -> LinesShown:
    """The page *wanted*, or the nearest there is; None is the newest."""
    last = max(LinesShown(0, total).pages - 1, 0)
    return LinesShown(last if wanted is None else min(max(wanted, 0), last), total)


def history_view(item: Item, shown: LinesShown, changes: Sequence[Change], names: Names) -> View:
    """The lines of one page, the newest last, and the way to the others."""
    first, last = shown.first + 1, shown.first + len(changes)
    where = _("Lines {first} to {last} of {total}, the newest last", first=first, last=last, total=shown.total)
    blocks: list[Block] = [context(where), *timeline(changes, names)]
    ways = []
    if shown.at > 0:
        ways.append(button(Button.HISTORY_EARLIER, "Earlier", HistoryPage(item.number, shown.at - 1).value))
    if shown.at + 1 < shown.pages:
        ways.append(button(Button.HISTORY_LATER, "Later", HistoryPage(item.number, shown.at + 1).value))
    if ways:
        blocks.append(actions(ways))
    return to_read(_("History of {item}", item=item.label), blocks)
