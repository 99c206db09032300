"""Slack's rate limits: buckets that refill with the sandbox's clock. Decides; sends nothing.

Source: https://docs.slack.dev/apis/web-api/rate-limits (tiers 1–4: 1, 20, 50, 100 and more a minute;
chat.postMessage: about one a second per channel, short bursts allowed).
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.sandbox.clock import Clock

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100, 5: 600}
# Slack says “short bursts” and no figure: small enough that a digest posted in a loop is found.
POST_BURST = 5
POST_PER_SECOND = 1.0


@dataclass
class Bucket:
    capacity: float
    per_second: float
    tokens: float
    at: float

    def take(self, now: float) -> float:
        """0 when one was there, else the seconds until there is one."""
        self.tokens = min(self.capacity, self.tokens + max(0.0, now - self.at) * self.per_second)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.per_second


class Rates:
    def __init__(self, clock: Clock, *, on: bool) -> None:
        self.on = on
        self._clock = clock
        self._buckets: dict[tuple[str, ...], Bucket] = {}

    def clear(self) -> None:
        self._buckets.clear()

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Within the block nothing is limited: where a month passes in a second, a minute's share is no measure."""
        was, self.on = self.on, False
        try:
            yield
        finally:
            self.on = was

    def wait_for(self, team: str, method: str, tier: int, channel: str | None) -> int:
        """Whole seconds for `Retry-After`, 0 when the call may go on. `channel`: only for posting."""
        if not self.on:
            return 0
        now = self._clock.epoch()
        if channel is not None:
            # By channel: a busy one must not slow the others, nor may the app act as if it did.
            bucket = self._bucket((team, method, channel), POST_BURST, POST_PER_SECOND, now)
        else:
            minute = PER_MINUTE[tier]
            # By workspace and method, as Slack counts: two replicas share one limit.
            bucket = self._bucket((team, method), minute, minute / 60, now)
        # `Retry-After` is whole seconds; rounded down, an obedient app would be refused again.
        return math.ceil(bucket.take(now))

    def _bucket(self, key: tuple[str, ...], capacity: float, per_second: float, now: float) -> Bucket:
        return self._buckets.setdefault(key, Bucket(capacity, per_second, capacity, now))
