"""What became of a ritual: the line that `actionitem tick` prints."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

ALREADY = "already_posted"
NOTHING = "nothing_to_say"
_LEFT_OUT_WHEN_EMPTY = ("zone",)


@dataclass(frozen=True)
class Run:
    """One ritual of one team in one period; `team` is "" for items without one.

    `status` is `posted`, `missed`, `already_posted` or `nothing_to_say`. `zone` is where the people live who missed it.
    """

    ritual: str
    workspace: str
    team: str
    period: str
    due_at: datetime
    status: str
    messages: int = 0
    zone: str = ""

    def as_json(self) -> dict[str, Any]:
        """The run as JSON values."""
        found = asdict(self) | {"due_at": self.due_at.isoformat()}
        return {name: value for name, value in found.items() if value or name not in _LEFT_OUT_WHEN_EMPTY}
