"""A migrated database for each test, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.engine import Database
from tests.conftest import emptied, migrated_copy


@pytest.fixture
def migrated_sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """`sqlite:///…` with the newest schema."""
    return migrated_copy(sqlite_template, tmp_path)


@pytest.fixture
def migrated_postgresql_url(postgresql_in_use: Database) -> str:
    """`postgresql://…` with the newest schema and nothing in it."""
    return emptied(postgresql_in_use)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests run on both databases; in a module that is mostly about something else, only those marked as its walk."""
    if "migrated_url" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker
        kinds = ["sqlite"] if marked("mostly_sqlite") and not marked("walk") else ["sqlite", "postgresql"]
        metafunc.parametrize("migrated_url", kinds, indirect=True)


@pytest.fixture
def migrated_url(request: pytest.FixtureRequest) -> str:
    """A database of each kind with the newest schema."""
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
