"""Counts the answers that Slack refused, by way and error: it shows such an answer to nobody, and tells nobody."""

from collections import Counter
from threading import Lock

LOST = ("", "")
"""An answer that was refused on every way."""
_counted: Counter[tuple[str, str]] = Counter()
_lock = Lock()  # requests are answered in threads


def count_refused(way: str, error: str) -> None:
    """One more answer that was refused on that way; the next one is tried."""
    with _lock:
        _counted[way, error] += 1


def count_lost() -> None:
    """One more answer that nobody read."""
    with _lock:
        _counted[LOST] += 1


def refused_answers() -> dict[tuple[str, str], int]:
    """How many since this process began, by way and error; those that were lost under `LOST`."""
    with _lock:
        return {LOST: 0} | dict(_counted)
