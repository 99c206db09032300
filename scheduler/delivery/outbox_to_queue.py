"""Looks for what there is to do: hands changes over to the queue, a delivery for each recipient, and has them taken.

Every process that delivers does so; they do not disturb each other.
"""

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic

import structlog

from scheduler.delivery.dbos_queue import DeliveryEngine
from scheduler.delivery.events import AT_ONCE as EVENTS_AT_ONCE
from scheduler.delivery.events import Events
from storage.delivery_queue import QueueTable
from storage.engine import Database
from storage.outbox import Outbox

AT_ONCE = 20
"""Changes handed over in one transaction: on SQLite it holds the only writer, a tenth of a millisecond a recipient."""
TURN = 5
"""Such transactions before deliveries are taken once more."""
SELDOM = 5
"""Looks that found nothing else, until it is looked whether something that waits can be taken now."""
AFTER_A_FAULT_S = 2.0

log = structlog.get_logger(__name__)


class Looking:
    """A thread of its own: `start`, and `stop`, which waits for what is under way."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        engine: DeliveryEngine,
        take: Callable[[], int],
        events: Events,
        *,
        pause: float,
        every: float,
    ) -> None:
        """`take` has deliveries taken; how many. Seconds between two looks: `pause` at least, so that what comes
        together is taken together; `every` at most, for what other processes have put there."""
        self._database, self._outbox, self._engine, self._take, self._events = database, outbox, engine, take, events
        self._queue, self._pause, self._every = QueueTable(database), pause, every
        self._bell, self._stopping = Event(), Event()
        self._take_again_at = 0.0
        self._thread = Thread(target=self._run, name="delivery-looking", daemon=True)

    def start(self) -> None:
        """Begins to look."""
        self._database.bells.add(self._bell)
        self._bell.set()
        self._thread.start()

    def stop(self) -> None:
        """Looks no more."""
        self._database.bells.discard(self._bell)
        self._stopping.set()
        self._bell.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        more = True
        while not self._stopping.is_set():
            rung = more or self._bell.wait(self._every)
            self._bell.clear()  # before the look: what is committed after it rings again
            more = False
            try:
                more = self._look(rung=rung)
            except Exception:  # the delivery worker's edge: the next look may succeed
                log.exception("nothing could be handed over or taken")
                self._stopping.wait(AFTER_A_FAULT_S)
            if not more:
                self._stopping.wait(self._pause)

    def _look(self, *, rung: bool) -> bool:
        """Whether changes were left."""
        self._engine.record()
        with self._database.read() as session:  # an idle look takes no writer
            found = self._queue.look(session)
        if found.events:
            self._take_events()
        if found.delayed:
            self._engine.take_up_delayed()
        handed_over = self._hand_over() if found.changes or found.events else 0
        # What waits behind another in its partition is no news: to look for it each time would cost all that a rate
        # limit spares. Whoever ends a delivery in this process rings.
        if handed_over or found.delayed or (found.deliveries and (rung or monotonic() >= self._take_again_at)):
            taken = self._take()
            self._take_again_at = 0.0 if taken else monotonic() + SELDOM * self._every
        return handed_over == TURN * AT_ONCE

    def _take_events(self) -> None:
        taken = EVENTS_AT_ONCE
        while taken == EVENTS_AT_ONCE and not self._stopping.is_set():
            with self._database.begin() as session:
                taken = self._events.take(session)

    def _hand_over(self) -> int:
        """How many changes were handed over."""
        for turn in range(1, TURN + 1):
            # Out of the outbox and into the queue in one transaction: a crash between loses and doubles nothing.
            with self._database.begin() as session:
                moved = self._outbox.hand_over(session, AT_ONCE)
            if moved < AT_ONCE or self._stopping.is_set():
                return (turn - 1) * AT_ONCE + moved
        return TURN * AT_ONCE
