"""What an App Home shows, as data: what awaits its reader, their items, their team's, and the filters they chose."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from bot.domain.incident import Incident
from bot.domain.item import Item
from bot.domain.lifecycle import OPEN, PARKED, State
from bot.domain.measures import Measured, MeasureKey
from bot.domain.queries import Today, Wanted
from bot.domain.team import Team

STATES = (
    State.NOT_STARTED, State.IN_PROGRESS, State.IMPLEMENTED, State.VERIFIED, State.DEFERRED,
    State.FUTURE_CONSIDERATION, State.CLOSED,
)  # fmt: skip
"""What a team's items can be narrowed to."""


class Awaits(StrEnum):
    """Why an item awaits somebody, the most pressing first."""

    APPROVE = "approve"
    ACCEPT = "accept"
    VERIFY = "verify"
    ANSWER = "answer"
    HOLD = "hold"


@dataclass(frozen=True)
class Filters:
    """What the reader chose, kept until they choose otherwise. `mine` and `theirs` count items left out before."""

    team: int | None = None
    state: str = ""
    overdue: bool = False
    incident: int | None = None
    theme: str = ""
    mine: int = 0
    theirs: int = 0

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    def wanted(self, team: Team, today: Today) -> Wanted:
        """The team's items that the filters leave."""
        states = frozenset({State(self.state)}) if self.state else OPEN | PARKED
        return Wanted(
            # Only what is open can be overdue; without this, “overdue” with “deferred” would list what was put off
            # openly.
            states=states & OPEN if self.overdue else states,
            team_id=team.id,
            incident_id=self.incident,
            overdue=today if self.overdue else None,
            theme=self.theme,
        )


def filters_from(kept: Mapping[str, Any]) -> Filters:
    """What `Filters.as_json` made; names that this version does not know are left out."""
    known = {name: kept[name] for name in vars(Filters()) if name in kept}
    return Filters(**known)


@dataclass(frozen=True)
class HomePage:
    """Some items of `total`, of which `overdue` are late; `offset` come before them."""

    items: Sequence[Item] = ()
    total: int = 0
    overdue: int = 0
    offset: int = 0


@dataclass(frozen=True)
class Home:
    """An App Home. `waiting` counts what awaits the reader; `configures` says whether they set teams up."""

    awaiting: Sequence[tuple[Awaits, Item]] = ()
    waiting: int = 0
    mine: HomePage = field(default_factory=HomePage)
    filters: Filters = field(default_factory=Filters)
    teams: Sequence[Team] = ()
    team: Team | None = None
    theirs: HomePage = field(default_factory=HomePage)
    incidents: Sequence[Incident] = ()
    themes: Sequence[str] = ()
    measures: Mapping[MeasureKey, Measured] = field(default_factory=dict)
    configures: bool = False

    @property
    def is_new(self) -> bool:
        """Whether the reader has nothing here yet."""
        return not (self.waiting or self.mine.total)
