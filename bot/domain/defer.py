"""Deferring an item, and resuming it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved
from bot.domain.item_values import Deferral
from bot.domain.lifecycle import RESUMABLE, Action, State, after, next_step
from bot.domain.request import Request
from bot.domain.words import Text

FLAGGED_FROM = 3
"""The deferral of the same item from which its lead is told (R82)."""


@dataclass(frozen=True)
class DeferralTerms:
    """Not now (R74–R76): what the form holds, and a request keeps.

    `revisit_on` is a day in the team's zone; it or `trigger` must be there.
    """

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
        # R85: parked with a revisit. One that lies behind would never bring it back.
        if self.revisit_on is not None and self.revisit_on <= today:
            raise Refused("That day has come already. Choose a later one.", "revisit_on")


def defer(item: Item, by: By, terms: DeferralTerms, detail: Mapping[str, Any]) -> Moved:
    """not started, in progress → deferred, by whoever decides. `decide` of `approve.py` checks the terms first."""
    state = after(item.state, Action.DEFER, item.label, by.last)
    _refuse_unless_back(item, by)
    deferral = Deferral(
        at=by.at,
        from_state=item.deferral.from_state if item.deferral else item.state,  # deferred again when it came back
        because=terms.why,
        risk=terms.risk,
        revisit_on=terms.revisit_on,
        trigger=terms.trigger,
        mitigation=terms.mitigation,
        approved_by=by.user,
    )
    # Counted over the whole life of the item and never set back, so that repetition shows (R82).
    count = item.deferrals + 1
    deferred = replace(item, state=state, deferral=deferral, deferrals=count)
    return moved(item, deferred, Action.DEFER, by, terms.why, {**detail, "count": count})


def resume(item: Item, by: By) -> Moved:
    """Back to where the deferral came from, unless it ended meanwhile."""
    if item.state is not State.DEFERRED:
        raise Refused(_not_deferred(item, by), next_step=next_step(item.state))
    return moved(item, taken_back(item), Action.RESUME, by)


def taken_back(item: Item) -> Item:
    """The item where its deferral came from; not started where that is not known, or cannot be gone on with."""
    before = item.deferral.from_state if item.deferral else None
    return replace(item, state=before if before in RESUMABLE and before else State.NOT_STARTED, deferral=None)


def waits_deferred(item: Item, request: Request) -> bool:
    """Whether the request asks for the deferral that holds already: of the rest of a split item."""
    return item.state is State.DEFERRED and request.action is Action.DEFER


def _refuse_unless_back(item: Item, by: By) -> None:
    """A deferred item is deferred again when it has come back; of two people at once the second is told."""
    if item.state is not State.DEFERRED:
        return
    revisit_on = item.deferral.revisit_on if item.deferral else None
    # Deferred until a condition: nobody knows when it comes true, so it may be deferred again at any time.
    if revisit_on is None:
        return
    has_come = revisit_on <= item.day(by.at)
    # Owners are asked on their own morning, and the team's day may come later than theirs.
    was_asked = item.nudged_on is not None and item.nudged_on >= revisit_on
    if not (has_come or was_asked):
        who = Text(": {who} did that", who=by.last.by_name) if by.last and by.last.action == Action.DEFER else ""
        reason = Text("{item} is already deferred{who}. Nothing was changed.", item=item.label, who=who)
        raise Refused(reason, next_step=Action.RESUME)


def _not_deferred(item: Item, by: By) -> Text:
    state = Text(item.state.after_is)
    if by.last and by.last.action == Action.RESUME:
        who = Text(": {who} did that", who=by.last.by_name)
        return Text("{item} is already {state}{who}. Nothing was changed.", item=item.label, state=state, who=who)
    return Text("{item} is {state}, not deferred. Only a deferred item can be resumed.", item=item.label, state=state)
