"""The outbox: what a change has to say is put here in its transaction, as one row. Sends nothing itself.

    one row of `outbox` → `hand_over` → a delivery for each recipient in DBOS's queue, in the same database

Whoever delivers hands over, in the order of the rows (`scheduler/delivery/` takes from the queue). What is stored is
plain JSON, never pickled classes, so that a row written by an old version of this code is understood by a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import Lock
from time import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from bot.domain.messages import Live, Message, Post, Refresh
from bot.domain.traced import TRACES
from storage.engine import RINGS, Database
from storage.once import insert_new
from storage.queue_rows import APPLICATION, QUEUE, SCHEMA, QueueRows, WorkflowRow
from storage.tables.base import table_of
from storage.tables.delivery import OutboxRow

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

WORKFLOW = "deliver"
QUEUED_AT = "queued_at"
TRACED_FROM = "traceparent"
Stored = Mapping[str, Any]
"""A message as JSON."""
_OUTBOX = table_of(OutboxRow)
OLDEST = select(_OUTBOX).order_by(_OUTBOX.c.id).limit(bindparam("many")).with_for_update()
HANDED_OVER = delete(_OUTBOX).where(_OUTBOX.c.id.in_(bindparam("ids", expanding=True)))


class Outbox:
    """Enqueues deliveries in *database*. Needs no running delivery in this process."""

    def __init__(self, database: Database) -> None:
        self._database, self._rows = database, QueueRows(database)
        self._client: DBOSClient | None = None
        self._lock = Lock()

    def enqueue(
        self,
        session: Session,
        workspace: str,
        delivery_id: str,
        messages: Sequence[Message],
        *,
        delay: float = 0.0,
    ) -> None:
        """Puts *messages* into the outbox within the caller's transaction: one statement, whoever they are for.

        The same `delivery_id` in the same workspace is ignored the second time. Messages to one recipient are
        sent in the order given, after those enqueued before; recipients do not wait for each other.
        `delay` in seconds holds the delivery back: it goes behind what is enqueued meanwhile.
        """
        # Straight into the queue, which alone can delay; in the outbox it would be handed over at the next look.
        if delay > 0:
            self._queue(session, [(workspace, delivery_id, _stored(messages))], delay)
        else:
            self.enqueue_all(session, [(workspace, delivery_id, messages)])

    def enqueue_all(self, session: Session, deliveries: Iterable[tuple[str, str, Sequence[Message]]]) -> None:
        """As `enqueue`, for several, each a workspace, a delivery's id and its messages."""
        now = int(time() * 1000)
        rows = [
            {"workspace": workspace, "delivery": delivery_id, "messages": _stored(messages), "queued_at": now}
            for workspace, delivery_id, messages in deliveries
            if messages
        ]
        if rows:
            insert_new(session, OutboxRow, ("workspace", "delivery"), rows)
            session.info[RINGS] = True

    def hand_over(self, session: Session, limit: int) -> int:
        """Moves the oldest rows into DBOS's queue, a delivery for each recipient; how many rows there were.

        Of two processes that hand over at once, the second waits and finds what the first has left.
        """
        # Locked in order, and not “skip locked”: a channel would read two changes in the wrong order.
        rows = session.connection().execute(OLDEST, {"many": limit}).all()
        if not rows:
            return 0
        # With each message since when it waits: whoever delivers says how late it is.
        self._queue(
            session,
            [
                (row.workspace, row.delivery, [{**message, QUEUED_AT: row.queued_at} for message in row.messages])
                for row in rows
            ],
        )
        session.connection().execute(HANDED_OVER, {"ids": [row.id for row in rows]})
        return len(rows)

    def _queue(
        self, session: Session, deliveries: Sequence[tuple[str, str, Sequence[Stored]]], delay: float = 0.0
    ) -> None:
        known = self._rows.list_known(session, [workflow_of(workspace, name) for workspace, name, _ in deliveries])
        statuses: list[WorkflowRow] = []
        for workspace, name, stored in deliveries:
            # The name is the idempotency key, whoever enqueues it. All parts were queued in one transaction: where the
            # first is, the others are or have been.
            if workflow_of(workspace, name) not in known:
                for options, given in _parts(workspace, name, stored, delay):
                    # What DBOS would queue for it, but written together with the others.
                    statuses.append(self.client._build_enqueue_status(options, *given)[1])
        self._rows.add(session, statuses)

    @property
    def client(self) -> DBOSClient:
        """DBOS's client; for `scheduler/delivery/` alone. Made when first needed: the import takes a while."""
        with self._lock:
            # Under a lock: threads of several requests may be the first at once.
            if self._client is None:
                from dbos import DBOSClient  # noqa: PLC0415 – not needed by commands that say nothing

                self._client = DBOSClient(
                    system_database_engine=self._database.engine,
                    dbos_system_schema=SCHEMA,
                    application_name=APPLICATION,
                    lazy=True,
                )
            return self._client


def _parts(
    workspace: str, delivery_id: str, stored: Sequence[Stored], delay: float
) -> Iterator[tuple[EnqueueOptions, tuple[str, str, list[Stored]]]]:
    """A delivery for each recipient: how DBOS is to queue it, and what it is given."""
    from dbos import WorkflowSerializationFormat  # noqa: PLC0415 – see `client`

    # A message of a later version is queued all the same, and fails there alone: it must hold up no other.
    for turn, to in enumerate(dict.fromkeys(message.get("to", "") for message in stored)):
        part = delivery_id if turn == 0 else f"{delivery_id}/{to}"
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": workflow_of(workspace, part),
            "queue_partition_key": partition_of(workspace, to),
            "serialization_type": WorkflowSerializationFormat.PORTABLE,
        }
        if delay > 0:
            options["delay_seconds"] = delay
        yield options, (workspace, part, [message for message in stored if message.get("to", "") == to])


def has_waiting(session: Session) -> bool:
    """Whether anything waits to be handed over."""
    return session.scalar(select(OutboxRow.id).limit(1)) is not None


_PICTURE = {"id": "picture"}
"""Until charts were Slack's own, a report kept the place of a picture by this; one may still lie in the queue."""


def workflow_of(workspace: str, delivery_id: str) -> str:
    """DBOS's name for a delivery: the same name is enqueued once."""
    return f"{workspace}:{delivery_id}"


def partition_of(workspace: str, to: str) -> str:
    """What is delivered one after the other: a recipient's messages."""
    return f"{workspace}:{to}"


def _stored(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """The messages as JSON; each with the trace of what it came from, where there is one, for whoever delivers it."""
    came_from = {TRACED_FROM: here} if (here := TRACES.here()) else {}
    return [to_json(message) | came_from for message in messages]


def to_json(message: Message) -> dict[str, Any]:
    """The message as JSON: its fields, and `kind`."""
    return {"kind": type(message).__name__.lower(), **vars(message)}


def from_json(stored: Mapping[str, Any]) -> Message:
    """The message that `to_json` stored, now or by an earlier version: fields unknown here are ignored.

    Raises KeyError when one is missing.
    """
    if stored["kind"] == "live":
        return Live(
            key=stored["key"],
            to=stored["to"],
            subject=stored["subject"],
            ref=stored["ref"],
            thread_of=stored.get("thread_of"),
        )
    if stored["kind"] == "refresh":
        return Refresh(key=stored["key"], to=stored["to"])
    return Post(
        key=stored["key"],
        to=stored["to"],
        text=stored["text"],
        blocks=[block for block in stored.get("blocks") or [] if block.get("slack_file") != _PICTURE],
        thread_of=stored.get("thread_of"),
        thread_ts=stored.get("thread_ts"),
        in_words=list(stored.get("in_words") or []),
        label=stored.get("label") or "",
    )
