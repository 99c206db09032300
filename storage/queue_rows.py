"""Rows of DBOS's queue, many in one statement: what is handed over to it, what is taken, and what is done.

DBOS writes most of them one by one, with statements that are put together anew each time (ADR 018). What stands in
them is what it would write itself. Plain SQL, because SQLAlchemy keeps no compiled `ON CONFLICT`; the two databases
differ in names, in how a list is given, and in whose clock counts.
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
APPLICATION = "actionitem"
VERSION = "1"
"""Fixed: DBOS runs only work of its own version, and ours must outlive an upgrade."""
WorkflowRow = Mapping[str, Any]
"""A delivery as DBOS builds it for its queue (`build_enqueue_status`)."""

COLUMNS = (
    "workflow_uuid", "status", "name", "queue_name", "queue_partition_key", "serialization", "application_name",
    "priority", "recovery_attempts", "is_debounced", "delay_until_epoch_ms", "created_at", "updated_at",
)  # fmt: skip
"""What a delivery in the queue has; all else is empty."""

KNOWN = "SELECT workflow_uuid FROM {status} WHERE workflow_uuid {listed}"
# The condition of DBOS's index for taking, in its own words: SQLite uses that index only where it reads them.
INDEXED = "status IN ('ENQUEUED', 'PENDING')"
# Each a single step in that index.
LAST = """
    SELECT value, {now},
        (SELECT created_at FROM {status} WHERE queue_name = '{queue}' AND status = 'ENQUEUED' AND {indexed}
            AND queue_partition_key IS NOT NULL AND queue_partition_key = value
            ORDER BY priority DESC, created_at DESC LIMIT 1),
        (SELECT created_at FROM {status} WHERE queue_name = '{queue}' AND status = 'PENDING' AND {indexed}
            AND queue_partition_key IS NOT NULL AND queue_partition_key = value
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

# Whom to take, as DBOS's `start_queued_partitioned_workflows` chooses: of each partition in which nothing is in hand
# the first, found by a step in the index for each partition, however many wait behind it. Chance chooses among
# partitions when there is not room for all, so that none starves.
HEADS = """
    WITH RECURSIVE partitions(partition) AS (
        SELECT MIN(queue_partition_key) FROM {status} WHERE {waits} AND {indexed}
        UNION ALL
        SELECT (
            SELECT MIN(queue_partition_key) FROM {status}
            WHERE {waits} AND {indexed} AND queue_partition_key > partition)
        FROM partitions WHERE partition IS NOT NULL
    ), chosen AS (
        SELECT partition FROM partitions WHERE partition IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM {status}
            WHERE queue_name = '{queue}' AND status = 'PENDING' AND {indexed} AND queue_partition_key = partition)
        ORDER BY random() LIMIT :room
    ), heads AS (
        SELECT partition, (
            SELECT workflow_uuid FROM {status}
            WHERE {waits} AND {indexed} AND queue_partition_key = partition AND {of_our_version}
            ORDER BY priority, created_at, workflow_uuid LIMIT 1) AS workflow
        FROM chosen
    )
    SELECT workflow FROM heads WHERE workflow IS NOT NULL ORDER BY partition
"""
WAITS = """
    queue_name = '{queue}' AND status = 'ENQUEUED' AND queue_partition_key IS NOT NULL
    AND (application_name = '{application}' OR application_name IS NULL)
"""
# Who waits for a row that another process is just taking would wait in vain. A delivery that was delayed may have
# become the head, and been taken, since the heads were read.
TAKE = """
    UPDATE {status} SET status = 'PENDING', executor_id = :executor, owner_xid = :token,
        application_name = '{application}', application_version = '{version}', rate_limited = FALSE,
        recovery_attempts = recovery_attempts + 1, started_at_epoch_ms = {now}, updated_at = {now}
    WHERE workflow_uuid IN (
        SELECT workflow_uuid FROM {status} AS waiting
        WHERE workflow_uuid {listed} AND {waits} AND {of_our_version} AND NOT EXISTS (
            SELECT 1 FROM {status} AS held WHERE held.queue_name = '{queue}' AND held.status = 'PENDING' AND {indexed}
                AND held.queue_partition_key = waiting.queue_partition_key)
        {for_update})
    RETURNING workflow_uuid
"""
OF_OUR_VERSION = "(application_version = '{version}' OR application_version IS NULL)"
TAKEN = """
    SELECT {fields}, COALESCE({input}.inputs, {status}.inputs) AS inputs
    FROM {status} LEFT JOIN {input} ON {input}.workflow_uuid = {status}.workflow_uuid
    WHERE {status}.workflow_uuid {listed}
"""
FIELDS = {
    "app_version": "application_version",
    "app_id": "application_id",
    **{name: name for name in (
        "workflow_uuid", "status", "name", "recovery_attempts", "config_name", "class_name", "authenticated_user",
        "authenticated_roles", "assumed_role", "queue_name", "executor_id", "created_at", "updated_at",
        "workflow_deadline_epoch_ms", "workflow_timeout_ms", "deduplication_id", "priority", "queue_partition_key",
        "forked_from", "parent_workflow_id", "started_at_epoch_ms", "serialization", "delay_until_epoch_ms",
        "attributes", "schedule_name", "debounce_deadline_epoch_ms", "is_debounced", "application_name",
    )},
}  # fmt: skip
"""What DBOS knows of a workflow that it starts (`WorkflowStatusInternal`), beside its input: name → column."""


class QueueRows:
    """Writes to the queue in *database*, in the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._is_sqlite = database.is_sqlite
        self._known, self._last = self._text(KNOWN), self._text(LAST)
        self._add, self._give, self._end = self._text(ADD), self._text(GIVE), self._text(END)
        self._heads, self._take, self._taken = self._text(HEADS), self._text(TAKE), self._text(TAKEN)

    def list_known(self, session: Session, workflows: Collection[str]) -> set[str]:
        """Those of *workflows* that the queue has, done or not."""
        return set(session.connection().execute(self._known, {"list": self._list(workflows)}).scalars())

    def add(self, session: Session, statuses: Sequence[WorkflowRow]) -> None:
        """Puts them into the queue, behind what waits there for the same recipients, in the order given."""
        if statuses:
            session.connection().execute(self._add, self._placed(session, statuses))
            given = [{"workflow_uuid": each["workflow_uuid"], "inputs": each["inputs"]} for each in statuses]
            session.connection().execute(self._give, given)

    def list_heads(self, session: Session, *, room: int) -> list[str]:
        """The workflows that can be taken: the first of each partition in which none is in hand, at most *room*."""
        return list(session.connection().execute(self._heads, {"room": room}).scalars())

    def take(self, session: Session, workflows: Sequence[str], *, executor: str, token: str) -> list[str]:
        """Those of *workflows* that still waited, with nothing of their partition in hand, in the same order; from now
        on they belong to that claim."""
        told = {"list": self._list(workflows), "executor": executor, "token": token, "now": _now()}
        taken = set(session.connection().execute(self._take, told).scalars())
        return [workflow for workflow in workflows if workflow in taken]

    def list_taken(self, session: Session, workflows: Collection[str]) -> list[dict[str, Any]]:
        """Those of *workflows* that are there, as DBOS starts them (`WorkflowStatusInternal`)."""
        found = session.connection().execute(self._taken, {"list": self._list(workflows)}).mappings()
        return [{**row, "is_debounced": bool(row["is_debounced"]), "shard_key": None} for row in found]

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
        status, a_list = f"{schema}workflow_status", "json_each(:list)" if self._is_sqlite else "CAST(:list AS text[])"
        names = {"queue": QUEUE, "application": APPLICATION, "version": VERSION}
        return text(
            statement.format(
                **names,
                status=status,
                input=f"{schema}workflow_input",
                columns=", ".join(COLUMNS),
                values=", ".join(f":{name}" for name in COLUMNS),
                fields=", ".join(f"{status}.{column} AS {name}" for name, column in FIELDS.items()),
                indexed=INDEXED if self._is_sqlite else "TRUE",  # PostgreSQL's planner would count it twice
                waits=WAITS.format(**names),
                of_our_version=OF_OUR_VERSION.format(**names),
                list=a_list if self._is_sqlite else f"unnest({a_list}) AS each(value)",
                listed=f"IN (SELECT value FROM {a_list})" if self._is_sqlite else f"= ANY({a_list})",  # noqa: S608
                for_update="" if self._is_sqlite else "FOR UPDATE SKIP LOCKED",
                # The clock that replicas share; not the beginning of a transaction that may have waited for another.
                now=":now" if self._is_sqlite else "CAST(EXTRACT(epoch FROM clock_timestamp()) * 1000 AS bigint)",
            )
        )

    def _list(self, words: Collection[str]) -> str | list[str]:
        return json.dumps(sorted(words)) if self._is_sqlite else sorted(words)


def _now() -> int:
    return int(time() * 1000)
