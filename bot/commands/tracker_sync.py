"""What `tracker sync` and `tracker map` do."""

from collections.abc import Iterator
from typing import Any

from bot.app import Product
from bot.commands.tick import deliver
from bot.commands.tracker_news import tracker_changes
from bot.domain.errors import Refused, Unavailable
from bot.domain.slack_ids import is_person
from bot.domain.surfaces import TicketOf
from bot.domain.tracker import Connection
from storage import tickets, trackers

TIMEOUT_S = 120


def sync_trackers(product: Product, workspace: str, name: str | None) -> Iterator[dict[str, Any]]:
    """Reads each connection, then brings its tickets to where their items are; a JSON value each."""
    changes = tracker_changes(product)
    for connection in _chosen(product, workspace, name):
        problem = changes.read_now(connection)
        with product.db.begin() as session:
            numbers = tickets.list_numbers(session, connection.id)
            # In slices: a message of thousands would be one row.
            at = product.deps.clock().isoformat()
            said = [TicketOf(number).refresh for number in numbers]
            product.deps.outbox.enqueue(session, workspace, f"tracker:{connection.id}:{at}", said)
        yield {"name": connection.name, "tickets": len(numbers), "problem": problem or None}
    try:
        deliver(product, TIMEOUT_S)
    except Unavailable as error:
        raise Refused(str(error)) from None


def map_account(product: Product, workspace: str, user: str, account: str, name: str | None) -> Iterator[Connection]:
    """Records whose account it is, in one connection or in the only one."""
    if not is_person(user):
        raise Refused(f"“{user}” is not a person's id. It begins with U: copy it from their profile.")
    chosen = _chosen(product, workspace, name)
    if len(chosen) > 1:
        raise Refused(f"Say in which tracker: --tracker {chosen[0].name}.")
    with product.db.begin() as session:
        for connection in chosen:
            trackers.record_account(session, connection, user, account.strip().removeprefix("@"))
    yield from chosen


def _chosen(product: Product, workspace: str, name: str | None) -> list[Connection]:
    with product.db.read() as session:
        if name:
            return [trackers.get_tracker(session, workspace, name)]
        found = trackers.list_trackers(session, workspace)
    if not found:
        raise Refused("No tracker is connected yet: actionitem tracker connect --help")
    return found
