"""Reads what changed in connected trackers, every five minutes, also where webhooks come: one of them may be lost.

Asks trackers outside any transaction; what they tell is taken by whoever it is given to.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from bot.deps import Deps
from bot.domain.tracker import Connection
from bot.services.guards import GuardWatch
from bot.services.token_ends import note_end
from bot.services.tracker_clients import TrackerClients
from bot.settings import SettingsError
from bot.trackers.shape import CodeHost, Event, Page, RollCall, TokenEnds, TrackerClient, TrackerTrouble
from storage import pulls, tickets, trackers

EVERY = timedelta(minutes=5)
LOOK_EVERY_S = 15
"""Seconds between two looks whether a connection is due."""
PAGES_AT_ONCE = 50
log = structlog.get_logger(__name__)

Take = Callable[[Connection, Event], None]


class TrackerChanges:
    """Reads the changes of connections that are due."""

    def __init__(self, deps: Deps, take: Take) -> None:
        self._deps, self._take, self._clients = deps, take, TrackerClients(deps.settings)
        self._guards = GuardWatch(deps, self._clients)

    def read_due(self) -> None:
        """Every connection that was not read for five minutes, unless another replica does."""
        now = self._deps.clock()
        for connection in self._known(None):
            if (connection.read_at is None or connection.read_at <= now - EVERY) and self._claim(connection, now):
                self.read_now(connection)
                self._guards.look_at_due(connection.workspace, now)

    def read_all(self, workspace: str, now: datetime) -> None:
        """Every connection of the workspace, whenever it was read last; and the guards that are due at *now*."""
        for connection in self._known(workspace):
            self.read_now(connection)
        self._guards.look_at_due(workspace, now)

    def _known(self, workspace: str | None) -> list[Connection]:
        with self._deps.db.read() as session:
            return trackers.list_trackers(session, workspace)

    def _claim(self, connection: Connection, now: datetime) -> bool:
        with self._deps.db.begin() as session:
            # A little earlier than due: clocks of replicas differ.
            return trackers.claim_reading(session, connection, now, now - EVERY + timedelta(seconds=1))

    def read_now(self, connection: Connection) -> str:
        """Reads one; "" or why it could not be read."""
        try:
            self._read(connection)
        except TrackerTrouble as trouble:
            self._record(connection, trouble.meaning.value, trouble.said)
            return trouble.said or trouble.meaning.value
        except SettingsError as error:
            self._record(connection, "unreadable", "")
            return str(error)
        return ""

    def _read(self, connection: Connection) -> None:
        with self._deps.db.read() as session:
            tracker = self._clients.client(session, connection)
        cursor = connection.cursor or _iso(connection.created_at)
        for _page in range(PAGES_AT_ONCE):
            page = self._page(connection, tracker, cursor)
            self._give(connection, page.events)
            cursor = page.cursor
            with self._deps.db.begin() as session:
                trackers.record_cursor(session, connection, cursor)
            if not page.more:
                break
        if isinstance(tracker, RollCall):
            self._give(connection, [Event(ref, gone="missing") for ref in tracker.missing(self._refs(connection))])
        if isinstance(tracker, TokenEnds):
            note_end(self._deps, connection, tracker.token_ends)

    def _refs(self, connection: Connection) -> list[str]:
        with self._deps.db.read() as session:
            return tickets.list_reachable(session, connection.id)

    def _page(self, connection: Connection, tracker: TrackerClient, cursor: str) -> Page:
        if not isinstance(tracker, CodeHost):
            return tracker.changed_since(cursor)
        # Looked up for each page: the one before may have told of a merge.
        with self._deps.db.read() as session:
            awaits_deployment = bool(pulls.list_undeployed(session, connection.id, self._deps.clock()))
        return tracker.changed_or_deployed_since(cursor) if awaits_deployment else tracker.changed_since(cursor)

    def _give(self, connection: Connection, found: Sequence[Event]) -> None:
        with self._deps.db.read() as session:
            ours = tickets.list_refs(session, connection.id, {event.ref for event in found})
        for event in found:
            if event.ref in ours or event.pull or event.deployment:
                self._take(connection, event)

    def _record(self, connection: Connection, code: str, said: str) -> None:
        log.warning("tracker not read", workspace=connection.workspace, tracker=connection.name, why=code)
        with self._deps.db.begin() as session:
            trackers.record_tracker_problem(session, connection.id, {"code": code, "said": said}, self._deps.clock())


def _iso(at: datetime | None) -> str:
    # From when it was connected: what happened before is in no item's history.
    return (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
