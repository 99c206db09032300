"""How often a token may ask: the `RateLimit` headers of the IETF's draft, counted in this process."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from time import monotonic

from bot.api.problems import HttpProblem

QUOTA, WINDOW_S = 600, 60
POLICY = f'"default";q={QUOTA};w={WINDOW_S}'


@dataclass
class _Level:
    left: float
    at: float


class TokenRates:
    """A bucket for each token, that fills up evenly: `QUOTA` at once, and as many in each `WINDOW_S`."""

    # In memory: a count in the database would cost each reading a write. With replicas the limit is that of each.
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._levels: dict[int, _Level] = {}
        self._lock = Lock()

    def take(self, token_id: int) -> dict[str, str]:
        """Counts a request; the headers of its answer. Raises `HttpProblem` when there are none left."""
        now, rate = self._clock(), QUOTA / WINDOW_S
        with self._lock:
            level = self._levels.setdefault(token_id, _Level(QUOTA, now))
            level.left, level.at = min(QUOTA, level.left + (now - level.at) * rate), now
            is_free = level.left >= 1
            level.left -= is_free
            left = level.left
        headers = {
            "RateLimit-Policy": POLICY,
            "RateLimit": f'"default";r={int(left)};t={math.ceil((QUOTA - left) / rate)}',
        }
        if is_free:
            return headers
        wait = math.ceil((1 - left) / rate)
        raise HttpProblem(
            HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", "Too many requests",
            f"This token may ask {QUOTA} times in {WINDOW_S} seconds. Wait {wait} s.",
            headers=headers | {"Retry-After": str(wait)},
        )  # fmt: skip
