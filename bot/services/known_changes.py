"""The change that implements an item, as far as its trackers told of one. Asks no tracker."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.domain.item import Item
from bot.domain.pulls import NamedItem
from storage import pulls, tickets


@dataclass(frozen=True)
class KnownChange:
    """`name` is how people call it, "" where only its address is known; `since`: in production, in the item's zone."""

    url: str = ""
    name: str = ""
    since: date | None = None


def change_of(session: Session, item: Item, url: str = "") -> KnownChange:
    """The one at *url*, else what closed its ticket, else the newest that was merged; without address where none is."""
    # Only what its owner was asked about: what takes another one back, or was merged too early, implements nothing.
    merged = [each for each in pulls.list_naming(session, item.workspace, item.number) if each.question]
    link = tickets.find_link(session, item.workspace, item.number)
    closed_by = link.change_url if link else ""
    first = closed_by if link and link.is_done else ""
    url = url or first or next((each.url for each in merged), closed_by)
    found = next((each for each in merged if each.url == url), None)
    return _known(item, found) if found else KnownChange(url)


def _known(item: Item, found: NamedItem) -> KnownChange:
    return KnownChange(found.url, found.name, item.day(found.deployed_at) if found.deployed_at else None)
