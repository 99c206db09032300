"""Durable delivery: sends what is in the outbox, each message once, whatever crashes meanwhile.

    outbox (a row for each change) → DBOS's queue (one delivery at a time for each recipient)
        → `Sender.advance` until finished

The record in `sent_messages` decides what is left to do, so a delivery may be run again from its beginning at any
time: after a crash, a take-over, or a wait. The parts: `outbox_to_queue` looks for work, `dbos_queue`
knows DBOS, `takeover` whose work is whose; `sender` claims and records one attempt, `attempt` makes it with `drawing`
and `slack_calls`, within `limits`; `bot.domain.delivery` knows what an error means, `backlog` what is left.
"""

import os
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from secrets import token_hex
from time import time
from typing import Any, Self

import structlog
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.domain.messages import Message
from bot.domain.observed import DELIVERIES
from bot.domain.traced import TRACES, Side
from scheduler.delivery.dbos_queue import DeliveryEngine, require_dbos_schema
from scheduler.delivery.drawing import Refresher, Renderer
from scheduler.delivery.events import Events
from scheduler.delivery.limits import Limits
from scheduler.delivery.outbox_to_queue import Looking
from scheduler.delivery.sender import DATABASE_AWAY_WAIT_S, OnFailure, Sender
from scheduler.delivery.signs import Signs
from scheduler.delivery.takeover import Keeper
from storage.engine import DATABASE_AWAY, Database
from storage.messages import Behind, Finished, Mend, Wait
from storage.outbox import QUEUED_AT, TRACED_FROM, Outbox, from_json, workflow_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class DeliverySettings:
    """How delivery runs; times in seconds. The defaults are for Slack itself."""

    limits: Limits = field(default_factory=Limits)
    signs: Signs = field(default_factory=Signs)
    polling: float = 0.4
    """How long a message of another process may lie in the outbox unseen; one of this process rings."""
    pause: float = 0.2
    """Between two looks: what comes meanwhile is taken together."""
    workers: int = 64
    """Deliveries in hand at once."""
    put_aside_after: float = 2.0
    """A longer wait gives up its thread, unless it only keeps the pace."""
    parent_waits: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
    """A reply whose parent is not sent yet goes behind the others, that much later each time."""
    mend_waits: tuple[float, ...] = (300.0, 1800.0, 7200.0, 28_800.0, 86_400.0)
    """What Slack refuses until somebody mends it (an archived channel) is tried again, that much later each time."""
    grace: float = 5.0
    """How long `stop` waits for calls to Slack that are under way."""

    @property
    def longest_wait(self) -> float:
        """Seconds for which a wait keeps its thread. Put aside at each of its messages, a delivery would never end."""
        return max(self.put_aside_after, self.limits.pace.interval)


class Delivery:
    """Delivers while it is launched: `launch` and `stop`, or `with`. One in a process at a time."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        *,
        client_for: Callable[[str], WebClient],
        renderers: Mapping[str, Renderer],
        on_failure: OnFailure,
        refreshers: Mapping[str, Refresher] | None = None,
        settings: DeliverySettings | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`client_for(workspace)`: a `delivery_client`, or LookupError where the app is not installed.

        `renderers` by a Live message's subject, `refreshers` by the kind of a Refresh's key.
        `on_failure(session, workspace, message, error)` is called in the transaction that records a message as given
        up; it may enqueue another that says so, whose key starts with `bot.domain.delivery.UNDELIVERED_PREFIX`.
        """
        self._database, self._outbox = database, outbox
        self._settings = settings or DeliverySettings()
        # A name that is never used twice: a restarted container often has the same host name and process id as the one
        # before, whose pending work must be seen to be left behind.
        self.executor = f"{socket.gethostname()}-{os.getpid()}-{token_hex(4)}"
        self._engine = DeliveryEngine(
            database,
            outbox,
            self.executor,
            polling=self._settings.polling,
            workers=self._settings.workers,
        )
        self._keeper = Keeper(database, self._engine, self.executor, self._settings.signs)
        self._looking = Looking(
            database,
            outbox,
            self._engine,
            self._keeper.take,
            Events(outbox, clock),
            pause=self._settings.pause,
            every=self._settings.polling,
        )
        self._sender = Sender(
            database,
            client_for,
            renderers,
            refreshers or {},
            on_failure,
            self._keeper.take_up,
            self._settings.limits,
        )

    def launch(self) -> None:
        """Starts delivering. Raises RuntimeError when the delivery tables are missing or old."""
        # DBOS itself does not look: `run_migrations` is off, because `actionitem migrate` brings its tables.
        require_dbos_schema(self._database)
        # Signs in before it takes work: what is pending in a name that nobody knows is put back by the others.
        self._keeper.start()
        try:
            self._engine.launch(self._deliver)
            self._looking.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends calls under way, hands everything else back so that another process goes on at once."""
        # In this order: nothing new comes into the queue, what is in hand lets go, DBOS takes no more, and only then is
        # the work given back. Given back earlier, this very process would take it again.
        self._looking.stop()
        self._keeper.stop(self._settings.grace)
        self._engine.stop()
        self._keeper.leave()

    def __enter__(self) -> Self:
        self.launch()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _deliver(self, workspace: str, delivery_id: str, stored: list[dict[str, Any]]) -> None:
        messages = [from_json(one) for one in stored]
        workflow = workflow_of(workspace, delivery_id)
        # The same delivery can be started twice in one process: put back while its earlier run is on its way out.
        with self._keeper.hold(workflow) as check:
            for index, message in enumerate(messages):
                with _traced(workspace, delivery_id, message, stored[index]):
                    progress = self._see_through(workspace, workflow, message, check)
                if isinstance(progress, Finished):
                    _say(workspace, delivery_id, message, stored[index])
                if isinstance(progress, Behind):
                    # Its parent may stand behind it in the same partition: waiting at its head would never end.
                    self._persistently(check, partial(self._go_behind, workspace, delivery_id, messages[index:]))
                    return
                if isinstance(progress, Mend):
                    self._persistently(check, partial(self._hold, workspace, delivery_id, message, progress.code))

    def _see_through(
        self, workspace: str, workflow: str, message: Message, check: Callable[[], None]
    ) -> Finished | Behind | Mend:
        """Until the message is sent or given up, must wait for its parent, or for somebody to mend something."""
        while True:
            # Before every call to Slack: a process that was paused may have lost this delivery to another one.
            check()
            progress = self._sender.advance(workspace, message, check)
            if not isinstance(progress, Wait):
                return progress
            # A thread is kept for short waits only: an outage in one workspace would take them from all others.
            if progress.seconds > self._settings.longest_wait:
                self._keeper.put_aside(workflow, workspace, progress.seconds)
            self._keeper.wait(progress.seconds)

    def _persistently(self, check: Callable[[], None], do: Callable[[], None]) -> None:
        """Does it, however long the database is away: raised to DBOS, that would end the delivery and lose the message.

        Done twice it does no harm: what is enqueued has a name, and a failure is told under a key.
        """
        while True:
            check()
            try:
                return do()
            except DATABASE_AWAY:
                self._keeper.wait(DATABASE_AWAY_WAIT_S)

    def _go_behind(self, workspace: str, delivery_id: str, messages: Sequence[Message]) -> None:
        name, turn = _turn(delivery_id, "~")
        if turn >= len(self._settings.parent_waits):
            for message in messages:
                self._sender.give_up(workspace, message, "parent_not_sent")
            return
        with self._database.begin() as session:
            delay = self._settings.parent_waits[turn]
            # A new name each time: the queue ignores a delivery that it has had before.
            self._outbox.enqueue(session, workspace, f"{name}~{turn + 1}", messages, delay=delay)

    def _hold(self, workspace: str, delivery_id: str, message: Message, error: str) -> None:
        """Later once more; those behind it do not wait, and somebody is told meanwhile."""
        # The turn is in the name: it survives every crash, though each attempt is a delivery of its own.
        name, turn = _turn(delivery_id, "^")
        if turn >= len(self._settings.mend_waits):
            self._sender.give_up(workspace, message, error)
            return
        delay = self._settings.mend_waits[turn]
        again = message.key if turn == 0 else name  # a delivery of its own: the others in this one go on

        def go_on(session: Session) -> None:
            self._outbox.enqueue(session, workspace, f"{again}^{turn + 1}", [message], delay=delay)

        self._sender.hold(workspace, message, error, timedelta(seconds=delay), go_on)


def _traced(
    workspace: str, delivery_id: str, message: Message, stored: Mapping[str, Any]
) -> AbstractContextManager[object]:
    """The delivery of one message, as part of the trace of what it came from."""
    name, came_from = f"deliver {stored.get('kind', '')}", str(stored.get(TRACED_FROM) or "")
    return TRACES.span(name, Side.CONSUMER, came_from, workspace=workspace, delivery=delivery_id, key=message.key)


def _say(workspace: str, delivery_id: str, message: Message, stored: Mapping[str, Any]) -> None:
    """How late it was. `queued` in the log has the same delivery, with the request that it came from."""
    # What had to wait for somebody to mend something was enqueued anew, and does not say since when.
    queued_at = stored.get(QUEUED_AT)
    late = max(0.0, time() - queued_at / 1000) if queued_at else None
    if late is not None:
        DELIVERIES.took(str(stored.get("kind", "")), late)
    log.info("message_delivered", workspace=workspace, delivery=delivery_id, key=message.key, seconds=late)


def _turn(delivery_id: str, mark: str) -> tuple[str, int]:
    """The delivery's own id, and how often it was enqueued anew for the reason that *mark* stands for."""
    found = re.fullmatch(rf"(.*){re.escape(mark)}(\d+)", delivery_id, re.DOTALL)
    return (found[1], int(found[2])) if found else (delivery_id, 0)
