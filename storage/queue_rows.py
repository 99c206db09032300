"""Rows of DBOS's queue, many in one statement: what is handed over to it, and what is done.

DBOS writes them one by one, with statements that are put together anew each time (ADR 017). What stands in them is what
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
Status = Mapping[str, Any]
"""A delivery as DBOS builds it for its queue (`build_enqueue_status`)."""

COLUMNS = (
    "workflow_uuid", "status", "name", "queue_name", "queue_partition_key", "serialization", "application_name",
    "priority", "recovery_attempts", "is_debounced", "created_at", "updated_at",
)  # fmt: skip
"""What a delivery in the queue has; all else is empty."""


class QueueRows:
    """Writes to the queue in *database*, in the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._is_sqlite = database.is_sqlite
        self._known = self._text("SELECT workflow_uuid FROM {status} WHERE workflow_uuid IN (SELECT value FROM {list})")
        self._last = self._text(f"SELECT value, ({_last('ENQUEUED')}), ({_last('PENDING')}), {{now}} FROM {{list}}")
        values = ", ".join(f":{name}" for name in COLUMNS)
        self._add = self._text(f"INSERT INTO {{status}} ({', '.join(COLUMNS)}) VALUES ({values}) {{once}}")
        self._give = self._text("INSERT INTO {input} (workflow_uuid, inputs) VALUES (:workflow_uuid, :inputs) {once}")
        self._end = self._text(
            "UPDATE {status} SET status = 'SUCCESS', owner_xid = NULL, updated_at = {now}, completed_at = {now}"
            " WHERE workflow_uuid = :workflow AND status = 'PENDING' AND owner_xid = :token"
        )

    def list_known(self, session: Session, workflows: Collection[str]) -> set[str]:
        """Those of *workflows* that the queue has, done or not."""
        return set(session.connection().execute(self._known, {"list": self._list(workflows)}).scalars())

    def add(self, session: Session, statuses: Sequence[Status]) -> None:
        """Puts them into the queue, behind what waits there for the same recipients, in the order given."""
        if statuses:
            session.connection().execute(self._add, self._placed(session, statuses))
            given = [{"workflow_uuid": each["workflow_uuid"], "inputs": each["inputs"]} for each in statuses]
            session.connection().execute(self._give, given)

    def end(self, session: Session, done: Collection[tuple[str, str]]) -> None:
        """Notes the success of those (workflow, token of the claim) that still belong to that claim."""
        # No row of output, as DBOS would write: a delivery returns nothing, and that is what is read where there is none.
        now = _now()
        ended = [{"workflow": workflow, "token": token, "now": now} for workflow, token in done]
        session.connection().execute(self._end, ended)

    def _placed(self, session: Session, statuses: Sequence[Status]) -> list[dict[str, Any]]:
        # Within a partition DBOS goes by `created_at`, then by the name. Left to the database, that time is the second
        # (SQLite) or the beginning of the transaction (PostgreSQL), and “change:10” came before “change:9”.
        asked = {"list": self._list({each["queue_partition_key"] for each in statuses}), "now": _now()}
        found = session.connection().execute(self._last, asked)
        last = {partition: max(now - 1, waiting or 0, in_hand or 0) for partition, waiting, in_hand, now in found}
        rows = []
        for status in statuses:
            last[status["queue_partition_key"]] = at = last[status["queue_partition_key"]] + 1
            row = {**status, "recovery_attempts": 0, "created_at": at, "updated_at": at}
            rows.append({name: row[name] for name in COLUMNS})
        return rows

    def _text(self, statement: str) -> TextClause:
        schema = "" if self._is_sqlite else f"{SCHEMA}."
        given = "json_each(:list)" if self._is_sqlite else "unnest(CAST(:list AS text[])) AS each(value)"
        # The database's clock where replicas share it, and not that of the transaction's beginning: it may have waited
        # for another one's rows.
        clock = ":now" if self._is_sqlite else "CAST(EXTRACT(epoch FROM clock_timestamp()) * 1000 AS bigint)"
        words = {"status": f"{schema}workflow_status", "input": f"{schema}workflow_input", "list": given, "now": clock}
        return text(statement.format(**words, once="ON CONFLICT (workflow_uuid) DO NOTHING"))

    def _list(self, words: Collection[str]) -> str | list[str]:
        return json.dumps(sorted(words)) if self._is_sqlite else sorted(words)


def _last(status: str) -> str:
    """When the newest of a partition in that state was created: one step in DBOS's index for taking."""
    return (
        f"SELECT created_at FROM {{status}} WHERE queue_name = '{QUEUE}' AND status = '{status}'"
        " AND status IN ('ENQUEUED', 'PENDING') AND queue_partition_key IS NOT NULL AND queue_partition_key = value"
        " ORDER BY priority DESC, created_at DESC LIMIT 1"
    )


def _now() -> int:
    return int(time() * 1000)
