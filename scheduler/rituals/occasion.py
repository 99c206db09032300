"""When a ritual speaks: for which team, in which period, at what moment, and to whom."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.queries import Viewer
from bot.domain.teams import Team


@dataclass(frozen=True)
class Occasion:
    """One run of a team's ritual. `viewer` is who will read it: the team's channel, or its lead."""

    team: Team
    period: str
    now: datetime
    viewer: Viewer
