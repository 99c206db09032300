"""Rows of DBOS's queue, many in one statement: what is handed over to it, and what is done.

DBOS writes them one by one, with statements that are put together anew each time (ADR 018). What stands in them is what
it would write itself. Plain SQL, because SQLAlchemy keeps no compiled `ON CONFLICT`; the two databases differ in names,
in how a list is given, and in whose clock counts.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from time import time
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from storage.engine import Database

QUEUE = "deliveries"
SCHEMA = "dbos"
WorkflowRow = Mapping[str, Any]
"""A delivery as DBOS builds it for its queue (`build_enqueue_status`)."""

COLUMNS = (
    "workflow_uuid", "status", "name", "queue_name", "queue_partition_key", "serialization", "application_name",
    "priority", "recovery_attempts", "is_debounced", "delay_until_epoch_ms", "created_at", "updated_at",
)  # fmt: skip
"""What a delivery in the queue has; all else is empty."""

KNOWN = "SELECT workflow_uuid FROM {status} WHERE workflow_uuid IN (SELECT value FROM {list})"
# Each a single step in DBOS's index for taking, whose condition is repeated in its own words for SQLite.
LAST = """
    SELECT value, {now},
        (SELECT created_at FROM {status} WHERE queue_name = '{queue}' AND status = 'ENQUEUED'
            AND status IN ('ENQUEUED', 'PENDING') AND queue_partition_key IS NOT NULL AND queue_partition_key = value
            ORDER BY priority DESC, created_at DESC LIMIT 1),
        (SELECT created_at FROM {status} WHERE queue_name = '{queue}' AND status = 'PENDING'
            AND status IN ('ENQUEUED', 'PENDING') AND queue_partition_key IS NOT NULL AND queue_partition_key = value
            ORDER BY priority DESC, created_at DESC LIMIT 1)
    FROM {list}
"""
ADD = "INSERT INTO {status} ({columns}) VALUES ({values}) ON CONFLICT (workflow_uuid) DO NOTHING"
GIVE = """
    INSERT INTO {input} (workflow_uuid, inputs) VALUES (:workflow_uuid, :inputs) ON CONFLICT (workflow_uuid) DO NOTHING
"""
# No row of output, as DBOS writes: a delivery returns nothing, which is what is read where there is none.
END = """
    UPDATE {status} SET status = 'SUCCESS', owner_xid = NULL, updated_at = {now}, completed_at = {now}
    WHERE workflow_uuid = :workflow AND status = 'PENDING' AND owner_xid = :token
"""


class QueueRows:
    """Writes to the queue in *database*, in the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._is_sqlite = database.is_sqlite
        self._known, self._last = self._text(KNOWN), self._text(LAST)
        self._add, self._give, self._end = self._text(ADD), self._text(GIVE), self._text(END)

    def list_known(self, session: Session, workflows: Collection[str]) -> set[str]:
        """Those of *workflows* that the queue has, done or not."""
        return set(session.connection().execute(self._known, {"list": self._list(workflows)}).scalars())

    def add(self, session: Session, statuses: Sequence[WorkflowRow]) -> None:
        """Puts them into the queue, behind what waits there for the same recipients, in the order given."""
        if statuses:
            session.connection().execute(self._add, self._placed(session, statuses))
            given = [{"workflow_uuid": each["workflow_uuid"], "inputs": each["inputs"]} for each in statuses]
            session.connection().execute(self._give, given)

    def end(self, session: Session, done: Collection[tuple[str, str]]) -> None:
        """Notes the success of those (workflow, token of the claim) that still belong to that claim."""
        now = _now()
        ended = [{"workflow": workflow, "token": token, "now": now} for workflow, token in done]
        session.connection().execute(self._end, ended)

    def _placed(self, session: Session, statuses: Sequence[WorkflowRow]) -> list[dict[str, Any]]:
        # Within a partition DBOS goes by `created_at`, then by the name. Left to the database, that time is the second
        # (SQLite) or the beginning of the transaction (PostgreSQL), and “change:10” came before “change:9”.
        asked = {"list": self._list({each["queue_partition_key"] for each in statuses}), "now": _now()}
        found = session.connection().execute(self._last, asked)
        last = {partition: max(now - 1, waiting or 0, in_hand or 0) for partition, now, waiting, in_hand in found}
        rows = []
        for status in statuses:
            last[status["queue_partition_key"]] = at = last[status["queue_partition_key"]] + 1
            row = {**status, "recovery_attempts": 0, "created_at": at, "updated_at": at}
            rows.append({name: row[name] for name in COLUMNS})
        return rows

    def _text(self, statement: str) -> TextClause:
        schema = "" if self._is_sqlite else f"{SCHEMA}."
        return text(
            statement.format(
                status=f"{schema}workflow_status",
                input=f"{schema}workflow_input",
                queue=QUEUE,
                columns=", ".join(COLUMNS),
                values=", ".join(f":{name}" for name in COLUMNS),
                list="json_each(:list)" if self._is_sqlite else "unnest(CAST(:list AS text[])) AS each(value)",
                # The clock that replicas share; not the beginning of a transaction that may have waited for another.
                now=":now" if self._is_sqlite else "CAST(EXTRACT(epoch FROM clock_timestamp()) * 1000 AS bigint)",
            )
        )

    def _list(self, words: Collection[str]) -> str | list[str]:
        return json.dumps(sorted(words)) if self._is_sqlite else sorted(words)


def _now() -> int:
    return int(time() * 1000)
