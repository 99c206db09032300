"""The sandbox's time: a source that is read, and how far it was moved forward. It never goes back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

BACK = "The clock cannot be moved back."


def machine_time() -> datetime:
    """The machine's time, aware, UTC."""
    return datetime.now(UTC)


class Clock:
    """`source` returns an aware time; `moved_by` is what people added to it."""

    def __init__(self, source: Callable[[], datetime] = machine_time) -> None:
        self._source = source
        self.moved_by = timedelta()
        self.on_move: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Aware, UTC."""
        return (self._source() + self.moved_by).astimezone(UTC)

    def epoch(self) -> float:
        """Seconds since 1970."""
        return self.now().timestamp()

    def move_by(self, step: timedelta) -> None:
        """Moves forward. Raises ValueError for a step back."""
        # Message times rise and buckets refill by it; a step back would give two messages one time.
        if step < timedelta():
            raise ValueError(BACK)
        self.moved_by += step
        # Whoever waits for a time, as retries of events do, must not sleep through the jump.
        for tell in self.on_move:
            tell()

    def move_to(self, time: datetime) -> None:
        """Moves forward to an aware time. Raises ValueError for an earlier or a naive one."""
        self.move_by(self.until(time))

    def until(self, time: datetime) -> timedelta:
        """How far it is to an aware time. Raises ValueError for an earlier or a naive one."""
        if time.tzinfo is None:
            raise ValueError("A time needs its offset, as in 2026-12-01T09:00:00+01:00.")
        step = time - self.now()
        if step < timedelta():
            raise ValueError(BACK)
        return step
