"""What Slack takes at once, what a workspace has left of it, and where Slack was away."""

from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from bot.domain.delivery import Bucket, Patience, Trouble
from storage.messages import Pace


@dataclass(frozen=True)
class Limits:
    """What Slack allows, and how patient we are. Times in seconds."""

    pace: Pace = field(default_factory=Pace)
    patience: Patience = field(default_factory=Patience)
    burst: int = 600
    """Messages at once in a workspace …"""
    refill: float = 5.0
    """… and a second, when the burst is spent: Slack says “several hundred a minute”."""


class Allowance:
    """What each workspace may still send, as far as this process knows. Safe to call from several threads."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buckets: dict[str, Bucket] = {}
        self._away: set[str] = set()
        self._lock = Lock()

    def take(self, workspace: str, key: str) -> float:
        """Takes one message of the workspace's, that with that key; seconds to wait before it may be sent, and is asked
        for again."""
        with self._lock:
            return self._bucket(workspace).take(monotonic(), key)

    def remember(self, workspace: str, to: str, trouble: Trouble) -> None:
        """What Slack answered about a message to *to*."""
        with self._lock:
            if trouble.away:
                self._away.add(workspace)
            if trouble.code == "ratelimited":
                self._bucket(workspace).limited(to, monotonic())

    def is_back(self, workspace: str) -> bool:
        """Slack took a message: whether it had been away there. True once for each time that it was."""
        with self._lock:
            if workspace not in self._away:
                return False
            self._away.discard(workspace)
            return True

    def _bucket(self, workspace: str) -> Bucket:
        return self._buckets.setdefault(workspace, Bucket(self._limits.burst, self._limits.refill))
