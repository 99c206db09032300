"""The outbox: messages are put here in the transaction of the change they speak of. Sends nothing itself.

Behind it stands DBOS's queue, in the same database (`scheduler/delivery/` takes from it). What is stored is plain JSON,
never pickled classes, so that a row written by an old version of this code is understood by a new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from bot.domain.messages import Live, Message, Post, Refresh
from storage.engine import Database

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

APPLICATION = "actionitem"
QUEUE = "deliveries"
WORKFLOW = "deliver"
SCHEMA = "dbos"


class Outbox:
    """Enqueues deliveries in *database*. Needs no running delivery in this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
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
        """Puts *messages* into the outbox within the caller's transaction; 0.2–0.5 ms for each recipient.

        The same `delivery_id` in the same workspace is ignored the second time. Messages to one recipient are
        sent in the order given, after those enqueued before; recipients do not wait for each other.
        `delay` in seconds holds the delivery back.
        """
        from dbos import WorkflowSerializationFormat, error  # noqa: PLC0415 – see `client`

        for turn, to in enumerate(dict.fromkeys(message.to for message in messages)):
            part = delivery_id if turn == 0 else f"{delivery_id}/{to}"
            options: EnqueueOptions = {
                "workflow_name": WORKFLOW,
                "queue_name": QUEUE,
                "workflow_id": workflow_of(workspace, part),
                "workflow_id_reuse_policy": "reject",
                "queue_partition_key": partition_of(workspace, to),
                "serialization_type": WorkflowSerializationFormat.PORTABLE,
            }
            if delay > 0:
                options["delay_seconds"] = delay
            stored = [to_json(message) for message in messages if message.to == to]
            try:
                self.client.enqueue_in_transaction(session, options, workspace, part, stored)
            except error.DBOSWorkflowIDInUseError:
                return  # raised before anything is written, so the caller's transaction goes on

    @property
    def client(self) -> DBOSClient:
        """DBOS's client; for `scheduler/delivery*.py` alone. Made when first needed: the import takes a while."""
        with self._lock:
            if self._client is None:
                from dbos import DBOSClient  # noqa: PLC0415 – not needed by commands that say nothing

                self._client = DBOSClient(
                    system_database_engine=self._database.engine,
                    dbos_system_schema=SCHEMA,
                    application_name=APPLICATION,
                    lazy=True,
                )
            return self._client


_PICTURE = {"id": "picture"}
"""Until charts were Slack's own, a report kept the place of a picture by this; one may still lie in the queue."""


def workflow_of(workspace: str, delivery_id: str) -> str:
    """DBOS's name for a delivery: the same name is enqueued once."""
    return f"{workspace}:{delivery_id}"


def partition_of(workspace: str, to: str) -> str:
    """What is delivered one after the other: a recipient's messages."""
    return f"{workspace}:{to}"


def to_json(message: Message) -> dict[str, Any]:
    """The message as JSON: its fields, and `kind`."""
    return {"kind": type(message).__name__.lower(), **asdict(message)}


def from_json(stored: Mapping[str, Any]) -> Message:
    """The message that `to_json` stored, now or by an earlier version: fields unknown here are ignored.

    Raises KeyError when one is missing.
    """
    if stored["kind"] == "live":
        return Live(key=stored["key"], to=stored["to"], subject=stored["subject"], ref=stored["ref"])
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
    )
