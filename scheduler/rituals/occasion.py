"""When a ritual speaks: for which team, in which period, at what moment, and to whom."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.queries import Viewer
from bot.domain.team import Team


@dataclass(frozen=True)
class Readers:
    """Who will read a ritual: what `viewer` may see counts, what `named` may see is named.

    They differ in a channel with guests in it, where less is named than counted.
    """

    viewer: Viewer
    named: Viewer


@dataclass(frozen=True)
class Occasion:
    """One run of a team's ritual. `viewer` and `named`: see `Readers`; a channel, or the team's lead.

    `by_itself`: somebody asked for it, so that nothing of it waits for a lead's message of the day.
    """

    team: Team
    period: str
    now: datetime
    viewer: Viewer
    named: Viewer
    by_itself: bool = False
