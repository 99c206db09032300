"""Whether one more item may be taken: the quota of an incident (R25–R27) and a team's intake freeze (`freeze.py`)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import Refused
from bot.domain.freeze import Before, Control, Freeze, Sign
from bot.domain.words import Numeral, Text

NO_ROOM = (
    "The quota of that incident is used up: it has {used} of {quota} items. Leave this one where it is, or make room "
    "there first."
)
USED_UP = "The quota of this incident is used up: it has {used} of {quota} items."
FROZEN = "{team} takes no new items at the moment. {because}."
UNTIL_ROOM = "{item} stays an idea: merge or drop one of them, or ask the team's lead or an admin to override."
UNTIL_OPEN = (
    "{item} stays an idea until the backlog is under control: {aims}. The team's lead or an admin can override."
)
UNLESS_OVERRIDDEN = "{item} stays an idea. To add it anyway, say why."
BECAUSE = "{before}, and the backlog is not under control: {signs}"
MORE_CREATED = "In {month} more was created ({created}) than ended ({ended})"
NOTHING_ENDED = "In {month} nothing ended, with {overdue} overdue"
SIGNS = {
    Sign.SIZE: "{open} open",
    Sign.AGE: "one in ten older than {days} days",
    Sign.OVERDUE: "{overdue} of {open} overdue",
}
AIMS = {
    Sign.SIZE: "fewer than {size} open",
    Sign.AGE: "nine in ten younger than {age} days",
    Sign.OVERDUE: "at most a third overdue",
}


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
        closed = Text(FROZEN, team=team, because=because(gate.freeze))
        way_out = Text(UNTIL_OPEN, item=item, aims=aims(gate.freeze.control))
    return closed + (Text(UNLESS_OVERRIDDEN, item=item) if may_override else way_out)


def because(freeze: Freeze) -> Text:
    """`In October more was created (6) than ended (2), and the backlog is not under control: 33 open`."""
    return Text(BECAUSE, before=how_it_went(freeze.before), signs=signs(freeze.control))


def how_it_went(before: Before) -> Text:
    """Which of the two it was that freezes an intake, in a month that is over."""
    month, flow = before.month.name, before.flow
    if flow.created > flow.ended:
        return Text(MORE_CREATED, month=month, created=flow.created, ended=flow.ended)
    return Text(NOTHING_ENDED, month=month, overdue=before.overdue)


def signs(control: Control) -> Text:
    """What shows that the backlog is not under control: `33 open, 32 of 33 overdue`."""
    backlog = control.backlog
    days = Numeral(math.floor(backlog.age_p90_days or 0))
    found = [Text(SIGNS[sign], open=backlog.open, overdue=backlog.overdue, days=days) for sign in control.signs]
    return _in_a_row(found)


def aims(control: Control) -> Text:
    """What would lift the freeze: `fewer than 20 open, at most a third overdue`."""
    size, age = f"{control.size:g}", f"{control.age_days:g}"
    return _in_a_row([Text(AIMS[sign], size=size, age=age) for sign in control.signs])


def _in_a_row(texts: Sequence[Text]) -> Text:
    """The texts with commas between them; at least one."""
    first, *rest = texts
    for each in rest:
        first = Text("{before}, {sign}", before=first, sign=each)
    return first
