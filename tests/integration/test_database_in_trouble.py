"""The database hangs, is busy, or takes nothing: whoever asks is told soon, and monitors say so."""

import os
import resource
import signal
import socket
import sqlite3
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.app import open_product, patiently
from bot.commands.serve import Pulse, _writing, readiness
from bot.domain.errors import Unavailable
from bot.settings import Settings
from storage.engine import DATABASE_AWAY, Database, is_busy, is_in_doubt
from storage.migrate import migrate
from storage.patience import waiting_at_most
from storage.probe import prove_writable

SOON_S = 0.5


@contextmanager
def standing_still(url: str) -> Iterator[None]:
    """Within the block the server of that PostgreSQL does nothing, and says nothing."""
    folder = Path(make_url(url).query["host"])  # type: ignore[arg-type]
    leader = int((folder / "postmaster.pid").read_text().splitlines()[0])
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(leader)], capture_output=True, text=True, check=True)
    everybody = [leader, *map(int, children.stdout.split())]
    for process in everybody:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in everybody:
            os.kill(process, signal.SIGCONT)


def test_person_is_told_soon_when_postgresql_hangs(postgresql_url: str) -> None:
    """They were held for 40 seconds."""
    database = Database(postgresql_url)
    with database.begin() as session:
        session.execute(text("SELECT 1"))
    with standing_still(postgresql_url):
        for _ in range(2):  # over the connection that there was, and over a new one
            began = time.monotonic()
            with waiting_at_most(SOON_S), pytest.raises(DATABASE_AWAY), database.begin() as session:
                session.execute(text("SELECT 1"))
            assert time.monotonic() - began < 3
    with database.begin() as session:  # and it is whole again
        assert session.scalar(text("SELECT 1")) == 1
    database.close()


def test_person_is_told_soon_when_one_statement_hangs(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    began = time.monotonic()
    with waiting_at_most(SOON_S), pytest.raises(DATABASE_AWAY), database.begin() as session:
        session.execute(text("SELECT pg_sleep(30)"))
    assert time.monotonic() - began < 3
    database.close()


def test_network_that_swallows_everything_is_noticed_while_connecting() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        database = Database(f"postgresql://bot:secret@127.0.0.1:{silent.getsockname()[1]}/bot")
        began = time.monotonic()
        with waiting_at_most(SOON_S), pytest.raises(DATABASE_AWAY), database.begin() as session:
            session.execute(text("SELECT 1"))
        assert time.monotonic() - began < 4
        database.close()


def test_nobody_is_told_that_nothing_changed_when_the_database_goes_away_at_the_end(postgresql_url: str) -> None:
    database = Database(postgresql_url)

    def cut(pid: int) -> None:
        with create_engine(database.url, isolation_level="AUTOCOMMIT").connect() as admin:
            admin.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    def ask_and_be_cut(at_the_end: bool) -> None:
        with database.begin() as session:
            cut(session.scalar(text("SELECT pg_backend_pid()")) or 0)
            if not at_the_end:
                session.execute(text("SELECT 1"))

    for at_the_end in (True, False):
        with pytest.raises(OperationalError) as away:
            ask_and_be_cut(at_the_end)
        assert is_in_doubt(away.value) is at_the_end
    database.close()


def test_connection_that_was_cut_while_nobody_used_it_is_replaced(postgresql_url: str) -> None:
    """Nobody asks it first whether it lives, where it has just answered."""
    database = Database(postgresql_url)

    def backend() -> int:
        with database.begin() as session:
            return session.scalar(text("SELECT pg_backend_pid()")) or 0

    first = backend()
    assert backend() == first
    with create_engine(database.url, isolation_level="AUTOCOMMIT").connect() as admin:
        admin.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": first})
    assert backend() != first
    database.close()


def test_what_nobody_waits_for_may_take_longer(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with database.begin() as session:
        session.execute(text("SELECT pg_sleep(0.7)"))
    database.close()


def test_person_waits_for_a_lock_for_a_short_time_only(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    migrate(database)
    with writer(sqlite_url):
        began = time.monotonic()
        with waiting_at_most(0.2), pytest.raises(OperationalError) as locked, database.begin() as session:
            session.execute(text("SELECT 1"))
        assert time.monotonic() - began < 3
        assert is_busy(locked.value)
    database.close()


def settings_for(url: str) -> Settings:
    return Settings(
        slack_bot_token=SecretStr("xoxb-1"), slack_api_url="http://127.0.0.1:1/", database_url=SecretStr(url)
    )


@contextmanager
def writer(url: str) -> Iterator[None]:
    """Another process that writes all the time."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_start_waits_for_whoever_writes_and_says_so(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gave up after ten seconds beside a tick, and beside an import."""
    migrate(Database(sqlite_url))
    monkeypatch.setattr("storage.engine.SQLITE_BUSY_TIMEOUT_MS", 50)
    monkeypatch.setattr("scheduler.delivery.dbos_queue.SQLITE_BUSY_TIMEOUT_MS", 50)
    may_end, opened = Event(), Event()

    def hold() -> None:
        with writer(sqlite_url):
            opened.set()
            may_end.wait(30)

    other = Thread(target=hold)
    other.start()
    opened.wait(30)

    def start() -> None:
        open_product(settings_for(sqlite_url)).db.close()

    with capture_logs() as log:
        starting = Thread(target=start)
        starting.start()
        deadline = time.monotonic() + 30
        while not log and time.monotonic() < deadline:
            time.sleep(0.01)
        may_end.set()
        starting.join(30)
    other.join()
    assert not starting.is_alive()
    assert log[0]["event"] == "waiting_for_another_process_that_writes"
    assert log[0]["to_open"] in ("the database", "the outbox")


def test_start_that_waited_in_vain_says_why(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.engine.SQLITE_BUSY_TIMEOUT_MS", 20)
    database = Database(sqlite_url)
    migrate(database)

    def write() -> None:
        with database.begin() as session:
            prove_writable(session, datetime.now(UTC))

    with writer(sqlite_url), pytest.raises(Unavailable, match="Another process has been writing to the database"):
        patiently(write, "anything", patience_s=0.1)
    database.close()


@contextmanager
def full_disk() -> Iterator[None]:
    """Within the block no file of this process grows."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_disk_that_is_full_is_seen_by_monitors(sqlite_url: str) -> None:
    product, clock = open_product(settings_for(sqlite_url)), [0.0]
    written, proved = Pulse(lambda: clock[0]), Event()
    beat = written.beat
    written.beat = lambda: (beat(), proved.set())  # type: ignore[method-assign,assignment]
    with capture_logs(), _writing(product, written, every_s=0.01):
        assert proved.wait(10)
        with full_disk():
            time.sleep(0.05)  # what was under way
            proved.clear()
            clock[0] = 31.0
            found = readiness(product, Pulse(), written)
            assert (found["ready"], found["database"]) == (False, "nothing could be written for 31 seconds")
            assert not proved.is_set()
        assert proved.wait(10)
        assert readiness(product, Pulse(), written)["ready"] is True
    product.db.close()


def test_files_of_sqlite_are_for_their_owner_alone(sqlite_url: str) -> None:
    before = os.umask(0)
    try:
        product = open_product(settings_for(sqlite_url))
        file = Path(sqlite_url.removeprefix("sqlite:///"))
        modes = {found.name: stat.S_IMODE(found.stat().st_mode) for found in file.parent.glob(f"{file.name}*")}
        product.db.close()
    finally:
        os.umask(before)
    assert set(modes) == {file.name, f"{file.name}-wal", f"{file.name}-shm"}
    assert set(modes.values()) == {0o600}
