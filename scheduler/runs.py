"""What became of a ritual: the line that `actionitem tick` prints."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.messages import Message

ALREADY = "already_posted"
NOTHING = "nothing_to_say"
LONGEST_AWAY = timedelta(days=400)
"""What was due longer ago is passed over, on no record: else a `tick` decades ahead walks through every day of them."""
_LEFT_OUT_WHEN_EMPTY = ("zone", "waiting", "refused")


@dataclass(frozen=True)
class Run:
    """One ritual of one team in one period; `team` is "" for items without one.

    `status` is `posted`, `missed`, `already_posted` or `nothing_to_say`. `zone` is where the people live who missed it.
    `keys` are those of its messages; `waiting` and `refused` say, once somebody has looked, how many of them Slack has
    not taken yet, and how many it never will.
    """

    ritual: str
    workspace: str
    team: str
    period: str
    due_at: datetime
    status: str
    messages: int = 0
    zone: str = ""
    keys: tuple[str, ...] = ()
    waiting: int = 0
    refused: int = 0

    def as_json(self) -> dict[str, Any]:
        """The run as JSON values, without the keys."""
        found = asdict(self) | {"due_at": self.due_at.isoformat()}
        del found["keys"]
        return {name: value for name, value in found.items() if value or name not in _LEFT_OUT_WHEN_EMPTY}


@dataclass(frozen=True)
class DeliveryOutcome:
    """A message that a ritual would send: of which team ("": of no one team), and in which period."""

    team: str
    period: str
    message: Message

    def as_json(self) -> dict[str, Any]:
        """As JSON values, the message's own among them."""
        return {"team": self.team, "period": self.period, **vars(self.message)}
