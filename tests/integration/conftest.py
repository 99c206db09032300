"""A migrated database for each test, on SQLite and PostgreSQL: migrated once, then copied or emptied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from scheduler.delivery.delivery import ensure_dbos_schema
from storage.engine import Database
from storage.migrate import HEAD, migrate
from tests.conftest import fresh_postgresql

EMPTY = """
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname IN ('public', 'dbos') AND tablename NOT LIKE '%migrations' AND tablename <> 'alembic_version'
  LOOP EXECUTE format('DELETE FROM %I.%I', found.schemaname, found.tablename); END LOOP;
END $$
"""


def _migrated(url: str) -> None:
    database = Database(url)
    migrate(database)
    ensure_dbos_schema(database)
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that nobody writes to."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    _migrated(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_in_use(postgresql_server: str) -> Iterator[Database]:
    """One migrated database for all tests of this process: copying one takes a second, emptying it does not."""
    with fresh_postgresql(postgresql_server) as url:
        _migrated(url)
        database = Database(url)
        yield database
        database.close()


@pytest.fixture
def migrated_sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """`sqlite:///…` with the newest schema."""
    file = tmp_path / "migrated.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def migrated_postgresql_url(postgresql_in_use: Database) -> str:
    """`postgresql://…` with the newest schema and nothing in it."""
    with postgresql_in_use.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no triggers, no foreign keys
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        connection.execute(text(EMPTY))
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})
    return postgresql_in_use.url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest) -> str:
    """A database of each kind with the newest schema: the test runs twice."""
    url: str = request.getfixturevalue(f"migrated_{request.param}_url")
    return url


@pytest.fixture
def db(migrated_url: str) -> Iterator[Database]:
    """The same, opened."""
    database = Database(migrated_url)
    yield database
    database.close()


@pytest.fixture
def other_db(migrated_url: str) -> Iterator[Database]:
    """The same database as another process would open it."""
    database = Database(migrated_url)
    yield database
    database.close()
