"""Tells people's pages that something changed. Says what and where, never the content."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

Change = dict[str, Any]
# A page that was away for longer draws everything anew, and a demo may run for days.
KEPT = 1000


class Feed:
    """One counter of revisions for all; each person has the changes that they may see."""

    def __init__(self) -> None:
        self.revision = 0
        self.closed = False
        self._changes: dict[str, deque[Change]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._waiting: set[asyncio.Event] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop in which pages wait."""
        self._loop, self.closed = loop, False

    def close(self) -> None:
        """Ends every wait; called in the loop."""
        self.closed = True
        self._wake()

    def tell(self, users: Iterable[str], kind: str, **where: str | None) -> None:
        """Records one change for each of `users`; may be called from any thread."""
        self.revision += 1
        change = {"revision": self.revision, "kind": kind} | {k: v for k, v in where.items() if v is not None}
        # Watchers of a channel are listed as members and as people of the workspace: one change each.
        for user in set(users):
            self._changes[user].append(change)
        # A state is seeded before its server runs, and tests still look at it afterwards.
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for event in self._waiting:
            event.set()

    def since(self, user: str, revision: int) -> list[Change]:
        return [change for change in list(self._changes[user]) if change["revision"] > revision]

    async def wait(self, user: str, revision: int, seconds: float) -> list[Change]:
        """The changes after `revision`; waits at most `seconds` for the first."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(seconds):
                while not (changes := self.since(user, revision)) and not self.closed:
                    await event.wait()
                    event.clear()
                return changes
        except TimeoutError:
            return []
        finally:
            self._waiting.discard(event)
