"""Whether a process that delivers is alive: by its process id where that means anything, or by its signs of life."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from time import monotonic

from storage.delivery_workers import Worker


@dataclass(frozen=True)
class Signs:
    """Seconds between two signs of life, and without one until a process counts as dead."""

    beat_every: float = 2.0
    dead_after: float = 10.0
    longest_pause: float = 30.0
    """Between two signs of life while the database fails."""
    keep_finished: timedelta = timedelta(days=7)
    """How long the queue keeps deliveries done. What was sent stays on record, so nothing repeats."""

    @property
    def stuck_after(self) -> float:
        """A process that runs on this machine but gives no sign may only be waiting for the database."""
        return self.dead_after * 6


class Watch:
    """What one process has seen of the signs of the others."""

    def __init__(self, signs: Signs) -> None:
        self._signs = signs
        self._seen: dict[str, tuple[datetime, float]] = {}

    def is_dead(self, worker: Worker) -> bool:
        """Measured by our own clock since the sign last changed, so that no two clocks are compared."""
        sign, since = self._seen.get(worker.executor, (None, 0.0))
        if sign != worker.beat_at:
            self._seen[worker.executor] = (worker.beat_at, since := monotonic())
        silent = monotonic() - since
        # On the same boot and in the same namespace the process id tells at once; elsewhere only silence does.
        if worker.machine and worker.machine == this_machine():
            return not _runs(worker.pid) or silent > self._signs.stuck_after
        return silent > self._signs.dead_after


@cache
def this_machine() -> str:
    """Where a process id means the same process: one boot, one namespace. Empty where that cannot be known."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}:{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _runs(pid: int) -> bool:
    """Whether another process of that id exists. Our own does not count: whoever had our id before is gone."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
