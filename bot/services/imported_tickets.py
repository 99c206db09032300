"""Links items to the tickets whose addresses they brought from a tracker's export. Asks no tracker: delivery does."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.messages import Message
from bot.domain.surfaces import TicketOf
from bot.domain.tracker import Connection
from bot.services.tickets import new_link
from bot.services.tracker_clients import name_at, ref_at
from storage import items, tickets, trackers
from storage.batches import batches
from storage.import_items import list_ticket_links

AT_ONCE = 250
"""Items of one transaction, as of an import's piece."""


def link_imported(deps: Deps, workspace: str, urls: Sequence[str]) -> Mapping[str, int]:
    """How many items were linked, by the titles of connections; what is linked already or private stays as it is."""
    with deps.db.read() as session:
        known = trackers.list_trackers(session, workspace)
        found = list_ticket_links(session, workspace, urls) if known else {}
    wanted = [(number, url, of) for url, number in found.items() if (of := _connection(known, url))]
    linked: Counter[str] = Counter()
    for some in batches(sorted(wanted, key=lambda each: each[0]), AT_ONCE):
        with deps.db.begin() as session:
            done = list(_link(session, workspace, some))
            said: list[Message] = [TicketOf(number).refresh for number, _of in done]
            first = some[0][0]
            deps.outbox.enqueue(session, workspace, f"imported-tickets:{first}:{deps.clock().isoformat()}", said)
        linked.update(of.title for _number, of in done)
    return linked


def _link(
    session: Session, workspace: str, wanted: Sequence[tuple[int, str, Connection]]
) -> Iterator[tuple[int, Connection]]:
    known = items.list_numbered(session, workspace, [number for number, _url, _of in wanted])
    for number, url, of in wanted:
        item, ref = known.get(number), ref_at(of, url)
        # Somebody else's ticket, or one whose readers nobody has said yes to.
        if item is None or item.private or tickets.find_by_url(session, workspace, url):
            continue
        if tickets.find_by_ref(session, of.id, ref) is None:
            link = replace(new_link(item, of.id, item.owner), ref=ref, name=name_at(url), url=url)
            if tickets.record_link(session, link):
                yield number, of


def _connection(known: Sequence[Connection], url: str) -> Connection | None:
    return next((each for each in known if ref_at(each, url)), None)
