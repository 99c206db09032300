"""What stands in DBOS's queue, read from its table `workflow_status`: counts, and who has what in hand. Only reads.

DBOS's own `list_workflows` loads every row to be counted. The conditions are literals in DBOS's own words: SQLite
proves a partial index from them, and never from a parameter; without it each look would scan all that was ever sent.
"""

from collections import Counter
from dataclasses import dataclass
from time import time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    TextClause,
    bindparam,
    column,
    func,
    literal,
    select,
    table,
    text,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from storage.engine import Database
from storage.queue_rows import QUEUE, SCHEMA
from storage.tables.delivery import OutboxRow
from storage.tables.webhook import EventRow

COLUMNS = (
    "workflow_uuid", "status", "executor_id", "queue_name", "queue_partition_key", "created_at", "completed_at",
    "delay_until_epoch_ms",
)  # fmt: skip
IN_FLIGHT = text("status IN ('ENQUEUED', 'PENDING')")
DELAYED = text("status = 'DELAYED' AND delay_until_epoch_ms > 0")
BROKEN = text("status IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')")
SUCCEEDED = text("status = 'SUCCESS'")


@dataclass(frozen=True)
class Waiting:
    """What there is to do: changes to hand over, events to make deliveries of, deliveries to take, or whose delay is
    over."""

    changes: bool
    events: bool
    deliveries: bool
    delayed: bool


@dataclass(frozen=True)
class DeliveryBacklog:
    """What is not delivered: waiting, in hand, given up; and how old the oldest not given up is, in seconds.

    Waiting are changes that are not handed over yet, and deliveries to one recipient.
    """

    enqueued: int
    pending: int
    failed: int
    oldest_seconds: float
    held: int = 0
    """Deliveries that a restored database does not send without being asked; no part of the others."""


class QueueTable:
    """The queue in *database*. The functions raise SQLAlchemy's error when DBOS's tables are not there."""

    def __init__(self, database: Database) -> None:
        self._table = table("workflow_status", *map(column, COLUMNS), schema=None if database.is_sqlite else SCHEMA)
        queued = self._select(IN_FLIGHT, self._table.c.workflow_uuid).where(self._table.c.status == "ENQUEUED")
        # IN_FLIGHT beside the status that is meant, because these words are those of DBOS's index.
        in_hand = self._select(IN_FLIGHT, self._table.c.executor_id, self._table.c.workflow_uuid)
        self._in_hand = in_hand.where(self._table.c.status == "PENDING")
        over = self._table.c.delay_until_epoch_ms <= bindparam("now")
        delayed = self._select(DELAYED, self._table.c.workflow_uuid).where(over)
        # One statement, written once: it is asked all day, mostly for nothing.
        looks = (select(OutboxRow.id), select(EventRow.id), queued, delayed)
        self._waiting = select(*(each.exists() for each in looks))

    def look(self, session: Session) -> Waiting:
        """Whether there is anything to do, without what is in hand or held back."""
        now = {"now": int(time() * 1000)}
        return Waiting(*map(bool, session.connection().execute(self._waiting, now).one()))

    def count(self, session: Session, *, failed: int) -> DeliveryBacklog:
        """The backlog. Deliveries that broke as a whole are added to the *failed* messages."""
        columns = self._table.c
        figures = (columns.status, func.count(), func.min(columns.created_at))
        # One statement: what is handed over, or put back, between two would be seen in neither.
        looks = union_all(
            *(self._select(condition, *figures).group_by(columns.status) for condition in (IN_FLIGHT, DELAYED)),
            select(literal("OUTBOX"), func.count(), func.min(OutboxRow.queued_at)),
        )
        counts, oldest = Counter[str](), []
        for status, count, since in session.execute(looks):
            counts[status] = count
            oldest += [since] if since is not None else []
        # These broke as a whole, before a message of them could be recorded: a row of a later version, for example.
        broken = session.scalar(self._select(BROKEN, func.count())) or 0
        return DeliveryBacklog(
            enqueued=counts["ENQUEUED"] + counts["DELAYED"] + counts["OUTBOX"],
            pending=counts["PENDING"],
            failed=failed + broken,
            oldest_seconds=max(0.0, time() - min(oldest) / 1000) if oldest else 0.0,
        )

    def list_partitions(self, session: Session) -> set[str]:
        """The partitions in which something waits or is in hand."""
        partition = self._table.c.queue_partition_key
        # Two looks in one statement: each condition has a partial index of its own, and both with OR would have none.
        looks = union(*(self._select(condition, partition) for condition in (IN_FLIGHT, DELAYED)))
        return set(session.scalars(looks))

    def list_in_hand(self, session: Session) -> list[tuple[str, str]]:
        """The pending deliveries of every process: (executor, workflow)."""
        return [(executor, w) for executor, w in session.connection().execute(self._in_hand)]

    def list_succeeded(self, session: Session, *, before: float, limit: int) -> list[str]:
        """Workflows that ended well before that time (seconds since 1970), the oldest first."""
        columns = self._table.c
        # A whole number: compared with a fraction, PostgreSQL finds no index for it, and reads every row at each look.
        ended = columns.completed_at < int(before * 1000)
        query = self._select(SUCCEEDED, columns.workflow_uuid).where(ended)
        return list(session.scalars(query.order_by(columns.completed_at).limit(limit)))

    def _select(self, condition: TextClause, *what: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
        return select(*what).where(self._table.c.queue_name == QUEUE, condition)
