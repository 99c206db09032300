"""Hands what changes have to say over to the queue, a delivery for each recipient, as long as this process delivers.

Every process that delivers does so; they do not disturb each other.
"""

from threading import Event, Thread

import structlog

from scheduler.delivery.events import Events
from storage.engine import Database
from storage.outbox import Outbox, has_waiting
from storage.webhooks import has_events

AT_ONCE = 5
"""Changes handed over in one transaction: on SQLite it holds the only writer, one or two milliseconds a recipient."""
AFTER_A_FAULT_S = 2.0

log = structlog.get_logger(__name__)


class HandingOver:
    """A thread of its own: `start`, and `stop`, which waits for what is under way."""

    def __init__(self, database: Database, outbox: Outbox, every: float, events: Events) -> None:
        """`every`: seconds between two looks when there was nothing."""
        self._events = events
        self._database, self._outbox, self._every = database, outbox, every
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="delivery-handing-over", daemon=True)

    def start(self) -> None:
        """Begins to look."""
        self._thread.start()

    def stop(self) -> None:
        """Looks no more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        wait = 0.0
        while not self._stopping.wait(wait):
            try:
                # No pause while there is something: else a storm of changes would leave at one batch a look.
                wait = 0.0 if self._hand_over() else self._every
            except Exception:  # the delivery worker's edge: the next look may succeed
                log.exception("nothing could be handed over")
                wait = AFTER_A_FAULT_S

    def _hand_over(self) -> int:
        with self._database.read() as session:  # an idle look takes no writer
            waiting, happened = has_waiting(session), has_events(session)
        if happened:
            with self._database.begin() as session:
                waiting = self._events.take(session) > 0 or waiting
        if not waiting:
            return 0
        # Out of the outbox and into the queue in one transaction: a crash between the two loses and doubles nothing.
        with self._database.begin() as session:
            return self._outbox.hand_over(session, AT_ONCE)
