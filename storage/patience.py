"""How long the database is waited for: seconds where a person waits, two minutes elsewhere, never for ever."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

PERSON_WAITS_S = 2.0
"""For all that a request asks of the database; Slack itself waits for three seconds."""
NOBODY_WAITS_S = 120.0
MIGRATION_S = 86_400.0
"""An index over millions of rows takes its time, and nothing else runs."""
_until: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def waiting_at_most(seconds: float = PERSON_WAITS_S) -> Iterator[None]:
    """Within the block the database is waited for that long, all in all."""
    before = _until.set(monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(before)


def patience() -> float:
    """Seconds that the database is waited for from now on; none below zero."""
    until = _until.get()
    # What is left and not the whole: a request that asks ten times must not wait ten times.
    return NOBODY_WAITS_S if until is None else max(0.0, until - monotonic())
