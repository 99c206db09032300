"""What the bot says in Slack, as data. The outbox stores it; delivery sends it; neither is known here."""

from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]
DRAWN = frozenset(["data_visualization", "data_table"])
"""The types of Slack's blocks for charts and tables, which not every Slack draws."""


@dataclass(frozen=True)
class Post:
    """A message said once.

    `key` identifies it for ever: the same key is never posted twice. `to` is a channel (`C…`, `G…`, `D…`)
    or a person (`U…`, `W…`: their direct message with the bot). `thread_of` is the key of an earlier
    message in the same channel in whose thread this one stands; `thread_ts` does the same for a message of somebody
    else's. `in_words` says what its charts and tables show, for where Slack takes none. `label` stands before the text
    where that thread is shared by several items.
    """

    key: str
    to: str
    text: str
    blocks: list[Block] = field(default_factory=list)
    thread_of: str | None = None
    thread_ts: str | None = None
    in_words: list[Block] = field(default_factory=list)
    label: str = ""


@dataclass(frozen=True)
class Live:
    """A message that follows its subject: posted once, then edited, always showing the newest state.

    It is drawn when it is sent, not when it is enqueued, by the renderer registered for `subject`
    (for example `card`) from `ref` (for example the item's number); so two changes that overtake each
    other still leave the newest state on the screen. `thread_of` as of a `Post`: where it is posted first.
    """

    key: str
    to: str
    subject: str
    ref: str
    thread_of: str | None = None


@dataclass(frozen=True)
class Refresh:
    """A surface that is no message, drawn anew: `home:U…`, a person's App Home; `canvas:N`, an incident's canvas.

    Doing it twice does no harm. `to` is the key itself: surfaces do not wait behind messages.
    """

    key: str
    to: str


Message = Post | Live | Refresh
