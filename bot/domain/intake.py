"""Whether one more item may be taken: the quota of an incident (R25–R27) and a team's intake freeze (R92–R95)."""

from dataclasses import dataclass

from bot.domain.errors import Refused
from bot.domain.words import Text

NO_ROOM = (
    "The quota of that incident is used up: it has {used} of {quota} items. Leave this one where it is, or make room "
    "there first."
)
USED_UP = "The quota of this incident is used up: it has {used} of {quota} items."
FROZEN = "{team} takes no new items at the moment: last month {created} were created and {ended} ended."
UNTIL_ROOM = "{item} stays an idea: merge or drop one of them, or ask the team's lead or an admin to override."
UNTIL_OPEN = (
    "{item} stays an idea until {to_end} more ended than were created this month. The team's lead or an admin can "
    "override."
)
UNLESS_OVERRIDDEN = "{item} stays an idea unless you say why it is taken all the same."
FREEZE_FROM = 3
"""Items created in a month from which its ratio says something."""


@dataclass(frozen=True)
class Flow:
    """How many items of a team were created and how many ended, in some time."""

    created: int = 0
    ended: int = 0


@dataclass(frozen=True)
class Freeze:
    """A team's intake is closed after a month like `last`; it opens when `to_end` more ended than were created."""

    last: Flow
    to_end: int


@dataclass(frozen=True)
class Gate:
    """What stands between a form and a new item. `used` counts the incident's items; `quota` None: no incident."""

    quota: int | None = None
    used: int = 0
    freeze: Freeze | None = None

    @property
    def quota_is_used_up(self) -> bool:
        """The incident has as many items as its team can sustain."""
        # R25 is a quota of incidents: without one, only the freeze can be in the way.
        return self.quota is not None and self.used >= self.quota

    @property
    def is_open(self) -> bool:
        """Whether an item may be created."""
        return not self.quota_is_used_up and self.freeze is None


@dataclass(frozen=True)
class Override:
    """An item that *by* let in although its `gate` (`freeze` or `quota`) was closed, and why (R95)."""

    number: int
    by: str
    gate: str
    why: str


def freeze(last: Flow, this: Flow) -> Freeze | None:
    """Fewer ended than created last month closes the intake, until the gap is closed in the running month.

    `last` is the last full month, `this` the running one so far.
    """
    # One item created and none ended is a ratio without an end, and no flood: too few to stop a team for (R94).
    if last.created < FREEZE_FROM or last.ended >= last.created:
        return None
    to_end = (last.created - last.ended) - (this.ended - this.created)
    return Freeze(last, to_end) if to_end > 0 else None


def check_room(gate: Gate) -> None:
    """Raises `Refused` when an item that exists cannot come into an incident, because its quota is used up (R25)."""
    if gate.quota_is_used_up:
        raise Refused(Text(NO_ROOM, used=gate.used, quota=gate.quota), "incident")


def check_promotion(gate: Gate, item: str, team: str, *, may_override: bool, field: str | None = None) -> None:
    """Raises `Refused` at *field* when the idea of the label *item* cannot become an item now (R25, R27, R92)."""
    if not gate.is_open:
        raise Refused(stays_an_idea(gate, item, team, may_override=may_override), field)


def stays_an_idea(gate: Gate, item: str, team: str, *, may_override: bool) -> Text:
    """Why a closed gate lets the idea of the label *item* not in, and the way out, as plain text."""
    closed = Text(USED_UP, used=gate.used, quota=gate.quota)
    way_out = Text(UNTIL_ROOM, item=item)
    if gate.freeze:
        closed = Text(FROZEN, team=team, created=gate.freeze.last.created, ended=gate.freeze.last.ended)
        way_out = Text(UNTIL_OPEN, item=item, to_end=gate.freeze.to_end)
    return closed + (Text(UNLESS_OVERRIDDEN, item=item) if may_override else way_out)
