"""What somebody fills in who does not want to go the whole way: a deferral, an accepted risk, a “will not do”.

As data that a request can keep until it is decided.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, ClassVar

from bot.domain.errors import Refused
from bot.domain.lifecycle import Action
from bot.domain.reasons import RiskReason


@dataclass(frozen=True)
class Deferral:
    """Not now (R74–R76). `revisit_on` is a day in the team's zone; it or `trigger` must be there."""

    action: ClassVar = Action.DEFER

    why: str
    risk: str
    revisit_on: date | None = None
    trigger: str = ""
    mitigation: str = ""

    def check(self, today: date) -> None:
        """Raises `Refused` at the field that is missing."""
        if not self.why:
            raise Refused("Say why it cannot be done now.", "why")
        if not self.risk:
            raise Refused("Say which risk is accepted meanwhile.", "risk")
        if self.revisit_on is None and not self.trigger:
            raise Refused("Choose a day to come back to it, or name the condition that brings it back.", "revisit_on")
        if self.revisit_on is not None and self.revisit_on <= today:
            raise Refused("That day has come already. Choose a later one.", "revisit_on")


@dataclass(frozen=True)
class AcceptedRisk:
    """Not ever, because the risk is worth taking (R83, R114)."""

    action: ClassVar = Action.ACCEPT_RISK

    reason: RiskReason
    why: str

    def check(self, _today: date) -> None:
        """Raises `Refused` at the field that is missing."""
        if not self.why:
            raise Refused("Say why the risk is accepted.", "why")


@dataclass(frozen=True)
class WillNotDo:
    """Not ever, for another reason (R84)."""

    action: ClassVar = Action.DROP

    why: str

    def check(self, _today: date) -> None:
        """Raises `Refused` at the field that is missing."""
        if not self.why:
            raise Refused("Say why it will not be done.", "why")


Terms = Deferral | AcceptedRisk | WillNotDo


@dataclass(frozen=True)
class Ask:
    """Terms that wait for *approver* to decide about them."""

    terms: Terms
    approver: str


def as_json(terms: Terms) -> dict[str, Any]:
    """The terms as JSON values."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(terms).items()}


def from_json(action: Action, stored: Mapping[str, Any]) -> Terms:
    """The terms that `as_json` made of a request for *action*."""
    match action:
        case Action.DEFER:
            day = stored["revisit_on"]
            return Deferral(**{**stored, "revisit_on": date.fromisoformat(day) if day else None})
        case Action.ACCEPT_RISK:
            return AcceptedRisk(RiskReason(stored["reason"]), stored["why"])
    return WillNotDo(stored["why"])
