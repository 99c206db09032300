"""The database: one engine and its transactions. Knows SQLite from PostgreSQL so that nothing else must."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from storage.patience import patience, waited_in_vain

SQLITE_BUSY_TIMEOUT_MS = 30_000
OWNER_ALONE = 0o600
IN_DOUBT = "while committing"
# Slack waits three seconds: who gets no connection to PostgreSQL is told so before that.
POSTGRESQL_WRITERS, POOL_TIMEOUT_S = 12, 2.5
READERS = 8
"""Connections that only read: as many as requests are worked on at once."""
_WAITS = "busy_timeout"
RINGS = "rings"
"""In a session's `info`: what it commits is waited for (`Database.bells`)."""
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)
"""What is raised when the database does not answer; all its other errors are answers."""


class Database:
    """Opens transactions on the database at *url* (`sqlite:///file` or `postgresql://…`).

    Does not create or migrate tables: `storage.migrate` does.
    """

    def __init__(self, url: str) -> None:
        self.url = driver_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url)
        self._reader = _sqlite_reader(self.url) if self.is_sqlite else _postgresql_reader(self.url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._readings = sessionmaker(self._reader, expire_on_commit=False, autoflush=False)
        self.bells: set[Event] = set()
        """Set when a transaction of this process has committed something for the outbox: whoever delivers need not look
        all the time. What other processes commit rings nothing."""

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction: commits when the block ends, rolls back when it raises.

        No Slack call belongs inside: on SQLite it would hold the only writer.
        """
        with self._sessions() as session, session.begin() as transaction:
            yield session
            if not transaction.is_active:  # somebody has only tried something, and taken it back
                return
            # Committed here and not by the block, so that a database that goes away during it leaves a note: the change
            # may have been made, and nobody may be told that nothing was changed.
            try:
                transaction.commit()
            except (OperationalError, InterfaceError) as error:
                error.add_note(IN_DOUBT)
                raise
            if session.info.get(RINGS):
                self.ring()

    def ring(self) -> None:
        """Has whoever delivers in this process look at once."""
        for bell in tuple(self.bells):
            bell.set()

    @property
    def is_there(self) -> bool:
        """False where SQLite would only now create its file; a server of PostgreSQL is taken to be there."""
        file = Path(self.url.database or "")
        return not self.is_sqlite or (file.is_file() and file.stat().st_size > 0)

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return place_of(self.url)

    @property
    def address(self) -> str:
        """For PostgreSQL's own tools, which ask for the password or find it themselves."""
        url = self.url
        plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
        return plain.render_as_string()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Sees what is committed and cannot write: the database refuses.

        It waits for no writer, and no writer waits for it. On SQLite it is one transaction, on PostgreSQL each
        statement sees what is committed by then.
        """
        # Nothing is committed: it ends when the session is closed, which costs less.
        with self._readings() as session:
            yield session

    def ping(self) -> None:
        """Raises one of `DATABASE_AWAY` when the database does not answer."""
        with self.begin() as session:
            session.execute(text("SELECT 1"))

    def empty_log(self) -> None:
        """Has SQLite write its log into its file and empty it, where nobody reads just now: it holds old pages."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Closes every pooled connection."""
        self.engine.dispose()
        self._reader.dispose()


def driver_url(url: str) -> URL:
    """The URL with the driver that this product uses (psycopg 3) where none is named."""
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def place_of(url: URL) -> str:
    """Where that database is, for people: SQLite's file by its whole path, PostgreSQL's by name and host. Without user
    and password."""
    if url.get_backend_name() == "sqlite":
        return str(Path(url.database or "").absolute())
    return f"{url.database} on {url.host or 'this machine'}"


def is_busy(error: Exception) -> bool:
    """Whether SQLite says that another process writes: waiting helps."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_in_doubt(error: Exception) -> bool:
    """Whether the database went away while it was committing: it may have done so."""
    return IN_DOUBT in getattr(error, "__notes__", ())


def for_owner_alone(url: URL) -> None:
    """Creates SQLite's file, when there is none, readable by its owner alone; what lies beside it follows it."""
    if url.database and not Path(url.database).exists():
        with suppress(OSError):  # SQLite says better what is wrong with it
            os.close(os.open(url.database, os.O_CREAT | os.O_RDWR, OWNER_ALONE))


def _sqlite_engine(url: URL) -> Engine:
    # One connection: with ten, writers wait for each other in SQLite's busy loop and p99 grows ninefold.
    # A deferred transaction that reads, then writes, fails at once when another process wrote between.
    return _sqlite(url, 1, "BEGIN IMMEDIATE", "foreign_keys=ON")


# Connections of their own: through the writer's single one, readers would wait for every transaction that writes.
def _sqlite_reader(url: URL) -> Engine:
    return _sqlite(url, READERS, "BEGIN", "query_only=ON")


def _sqlite(url: URL, connections: int, begin: str, pragma: str) -> Engine:
    # Errors of SQLAlchemy carry the parameters, and those are what people wrote: not for the log.
    engine = create_engine(url, pool_size=connections, max_overflow=0, pool_timeout=30, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def create(*_: Any) -> None:
        for_owner_alone(url)

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")
        _write_ahead(cursor)
        # With a write-ahead log a killed process loses nothing so; FULL would wait for the disk at every commit.
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        # SQLite's own knows the case of ASCII only: a search for “über” would miss “Über”.
        connection.create_function("lower", 1, _lower, deterministic=True)

    def begins(connection: Any) -> None:
        cursor = connection.cursor()
        # Nobody waits for a lock for longer than they wait at all.
        wait = round(min(SQLITE_BUSY_TIMEOUT_MS, patience() * 1000))
        if connection.info.get(_WAITS) != wait:  # nearly always as before, and to say it costs as much as to begin
            cursor.execute(f"PRAGMA busy_timeout={wait}")
            connection.info[_WAITS] = wait
        began = time.monotonic()
        try:
            cursor.execute(begin)
        except sqlite3.OperationalError:
            waited_in_vain(time.monotonic() - began)
            raise

    # In place of pysqlite's, which says nothing. As a statement of SQLAlchemy's (the event “begin”) it takes 25 µs
    # longer for each transaction; SQLAlchemy makes its own errors of those raised here.
    engine.dialect.do_begin = begins  # type: ignore[method-assign, assignment]
    return engine


def _write_ahead(cursor: Any) -> None:
    """SQLite refuses at once, whatever its busy timeout, while another process opens the same new file."""
    for _ in range(SQLITE_BUSY_TIMEOUT_MS // 20):
        with suppress(sqlite3.OperationalError):
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        time.sleep(0.02)
    cursor.execute("PRAGMA journal_mode=WAL")


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _postgresql_engine(url: URL) -> Engine:
    return _postgresql(url, POSTGRESQL_WRITERS)


def _postgresql_reader(url: URL) -> Engine:
    # Without transactions, which show no more: each statement in one sees what is committed by then, too. To begin one
    # and to end it are two ways to the server, a third of the CPU of reading what most forms show.
    engine = _postgresql(url, READERS, isolation_level="AUTOCOMMIT")

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _record: Any) -> None:
        connection.autocommit = True  # or what is said next would hold for the transaction alone, which is not ended
        connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")

    return engine


def _postgresql(url: URL, connections: int, **more: str) -> Engine:
    from storage.postgresql import end_when_it_hangs  # noqa: PLC0415 – psycopg takes a while, and SQLite needs none

    engine = create_engine(
        url, pool_size=connections, max_overflow=0, pool_timeout=POOL_TIMEOUT_S, pool_pre_ping=True,
        hide_parameters=True, **more,
    )  # fmt: skip
    end_when_it_hangs(engine)
    return engine
