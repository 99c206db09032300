"""DBOS, and all that is known of it on the delivering side: configuration, launch, its table, handing work back.

Uses two things of DBOS that are not its public face, each because nothing public does it:
its table `workflow_status` (read only; counting by `list_workflows` loads every row), and
`reenqueue_for_recovery` (`resume_workflow` does not ask whose the work is, so two rescuers would start it twice).
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import time
from typing import Any

from sqlalchemy import Engine, Select, column, create_engine, event, func, select, table
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from storage.engine import Database
from storage.outbox import APPLICATION, QUEUE, SCHEMA, WORKFLOW, Outbox

APPLICATION_VERSION = "1"  # fixed: DBOS runs only work of its own version, and ours must outlive an upgrade
SQLITE_BUSY_TIMEOUT_MS = 30_000
CONNECTIONS = 4
UNFINISHED = ("ENQUEUED", "PENDING", "DELAYED")
BROKEN = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
DELETE_AT_ONCE = 500
STOP_CHECK_S = 0.1

Deliver = Callable[[str, str, list[dict[str, Any]]], None]
"""(workspace, delivery_id, messages as JSON)"""


@dataclass(frozen=True)
class Backlog:
    """What is not delivered: waiting, in hand, given up; the age of the oldest that waits or is in hand, in seconds."""

    enqueued: int
    pending: int
    failed: int
    oldest_seconds: float


class DeliveryEngine:
    """DBOS in this process. There can be one at a time; a second `launch` raises RuntimeError."""

    def __init__(self, database: Database, outbox: Outbox, executor: str, *, polling: float, workers: int) -> None:
        """`polling` in seconds; `workers` is how many deliveries this process has in hand at once."""
        self._database, self._outbox, self._executor = database, outbox, executor
        self._polling, self._workers = polling, workers
        self._own: Engine | None = None

    def launch(self, deliver: Deliver) -> None:
        """Starts taking deliveries and calling *deliver* with each, in threads.

        Raises RuntimeError when DBOS's tables are not there or are old: see `ensure_dbos_schema`.
        """
        from dbos import DBOS  # noqa: PLC0415 – takes a while
        from dbos._error import DBOSInitializationError  # noqa: PLC0415

        _quieten()
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(_plain(deliver))
        self._own = _engine(self._database)
        DBOS(config=self._config())
        try:
            self._register_queue()
            DBOS.launch()
        except DBOSInitializationError as error:
            self.stop()
            raise RuntimeError(f"the delivery tables are missing or old: {error}") from error

    def stop(self) -> None:
        """Takes no more deliveries. Those in hand stay pending: hand them back."""
        from dbos import DBOS  # noqa: PLC0415

        DBOS.destroy(destroy_registry=True)
        if self._own is not None:
            self._own.dispose()

    def in_hand(self, session: Session) -> list[tuple[str, str]]:
        """The pending deliveries of every process: (executor, workflow)."""
        status = _status_table(self._database)
        pending = (status.c.queue_name == QUEUE, status.c.status == "PENDING")
        rows = session.execute(select(status.c.executor_id, status.c.workflow_uuid).where(*pending))
        return [(executor, workflow) for executor, workflow in rows]

    def hand_back(self, workflow: str, executor: str) -> None:
        """Puts a delivery that *executor* has in hand back to where it was in its queue; harmless when it has not."""
        system: Any = self._outbox.client._sys_db
        system.reenqueue_for_recovery(workflow, [executor], QUEUE)

    def forget_finished(self, *, before: float) -> None:
        """Deletes what DBOS keeps of deliveries that succeeded before that time (seconds since 1970)."""
        client = self._outbox.client
        status = _status_table(self._database)
        old = (status.c.queue_name == QUEUE, status.c.status == "SUCCESS", status.c.created_at < before * 1000)
        while True:
            with self._database.begin() as session:
                query = select(status.c.workflow_uuid).where(*old).limit(DELETE_AT_ONCE)
                workflows = list(session.scalars(query))
            if not workflows:
                return
            client.delete_workflows(workflows)

    def _config(self) -> Any:
        return {
            "name": APPLICATION,
            "system_database_engine": self._own,
            "dbos_system_schema": SCHEMA,
            "application_version": APPLICATION_VERSION,
            "executor_id": self._executor,
            "log_level": "WARNING",
            "use_listen_notify": False,  # only events and streams notify; deliveries are polled for
            "run_migrations": False,
            "notification_listener_polling_interval_sec": STOP_CHECK_S,  # how long `stop` waits for that thread
            "scheduler_polling_interval_sec": 3600.0,  # DBOS's own schedules are not used
        }

    def _register_queue(self) -> None:
        # One at a time in each partition, and no limiter: then DBOS claims the heads of all partitions in one
        # transaction instead of one each, and the pace (one a second) is kept to the millisecond by the sender.
        self._outbox.client.register_queue(
            QUEUE,
            partition_concurrency=1,
            worker_concurrency=self._workers,
            polling_interval_sec=self._polling,
            on_conflict="always_update",
        )


def ensure_dbos_schema(database: Database) -> None:
    """Creates or migrates DBOS's own tables; quick when they are current."""
    from dbos._serialization import DefaultSerializer  # noqa: PLC0415
    from dbos._sys_db import SystemDatabase  # noqa: PLC0415

    _quieten()
    engine = _engine(database)
    try:
        SystemDatabase.create(
            system_database_url=database.url.render_as_string(hide_password=False),
            engine_kwargs={},
            engine=engine,
            schema=SCHEMA,
            serializer=DefaultSerializer(),
            executor_id=None,
            use_listen_notify=False,
        ).run_migrations()
    finally:
        engine.dispose()


def read_backlog(session: Session, database: Database, *, failed: int) -> Backlog:
    """Counts what waits and what is in hand. `failed` messages, and deliveries that broke, are given up."""
    status = _status_table(database)
    query = (
        select(status.c.status, func.count(), func.min(status.c.created_at))
        .where(status.c.queue_name == QUEUE, status.c.status.in_(UNFINISHED + BROKEN))
        .group_by(status.c.status)
    )
    counts = {name: (count, oldest) for name, count, oldest in session.execute(query)}
    ages = [time() - counts[name][1] / 1000 for name in UNFINISHED if name in counts]
    return Backlog(
        enqueued=_count(counts, ("ENQUEUED", "DELAYED")),
        pending=_count(counts, ("PENDING",)),
        failed=failed + _count(counts, BROKEN),
        oldest_seconds=max(0.0, *ages, 0.0),
    )


def list_unfinished_partitions(session: Session, database: Database) -> set[str]:
    """The partitions in which something waits or is in hand."""
    status = _status_table(database)
    unfinished = (status.c.queue_name == QUEUE, status.c.status.in_(UNFINISHED))
    query: Select[str] = select(status.c.queue_partition_key).where(*unfinished).distinct()
    return set(session.scalars(query))


def _count(counts: dict[str, tuple[int, int]], names: Iterable[str]) -> int:
    return sum(counts[name][0] for name in names if name in counts)


def _status_table(database: Database) -> Any:
    names = ("workflow_uuid", "status", "executor_id", "queue_name", "queue_partition_key", "created_at")
    schema = None if database.is_sqlite else SCHEMA
    return table("workflow_status", *(column(name) for name in names), schema=schema)


def _plain(deliver: Deliver) -> Deliver:
    """A function of its own: DBOS writes attributes on what it registers, and a bound method takes none."""

    def run(workspace: str, delivery_id: str, messages: list[dict[str, Any]]) -> None:
        deliver(workspace, delivery_id, messages)

    return run


def _quieten() -> None:
    # With a handler of its own in place DBOS adds none that prints, and what it warns of reaches our handlers.
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.setLevel(logging.WARNING)


def _engine(database: Database) -> Engine:
    """DBOS's own connections: ours hold SQLite's only writer while DBOS, in another thread, would wait for it.

    Parameters are hidden because DBOS logs database errors, and the parameters are people's messages.
    """
    if not database.is_sqlite:
        # No overflow: such connections are closed after use, and PostgreSQL takes longer to open one than to answer.
        return create_engine(
            database.url, pool_size=CONNECTIONS, max_overflow=0, pool_pre_ping=True, hide_parameters=True
        )
    engine = create_engine(database.url, pool_size=CONNECTIONS, max_overflow=0, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"  # as DBOS's own engine: writers queue, readers do not
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return engine
