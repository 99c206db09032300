"""What is said of pull requests that name an item: on its card, and to its owner."""

from collections.abc import Sequence
from datetime import date

from bot.blocks.text import day, escape, link
from bot.domain.item import Item
from bot.domain.pulls import NamedItem
from bot.domain.words import _

SHOWN = 3
"""Pull requests of one card; the history has all of them."""
IS_OPEN = "Change {change} is open"
IS_MERGED = "Change {change} was merged"
IN_PRODUCTION = "Change {change} is in production since {day}"
MERGED = "*{item} {title}*: {change} was merged. Is it in production?"
DEPLOYED = "*{item} {title}*: {change} was merged, and is in production since {day}. Is {item} implemented?"


def pull_lines(item: Item, naming: Sequence[NamedItem]) -> list[str]:
    """On the card, a line each."""
    return [_line(item, each) for each in naming[:SHOWN]]


def _line(item: Item, each: NamedItem) -> str:
    change = link(each.url, each.name)
    if each.deployed_at:
        return _(IN_PRODUCTION, change=change, day=day(item.day(each.deployed_at)))
    return _(IS_MERGED if each.is_merged else IS_OPEN, change=change)


def merged_text(item: Item, url: str, name: str, since: date | None) -> str:
    """To the owner: the change was merged, and *since* when it is in production, where that is known."""
    return _(
        DEPLOYED if since else MERGED,
        item=item.label, title=escape(item.title), change=link(url, name), day=day(since) if since else "",
    )  # fmt: skip
