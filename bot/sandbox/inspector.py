"""Remembers what the app called and how it was called, for developers. Never a token."""

import itertools
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.clock import Clock
from bot.sandbox.model import Json

KEPT = 2000
SECRETS = ("token", "client_secret")


@dataclass
class Entry:
    """`verdict`: "ok" or the error; `ms`: how long the answer took."""

    id: int
    kind: str
    method: str
    at: str
    request: Json
    workspace: str | None = None
    user: str | None = None
    channel: str | None = None
    transport: str = "http"
    status: int | None = None
    answer: Any = None
    verdict: str = "pending"
    details: list[str] = field(default_factory=list)
    ms: float = 0.0
    began: float = field(default_factory=time.perf_counter)

    def close(self, verdict: str, *, status: int | None, answer: Any, details: list[str] | None = None) -> None:
        self.verdict, self.status, self.answer = verdict, status, answer
        self.details = details or []
        self.ms = round((time.perf_counter() - self.began) * 1000, 1)

    def shown(self) -> Json:
        return {key: value for key, value in vars(self).items() if key != "began"}


def without_secrets(values: Json) -> Json:
    return {key: "…" if key in SECRETS else value for key, value in values.items()}


class Inspector:
    """The last entries, by rising id."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ids = itertools.count(1)
        self.entries: deque[Entry] = deque(maxlen=KEPT)

    def open(self, kind: str, method: str, request: Json, **about: str | None) -> Entry:
        now = self._clock.now().isoformat()
        entry = Entry(next(self._ids), kind, method, now, without_secrets(request))
        for key, value in about.items():
            setattr(entry, key, value)
        self.entries.append(entry)
        return entry

    def find(self, entry: int) -> Entry | None:
        return next((each for each in self.entries if each.id == entry), None)

    def list(self, after: int = 0, limit: int = 100, **wanted: str | None) -> list[Entry]:
        """The newest `limit` after `after` whose traits are as `wanted` (None: any)."""
        chosen = {key: value for key, value in wanted.items() if value}
        found = [
            entry
            for entry in self.entries
            if entry.id > after and all(getattr(entry, key) == value for key, value in chosen.items())
        ]
        # The newest: a page that asks without `after` wants to see what just happened.
        return found[-limit:]
