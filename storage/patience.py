"""How long the database is waited for: seconds where a person waits, two minutes elsewhere, never for ever."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

PERSON_WAITS_S = 2.5
"""For what a request asks of the database in vain; Slack itself waits for three seconds."""
NOBODY_WAITS_S = 120.0
MIGRATION_S = 86_400.0
"""An index over millions of rows takes its time, and nothing else runs."""
_left: ContextVar["_Left | None"] = ContextVar("left", default=None)


@dataclass
class _Left:
    """What is left of somebody's patience, in seconds."""

    seconds: float


@contextmanager
def waiting_at_most(seconds: float = PERSON_WAITS_S) -> Iterator[None]:
    """Within the block the database is waited for that long in vain, all in all.

    Questions that it answers do not count: that it is busy is no reason to refuse what it does in the end.
    """
    before = _left.set(_Left(seconds))
    try:
        yield
    finally:
        _left.reset(before)


def patience() -> float:
    """Seconds that the next answer of the database is waited for; none below zero."""
    left = _left.get()
    return NOBODY_WAITS_S if left is None else max(0.0, left.seconds)


def waited_in_vain(seconds: float) -> None:
    """Shortens what is left: a request that asks ten times must not wait ten times."""
    if left := _left.get():
        left.seconds -= seconds
