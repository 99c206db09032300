"""DBOS on the delivering side: configuration, launch, its tables, taking work and handing it back.

What is not DBOS's public face (ADR 016, 018): `reenqueue_for_recovery`, for `resume_workflow` does not ask whose the
work is, so that two rescuers would start it twice; what its own thread calls to start work, for that looks all day long
and nothing can wake it; and where it writes that a workflow is over, which it would do for each by itself. Which work
is taken is said in statements of ours (`storage/queue_rows.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import structlog
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from scheduler.delivery.outcomes import Outcomes
from storage.delivery_queue import QueueTable
from storage.engine import DATABASE_AWAY, Database, for_owner_alone
from storage.outbox import WORKFLOW, Outbox
from storage.queue_rows import APPLICATION, QUEUE, SCHEMA, VERSION, QueueRows

if TYPE_CHECKING:
    from dbos._sys_db import SystemDatabase

SQLITE_BUSY_TIMEOUT_MS = 30_000
CONNECTIONS = 4
DELETE_AT_ONCE = 200
ENDED_TOO_LATE = "Executor accessed before DBOS was launched"
"""What DBOS logs of a delivery that ends after it was told to stop."""
STOP_CHECK_S = 0.1
NEVER_S = 3600.0

Deliver = Callable[[str, str, list[dict[str, Any]]], None]
"""(workspace, delivery_id, messages as JSON)"""

log = structlog.get_logger(__name__)


class DeliveryEngine:
    """DBOS in this process. There can be one at a time; a second `launch` raises RuntimeError."""

    def __init__(self, database: Database, outbox: Outbox, executor: str, *, polling: float, workers: int) -> None:
        """`polling` in seconds; `workers` is how many deliveries this process has in hand at once."""
        self._database, self._outbox, self._executor = database, outbox, executor
        self._polling, self._workers = polling, workers
        self.queue, self._rows, self._outcomes = QueueTable(database), QueueRows(database), Outcomes(database)
        self._launched: Any = None
        self._own: Engine | None = None

    def launch(self, deliver: Deliver) -> None:
        """Starts taking deliveries and calling *deliver* with each, in threads."""
        from dbos import DBOS  # noqa: PLC0415 – takes a while

        # No steps inside: `sent_messages` decides what is left, so it can be run again from its beginning (ADR 002).
        # No limit: DBOS counts every start and gives up after 100, and each long wait of ours ends in a new one.
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(_plain(deliver))
        self._own = _engine(self._database)
        launched = DBOS(config=self._config())
        DBOS.listen_queues([])  # its own thread takes nothing: `claim` does
        self._register_queue()
        DBOS.launch()
        _end_threads(launched)
        system: Any = launched._sys_db
        system.update_workflow_outcome = self._outcomes.in_place_of(system.update_workflow_outcome)
        self._launched = launched

    def room(self) -> int:
        """How many deliveries more this process may have in hand."""
        launched = self._launched
        return max(0, self._workers - launched._active_workflows_set.count_for_queue(QUEUE)) if launched else 0

    def claim(self) -> dict[str, str]:
        """Claims the heads of the partitions, as many as there is room for: each with the token of the claim. They are
        this process's own from now on; what is handed back and claimed again is no more ours to end."""
        room, token = self.room(), str(uuid4())
        if room == 0:
            return {}
        with self._database.read() as session:  # mostly what waits has to wait, and then nobody's writer is taken
            heads = self._rows.list_heads(session, room=room)
        if not heads:
            return {}
        with self._database.begin() as session:
            return dict.fromkeys(self._rows.take(session, heads, executor=self._executor, token=token), token)

    def start(self, claimed: Mapping[str, str], ended: Callable[[str], None]) -> None:
        """Starts each in a thread; *ended* is called with what is over, or could not be started."""
        begun: set[str] = set()
        launched = self._launched
        try:
            if claimed and launched:
                # Read also where it was before: it may have been rewritten meanwhile, for who wants to be forgotten.
                with self._database.read() as session:
                    taken = self._rows.list_taken(session, claimed)
                for status in taken:
                    workflow = status["workflow_uuid"]
                    if status["executor_id"] == self._executor and (
                        future := _begun(launched, status, claimed[workflow])
                    ):
                        begun.add(workflow)
                        future.add_done_callback(partial(self._over, workflow, ended))
        finally:
            # Also when they could not be read at all: whoever is told puts them back.
            for workflow in claimed:
                if workflow not in begun:
                    ended(workflow)

    def _over(self, workflow: str, ended: Callable[[str], None], _future: object) -> None:
        ended(workflow)
        self._database.ring()  # for its end to be put on record, and the next one of its partition to be taken

    def record(self) -> None:
        """Puts on record which deliveries are over: only then can the next ones of their partitions be taken."""
        self._outcomes.record()

    def unrecorded(self) -> set[str]:
        """Workflows that are over, and pending only until that is on record."""
        return self._outcomes.unrecorded()

    def take_up_delayed(self) -> None:
        """Has those delayed whose time has come wait as the others do."""
        if self._launched is not None:
            self._launched._sys_db.transition_delayed_workflows()

    def stop(self) -> None:
        """Takes no more deliveries. Those in hand stay pending: hand them back."""
        from dbos import DBOS  # noqa: PLC0415

        # A delivery that ends just then cannot say so any more: it stays pending, is handed back, and is no error.
        self._launched = None
        try:
            self.record()
        except DATABASE_AWAY:
            log.warning("what is over could not be recorded")  # whoever takes it over finds all of it said
        logging.getLogger("dbos").addFilter(_is_no_late_end)  # once, however often it stops in one process
        DBOS.destroy(destroy_registry=True)
        if self._own is not None:
            self._own.dispose()

    def hand_back(self, workflow: str, executor: str) -> None:
        """Puts a delivery that *executor* has in hand back to where it was in its queue; harmless when it has not."""
        system: Any = self._outbox.client._sys_db
        # It compares and sets: when a rescuer was here first, the work has another executor by now and nothing happens.
        system.reenqueue_for_recovery(workflow, [executor], QUEUE)
        self._database.ring()

    def forget_finished(self, *, before: float) -> bool:
        """Deletes what DBOS keeps of deliveries done before that time (seconds since 1970), some at a time;
        whether there may be more."""
        # Looked up by a reader first: mostly there is nothing, and then nobody's writer is taken.
        with self._database.read() as session:
            workflows = self.queue.list_succeeded(session, before=before, limit=DELETE_AT_ONCE)
        if workflows:
            self._outbox.client.delete_workflows(workflows)
        return len(workflows) == DELETE_AT_ONCE

    def _config(self) -> Any:
        return {
            "name": APPLICATION,
            "system_database_engine": self._own,
            "dbos_system_schema": SCHEMA,
            "application_version": VERSION,
            "executor_id": self._executor,
            "log_level": "WARNING",
            "use_listen_notify": False,  # only events and streams notify; deliveries are polled for
            "run_migrations": False,
            "notification_listener_polling_interval_sec": STOP_CHECK_S,  # how long that thread takes to end
            "scheduler_polling_interval_sec": NEVER_S,  # DBOS's own schedules are not used
        }

    def _register_queue(self) -> None:
        # One at a time in each partition, and no limiter: the pace (one a second) is kept to the millisecond by the
        # sender. We claim by the same rules, and an older version that runs beside us still has DBOS claim.
        self._outbox.client.register_queue(
            QUEUE,
            partition_concurrency=1,
            worker_concurrency=self._workers,
            polling_interval_sec=self._polling,
            on_conflict="always_update",
        )


def ensure_dbos_schema(database: Database) -> None:
    """Creates or migrates DBOS's own tables; quick when they are current."""
    with _system_database(database) as system:
        system.run_migrations()


def require_dbos_schema(database: Database) -> None:
    """Raises RuntimeError when DBOS's tables are not there or are old."""
    from dbos import error as dbos_error  # noqa: PLC0415

    try:
        with _system_database(database) as system:
            system.verify_migrations()
    except dbos_error.DBOSInitializationError as error:
        raise RuntimeError("the delivery tables are missing or old: run `actionitem migrate`") from error


@contextmanager
def _system_database(database: Database) -> Iterator[SystemDatabase]:
    from dbos._serialization import DefaultSerializer  # noqa: PLC0415
    from dbos._sys_db import SystemDatabase  # noqa: PLC0415

    _quieten()
    engine = _engine(database)
    try:
        yield SystemDatabase.create(
            system_database_url=database.url.render_as_string(hide_password=False),
            engine_kwargs={},
            engine=engine,
            schema=SCHEMA,
            serializer=DefaultSerializer(),
            executor_id=None,
            use_listen_notify=False,
        )
    finally:
        engine.dispose()


def _plain(deliver: Deliver) -> Deliver:
    """A function of its own: DBOS writes attributes on what it registers, and a bound method takes none."""

    def run(workspace: str, delivery_id: str, messages: list[dict[str, Any]]) -> None:
        deliver(workspace, delivery_id, messages)

    run.__annotations__.clear()  # DBOS looks at each call for dates among them, which takes longer than the call
    return run


def _end_threads(launched: Any) -> None:
    """Ends what DBOS has running beside deliveries, by the signs that it would give itself at its end.

    It looked each second for queues, for what was delayed or took too long (as a writer), and each tenth of one for
    events: in vain, but for the delayed, which `take_up_delayed` finds.
    """
    for sign in (*launched.background_thread_stop_events, launched._background_jobs_stop_event):
        sign.set()
    launched._sys_db._run_background_processes = False


def _begun(launched: Any, status: Any, token: str) -> Any:
    """What ends with its thread; None where there is none."""
    from dbos._core import execute_dequeued_workflow  # noqa: PLC0415 – see `launch`

    try:
        return getattr(execute_dequeued_workflow(launched, status, token), "future", None)
    except Exception:  # the delivery worker's edge: one that cannot be read holds up no other
        log.exception("delivery could not be started", workflow=status["workflow_uuid"])
        return None


def _is_no_late_end(record: logging.LogRecord) -> bool:
    return ENDED_TOO_LATE not in record.getMessage()


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
        from storage.postgresql import end_when_it_hangs  # noqa: PLC0415 – not needed on SQLite

        engine = create_engine(
            database.url, pool_size=CONNECTIONS, max_overflow=0, pool_pre_ping=True, hide_parameters=True
        )
        end_when_it_hangs(engine)
        return engine
    engine = create_engine(database.url, pool_size=CONNECTIONS, max_overflow=0, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def create(*_: Any) -> None:
        for_owner_alone(database.url)

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
