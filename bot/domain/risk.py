"""Accepting the risk of an item for good: it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved
from bot.domain.item_values import Ending, RiskReason
from bot.domain.lifecycle import Action, after


@dataclass(frozen=True)
class AcceptedRisk:
    """Not ever, because the risk is worth taking (R83, R114): what the form holds, and a request keeps."""

    action: ClassVar = Action.ACCEPT_RISK

    reason: RiskReason
    why: str

    def check(self, _today: date) -> None:
        """Raises `Refused` at the field that is missing."""
        if not self.why:
            raise Refused("Say why the risk is accepted.", "why")


def accept_risk(item: Item, by: By, terms: AcceptedRisk, detail: Mapping[str, Any]) -> Moved:
    """not started, in progress, deferred → risk accepted, by whoever decides. `decide` of `approve.py` checks first."""
    state = after(item.state, Action.ACCEPT_RISK, item.label, by.last)
    ending = Ending(by.at, terms.why, decided_by=by.user, risk_reason=terms.reason)
    # A risk accepted for good leaves the register of what is merely deferred (R79).
    ended = replace(item, state=state, ending=ending, deferral=None)
    return moved(item, ended, Action.ACCEPT_RISK, by, terms.why, detail)
