"""Going through items one by one: stand-up, operations review, incident review (R53). What each looks at, and where."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Self

MOST = 200
"""Items of one review: their numbers travel with the modal, which may carry 3,000 characters."""
SOON = timedelta(days=3)
"""At a stand-up, an item that nobody has begun is looked at this long before it is due."""


class ReviewKind(StrEnum):
    """Which meeting it is. The values are what people type."""

    STAND_UP = "stand-up"
    OPERATIONS = "operations"
    INCIDENT = "incident"


WORDS = {
    "stand-up": ReviewKind.STAND_UP,
    "standup": ReviewKind.STAND_UP,
    "operations": ReviewKind.OPERATIONS,
    "ops": ReviewKind.OPERATIONS,
    "incident": ReviewKind.INCIDENT,
}
"""What people type, and which meeting they mean."""


@dataclass(frozen=True)
class ReviewSubject:
    """Whose items: a team's, an incident's. `today` is the day in the team's zone."""

    kind: ReviewKind
    today: date
    team_id: int | None = None
    incident_id: int | None = None

    @property
    def soon(self) -> date:
        """Until when an item that nobody has begun is due soon."""
        return self.today + SOON


@dataclass(frozen=True)
class Review:
    """A review under way: the items as they were found when it began, and which one is shown."""

    kind: ReviewKind
    numbers: tuple[int, ...]
    at: int = 0
    team: int | None = None
    incident: int | None = None

    @property
    def number(self) -> int:
        """The item that is shown."""
        return self.numbers[self.at]

    def moved(self, by: int) -> Self:
        """The review *by* items further, within its ends."""
        # Two presses on “Next” can arrive at once, on the last item too.
        return replace(self, at=min(max(self.at + by, 0), len(self.numbers) - 1))

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self) | {"kind": self.kind.value, "numbers": list(self.numbers)}


def review_from(stored: Mapping[str, Any]) -> Review:
    """What `Review.as_json` made; names that this version does not know are left out."""
    # A modal that was opened before an upgrade is pressed after it.
    known = {name: stored[name] for name in ("at", "team", "incident") if name in stored}
    return Review(ReviewKind(stored["kind"]), tuple(stored["numbers"]), **known).moved(0)
