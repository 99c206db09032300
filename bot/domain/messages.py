"""What the bot says in Slack, as data. The outbox stores it; delivery sends it; neither is known here."""

from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True)
class Post:
    """A message said once.

    `key` identifies it for ever: the same key is never posted twice. `to` is a channel (`C…`, `G…`, `D…`)
    or a person (`U…`, `W…`: their direct message with the bot). `thread_of` is the key of an earlier
    message in the same channel in whose thread this one stands.
    """

    key: str
    to: str
    text: str
    blocks: list[Block] = field(default_factory=list)
    thread_of: str | None = None


@dataclass(frozen=True)
class Live:
    """A message that follows its subject: posted once, then edited, always showing the newest state.

    It is drawn when it is sent, not when it is enqueued, by the renderer registered for `subject`
    (for example `card`) from `ref` (for example the item's number); so two changes that overtake each
    other still leave the newest state on the screen.
    """

    key: str
    to: str
    subject: str
    ref: str


Message = Post | Live
