"""What people feel, counted while it happens: how long an answer took, how late a message was. Tells nobody: whoever
watches reads it (`bot/metrics.py`), or is called with each (`heard_by`). Of this process, since it began."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

OTHERS = "other"
MOST_LABELS = 200
"""What is typed must not become a label of its own without end."""


@dataclass
class Spread:
    """How many observations were at most each of the bounds (seconds), all of them, and their sum."""

    counts: list[int]
    total: float = 0.0

    def cumulative(self) -> list[int]:
        """Those at most each bound; all of them at the end."""
        found, so_far = [], 0
        for count in self.counts:
            so_far += count
            found.append(so_far)
        return found


@dataclass(frozen=True)
class Durations:
    """Seconds by label, in a few buckets. Safe to call from several threads."""

    bounds: Sequence[float]
    heard_by: list[Callable[[str, float], None]] = field(default_factory=list)
    _by_label: dict[str, Spread] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def took(self, label: str, seconds: float) -> None:
        """It took that long; a clock that was set back makes it none at all."""
        seconds = max(0.0, seconds)
        with self._lock:
            name = label if label in self._by_label or len(self._by_label) < MOST_LABELS else OTHERS
            spread = self._by_label.setdefault(name, Spread([0] * (len(self.bounds) + 1)))
            spread.counts[bisect_left(self.bounds, seconds)] += 1
            spread.total += seconds
        for hear in self.heard_by:
            hear(name, seconds)

    def spreads(self) -> dict[str, Spread]:
        """By label, as they are now."""
        with self._lock:
            return {label: Spread(list(each.counts), each.total) for label, each in sorted(self._by_label.items())}


@dataclass(frozen=True)
class Counts:
    """How often something happened, by label. Safe to call from several threads."""

    heard_by: list[Callable[[str], None]] = field(default_factory=list)
    _by_label: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def happened(self, label: str) -> None:
        """Once more."""
        with self._lock:
            name = label if label in self._by_label or len(self._by_label) < MOST_LABELS else OTHERS
            self._by_label[name] += 1
        for hear in self.heard_by:
            hear(name)

    def counts(self) -> dict[str, int]:
        """By label, as they are now."""
        with self._lock:
            return dict(self._by_label)


ANSWERS = Durations((0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0))
"""From a request of Slack's to our answer, by what was asked; Slack waits for three seconds."""
DELIVERIES = Durations((1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0))
"""From a change to its message in Slack."""
RITUALS = Durations((5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0, 86_400.0))
"""From when a ritual was due to when it ran."""
RATE_LIMITS = Counts()
"""Calls that Slack refused because there were too many, by method."""
