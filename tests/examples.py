"""Drawn examples against a database."""

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.engine import Database

SHARE_ON_POSTGRESQL = 4
"""Of so many examples one is tried there too: it is slower, and its SQL differs where the example hardly matters."""


def for_each(db: Database, examples: int, **drawn: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], None]:
    """Runs the function that it decorates at once, with that many drawn examples."""
    count = examples if db.is_sqlite else -(-examples // SHARE_ON_POSTGRESQL)

    def run(check: Callable[..., None]) -> None:
        settings(max_examples=count, deadline=None)(given(**drawn)(check))()

    return run
