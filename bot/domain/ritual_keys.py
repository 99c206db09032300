"""Keys of what rituals say: written here, and read here alone. As with `subjects`, what is written never changes."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from bot.domain.joined import Joined

MORNING = "morning"
"""What a person is told with all personal rituals in one; a single one of them goes by its own name."""
LEAD = "lead"
"""Begins the key of what a lead is told in a morning."""


@dataclass(frozen=True)
class RitualOf(Joined):
    """What a ritual says in a place for a period: `weekly-digest:3:2026-W48`. The place is a team's id or a channel."""

    ritual: str
    place: str
    period: str


@dataclass(frozen=True)
class MorningOf(Joined):
    """What a person is told in a morning: `morning:U0PRIYA:2026-11-23`. `what`: `MORNING`, or a ritual's name."""

    what: str
    person: str
    day: date


@dataclass(frozen=True)
class LeadsMorningOf(Joined):
    """What the lead of a team is told of that zone's morning: `lead:morning:3:2026-11-23:Europe/Berlin`."""

    what: str
    team_id: int
    day: date
    zone: str

    @property
    def value(self) -> str:
        """The key."""
        return f"{LEAD}:{super().value}"

    @classmethod
    def read(cls, text: str) -> Self:
        """From the key."""
        lead, _sep, rest = text.partition(":")
        if lead != LEAD:
            raise ValueError(text)
        return super().read(rest)


def morning_with(key: str) -> MorningOf | LeadsMorningOf:
    """Which morning the message with that key is of. Raises ValueError when it is of none."""
    return LeadsMorningOf.read(key) if key.startswith(f"{LEAD}:") else MorningOf.read(key)


def ritual_name_in(key: str) -> str:
    """What a personal ritual's key goes by: its name, or `MORNING`. Takes any text; of other keys it is their kind."""
    return key.removeprefix(f"{LEAD}:").partition(":")[0]
