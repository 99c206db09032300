"""What a year of messages costs: what is delivered piles up in the queue's tables and is swept, on both databases.

The queue and the record are filled in bulk with what is delivered; then a process delivers further messages, among few
and among many, and its processor time for each is compared. Then the many are swept, as a process that delivers
does at each of its beats, and so are the requests that came in: how long a piece took, and how long somebody else who
writes had to wait at most meanwhile.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from sqlalchemy import BigInteger, column, func, literal, select, table

from bot.domain.messages import Post
from scheduler.cleaning import clean
from scheduler.delivery.dbos_queue import DELETE_AT_ONCE, DeliveryEngine, ensure_dbos_schema
from storage.engine import Database
from storage.migrate import migrate
from storage.outbox import WORKFLOW, Outbox
from storage.probe import prove_writable
from storage.queue_rows import APPLICATION, QUEUE, SCHEMA
from storage.tables.base import table_of
from storage.tables.delivery import SentMessage
from storage.tables.inbox import InboxRow
from tests.benchmarks.bulk import Of, add_numbered, text_of
from tests.benchmarks.postgresql import on_both_databases
from tests.benchmarks.requests_a_second import Served
from tests.builders import NOW
from tests.forked import Forked
from tests.integration.delivery import worker as replica
from tests.integration.delivery.slack_stub import SlackStub

WORKSPACE = "T1"
SIZES = (1_000, 2_000_000)
REQUESTS = 200_000
CHANNELS, EACH, ROUNDS, BEATS = 500, 90, 2, 50
AIM, PIECE_MS = 1.2, 100
LONG_AGO = NOW - timedelta(days=365)
DONE_AGO_S = 3 * 86_400
"""The queue keeps them for a week: while messages are delivered, nothing is swept beside them."""
STATUS = (
    "workflow_uuid", "status", "name", "executor_id", "created_at", "updated_at", "application_version",
    "recovery_attempts", "queue_name", "started_at_epoch_ms", "priority", "queue_partition_key", "serialization",
    "was_forked_from", "rate_limited", "completed_at", "is_debounced", "application_name",
)  # fmt: skip


def run() -> None:
    """Prints the figures of both databases."""
    print(f"after {SIZES[0]:,} and after {SIZES[1]:,} delivered messages (aim: × ≤ {AIM}, a piece ≤ {PIECE_MS} ms)")
    on_both_databases(measure)


def measure(url: str) -> str:
    """The lines for the database at *url*."""
    database = Database(url)
    migrate(database)
    ensure_dbos_schema(database)
    some, many = map(int, os.environ.get("BENCH_SIZES", f"{SIZES[0]} {SIZES[1]}").split())
    small, large = (_delivered(database, *sizes) for sizes in ((0, some), (some, many)))
    lines = [
        f"load {os.getloadavg()[0]:.1f}",
        f"a message delivered {small:.2f} → {large:.2f} CPU ms, × {large / small:.2f}",
        _swept(database),
        _cleaned(database),
    ]
    database.close()
    return "\n              ".join(lines)


def _delivered(database: Database, since: int, until: int) -> float:
    """Milliseconds of CPU for a further message, when so many are delivered; the best of some rounds."""
    with database.begin() as session:
        _fill(session, database, since, until)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")
    with SlackStub() as slack, _worker(database, slack) as worker:
        rounds = [_round(database, slack, worker, f"{until}-{turn}") for turn in range(ROUNDS + 1)]
    return min(rounds[1:]) * 1000  # the first is when the process comes up


def _round(database: Database, slack: SlackStub, worker: Served, name: str) -> float:
    outbox, before = Outbox(database), len(slack.times("chat.postMessage"))
    spent = worker.cpu_s()
    with database.begin() as session:
        for number in range(EACH):
            post = Post(f"{name}-{number}", f"C{number}", f"message {name}-{number}")
            outbox.enqueue(session, WORKSPACE, post.key, [post])
    while len(slack.times("chat.postMessage")) < before + EACH:
        time.sleep(0.05)
    time.sleep(0.5)  # the last ends are put on record
    return (worker.cpu_s() - spent) / EACH


@contextmanager
def _worker(database: Database, slack: SlackStub) -> Iterator[Served]:
    with Forked(replica.main, database.url.render_as_string(hide_password=False), slack.api_url) as process:
        yield Served("", process.pid)


def _swept(database: Database) -> str:
    """Some beats of what is swept at each."""
    engine = DeliveryEngine(database, Outbox(database), "bench", polling=1, workers=1)
    pieces, waited = _beside(
        database, lambda: [_took(lambda: engine.forget_finished(before=time.time() + 60)) for _ in range(BEATS)]
    )
    return f"swept: {DELETE_AT_ONCE} deliveries in {_ms(pieces)}; others who write waited {waited:.0f} ms at most"


def _cleaned(database: Database) -> str:
    with database.begin() as session:
        add_numbered(session, table_of(InboxRow), 0, REQUESTS, _request)
    took, waited = _beside(database, lambda: _took(lambda: clean(database, NOW, timedelta(days=100))))
    with database.read() as session:
        left = session.scalar(select(func.count()).select_from(InboxRow))
    said = f"forgotten: {REQUESTS:,} requests in {took:.1f} s, {left} left"
    return f"{said}; others who write waited {waited:.0f} ms at most"


def _ms(pieces: list[float]) -> str:
    ordered = sorted(pieces)
    return f"{ordered[len(pieces) // 2] * 1000:.0f} ms (median), {ordered[-1] * 1000:.0f} ms at most"


def _took(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _beside(database: Database, do: Callable[[], Any]) -> tuple[Any, float]:
    """What it gives; and how many milliseconds another process's short change took at most meanwhile."""
    ended, waits = Event(), [0.0]
    other = Database(database.url.render_as_string(hide_password=False))

    def change() -> None:
        with other.begin() as session:
            prove_writable(session, NOW)

    def write() -> None:
        while not ended.wait(0.02):
            waits.append(_took(change))

    writing = Thread(target=write)
    change()
    writing.start()
    try:
        return do(), max(waits) * 1000
    finally:
        ended.set()
        writing.join()
        other.close()


def _fill(session: Any, database: Database, since: int, until: int) -> None:
    schema = None if database.is_sqlite else SCHEMA
    status = table("workflow_status", *map(column, STATUS), schema=schema)
    given = table("workflow_input", column("workflow_uuid"), column("inputs"), schema=schema)
    came_of_it = table("workflow_output", column("workflow_uuid"), column("output"), schema=schema)
    add_numbered(session, table_of(SentMessage), since, until, _sent)
    add_numbered(session, status, since, until, _status)
    add_numbered(session, given, since, until, lambda number: {"workflow_uuid": _name(number), "inputs": "x" * 300})
    add_numbered(session, came_of_it, since, until, lambda number: {"workflow_uuid": _name(number), "output": "null"})


def _name(number: Of) -> Of:
    return text_of(f"{WORKSPACE}:old-", number)


def _status(number: Of) -> dict[str, Any]:
    at = literal(int((time.time() - DONE_AGO_S) * 1000), BigInteger) + number
    return {
        "workflow_uuid": _name(number), "status": "SUCCESS", "name": WORKFLOW, "executor_id": "gone", "created_at": at,
        "updated_at": at, "application_version": "1", "recovery_attempts": 1, "queue_name": QUEUE,
        "started_at_epoch_ms": at, "priority": 0, "queue_partition_key": text_of(f"{WORKSPACE}:C", number % CHANNELS),
        "serialization": "portable_json", "was_forked_from": False, "rate_limited": False, "completed_at": at,
        "is_debounced": False, "application_name": APPLICATION,
    }  # fmt: skip


def _sent(number: Of) -> dict[str, Any]:
    return {
        "workspace": WORKSPACE, "key": text_of("old-", number), "recipient": text_of("C", number % CHANNELS),
        "channel": text_of("C", number % CHANNELS), "ts": text_of("1.", number), "shown": "0" * 64, "attempts": 0,
        "touched_at": LONG_AGO, "sent_at": LONG_AGO,
    }  # fmt: skip


def _request(number: Of) -> dict[str, Any]:
    return {"workspace": WORKSPACE, "key": text_of("event:Ev", number), "at": LONG_AGO}


if __name__ == "__main__":
    run()
