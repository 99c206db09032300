"""What Slack takes at once, what a workspace has left of it, and where Slack was away."""

from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from bot.domain.delivery import Bucket, Patience, Trouble
from bot.domain.messages import Message
from storage.messages import Pace

MOST_CALLS = 10_000
"""Recipients whose last call is kept in mind."""


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
        self._called_at: dict[tuple[str, str], float] = {}
        self._lock = Lock()

    def expect(self, workspace: str, message: Message) -> float:
        """Seconds that the message has to wait for all that this process knows: then the database need not be asked. A
        place in the workspace's limit is kept for it."""
        now = monotonic()
        with self._lock:
            called_at = self._called_at.get((workspace, message.to))
            wait = 0.0 if called_at is None else called_at + self._limits.pace.interval - now
            # Not before the channel's own pace allows it: whoever waits for that takes nothing from the others.
            return wait if wait > 0 else self._bucket(workspace).expect(now, message.key)

    def called(self, workspace: str, to: str) -> None:
        """Slack was just asked for something for that recipient, and it is on record."""
        with self._lock:
            self._called_at[workspace, to] = now = monotonic()
            if len(self._called_at) > MOST_CALLS:
                paced = now - self._limits.pace.interval
                self._called_at = {each: at for each, at in self._called_at.items() if at > paced}

    def take(self, workspace: str, key: str) -> float:
        """Takes one message of the workspace's, that with that key; seconds to wait before it may be sent, and is asked
        for again."""
        with self._lock:
            return self._bucket(workspace).take(monotonic(), key)

    def remember(self, workspace: str, to: str, trouble: Trouble) -> None:
        """What Slack answered about a message to *to*."""
        self.called(workspace, to)
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
