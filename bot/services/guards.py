"""Looks whether guards are still there, where a connection has them; the owner of one that is gone is asked, or
whoever named one that never was there.

Asks trackers outside any transaction. What cannot be asked now is asked again with the next reading.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.errors import NotFound
from bot.domain.guard import WATCHED, Guard, asked_about, links_in, looked, lose_guard
from bot.domain.item import By, Item
from bot.domain.messages import Message
from bot.domain.subjects import GuardQuestion
from bot.domain.tracker import Connection
from bot.services.notifications import messages_about
from bot.services.tracker_clients import TrackerClients, guard_at
from bot.settings import SettingsError
from bot.trackers.shape import CodeHost, TrackerTrouble
from storage import guards, items, trackers

AT_ONCE = 100
Watched = tuple[Connection, str, str]
"""A connection, what it looks for, and the address."""
log = structlog.get_logger(__name__)


class GuardWatch:
    """Looks at guards, weekly and when one is named."""

    def __init__(self, deps: Deps, clients: TrackerClients) -> None:
        self._deps, self._clients = deps, clients

    def look_at_due(self, workspace: str, now: datetime) -> None:
        """At each that nobody has looked at for a week, as of *now*; `AT_ONCE` at most."""
        with self._deps.db.read() as session:
            known = trackers.list_trackers(session, workspace)
        silent, looks = set[int](), 0
        for number, words in self._due(workspace, now) if known else ():
            found = find_watched(words, known)
            # One that does not answer is not waited for a hundred times, nor do its guards take the place of others.
            if found and found[0].id in silent:
                continue
            if not self._look(workspace, number, words, found, now) and found:
                silent.add(found[0].id)
            looks += 1
            if looks == AT_ONCE:
                return

    def _due(self, workspace: str, now: datetime) -> Iterator[tuple[int, str]]:
        """Those that are due, read in pages."""
        after = 0
        while True:
            with self._deps.db.read() as session:
                page = guards.list_due(session, workspace, now, AT_ONCE, after)
            yield from page
            if len(page) < AT_ONCE:
                return
            after = page[-1][0]

    def look(self, workspace: str, number: int) -> None:
        """At that of one item."""
        with self._deps.db.read() as session:
            item = items.get_item_as_it_is(session, workspace, number)
            known = trackers.list_trackers(session, workspace)
        if item and item.verified and item.state in WATCHED:
            words = item.verified.guard
            self._look(workspace, number, words, find_watched(words, known), self._deps.clock())

    def _look(self, workspace: str, number: int, words: str, found: Watched | None, now: datetime) -> bool:
        """Whether it was looked at, or could not be at all; False: ask again later."""
        is_there: bool | None = None
        if found:
            connection, path, _url = found
            try:
                is_there = self._is_there(connection, path)
            except (TrackerTrouble, SettingsError) as error:
                log.warning("guard not looked at", workspace=workspace, number=number, why=type(error).__name__)
                return False
        self._record(workspace, number, found[2] if found else next(links_in(words), ""), is_there, now)
        return True

    def _is_there(self, connection: Connection, path: str) -> bool | None:
        with self._deps.db.read() as session:
            tracker = self._clients.client(session, connection)
        return tracker.find_guard(path) if isinstance(tracker, CodeHost) else None

    def _record(self, workspace: str, number: int, url: str, is_there: bool | None, now: datetime) -> None:
        with self._deps.db.begin() as session:
            try:
                item = items.get_item_for_change(session, workspace, number, None)
            except NotFound:
                return
            if item.verified is None or url not in item.verified.guard:
                return  # another one was named meanwhile
            was = guards.find_guard(session, workspace, number)
            if was is None or was.url != url:
                was = Guard(workspace, number, url)
            guard = looked(was, is_there=is_there, now=now)
            if guard.gone_since and not guard.question:
                self._ask(session, item, guard)
            elif guard.gone_since is None and guard.question:
                self._answered(session, guard)
            else:
                guards.write_guard(session, guard)

    def _ask(self, session: Session, was: Item, guard: Guard) -> None:
        made = lose_guard(was, guard.url, By(was.owner, self._deps.clock()), seen=guard.seen)
        item = items.record_moved(session, made)
        asked = GuardQuestion(item.number, item.last_change_id, asked_about(item, guard))
        guards.write_guard(session, replace(guard, question=asked.ref))
        said: list[Message] = [*messages_about(session, was, item, made.change), asked.live(asked.person)]
        self._deps.outbox.enqueue(session, item.workspace, f"guard:{item.number}:{item.last_change_id}", said)

    def _answered(self, session: Session, guard: Guard) -> None:
        """It is there again, which answers the question."""
        asked = GuardQuestion.read(guard.question)
        guards.write_guard(session, replace(guard, question=""))
        name = f"guard:{guard.number}:{asked.change_id}:back"
        self._deps.outbox.enqueue(session, guard.workspace, name, [asked.live(asked.person)])


def find_watched(words: str, known: Sequence[Connection]) -> Watched | None:
    """The first address in *words* that a connection can look at: the connection, what it looks for, the address."""
    for url in links_in(words):
        for connection in known:
            if path := guard_at(connection, url):
                return connection, path, url
    return None
