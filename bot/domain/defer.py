"""Deferring an item and resuming it."""

from typing import Any

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved
from bot.domain.lifecycle import RESUMABLE, Action, State, after, next_step
from bot.domain.request import Request
from bot.domain.terms import Deferral
from bot.domain.words import _

FLAGGED_FROM = 3
"""The deferral of the same item from which its lead is told (R82)."""


def resume(item: Item, by: By) -> Moved:
    """Back to where the deferral came from, unless it ended meanwhile."""
    if item.state is not State.DEFERRED:
        raise Refused(_not_deferred(item, by), next_step=next_step(item.state))
    return moved(item, Action.RESUME, came_from(item), by, "", {}, **NOT_DEFERRED)


NOT_DEFERRED: dict[str, Any] = {
    "deferred_at": None, "deferred_from": None, "deferred_because": "", "deferred_risk": "", "revisit_on": None,
    "trigger_condition": "", "mitigation": "", "approved_by": "",
}  # fmt: skip


def came_from(item: Item) -> State:
    came_from = item.deferred_from
    return came_from if came_from in RESUMABLE and came_from else State.NOT_STARTED


def waits_deferred(item: Item, request: Request) -> bool:
    return item.state is State.DEFERRED and request.action is Action.DEFER


def defer(item: Item, by: By, terms: Deferral, detail: dict[str, Any]) -> Moved:
    state = after(item.state, Action.DEFER, item.label, by.last)
    _refuse_unless_back(item, by)
    count = item.deferrals + 1
    before = item.deferred_from if item.state is State.DEFERRED else item.state  # deferred again when it came back
    return moved(
        item, Action.DEFER, state, by, terms.why, detail | {"count": count},
        deferred_at=by.at, deferred_from=before, deferred_because=terms.why, deferred_risk=terms.risk,
        revisit_on=terms.revisit_on, trigger_condition=terms.trigger, mitigation=terms.mitigation,
        deferrals=count, approved_by=by.user,
    )  # fmt: skip


def _refuse_unless_back(item: Item, by: By) -> None:
    """A deferred item is deferred again when it has come back; of two people at once the second is told."""
    if item.state is not State.DEFERRED:
        return
    has_come = item.revisit_on is not None and item.revisit_on <= item.day(by.at)
    was_asked = item.revisit_on is not None and item.nudged_on is not None and item.nudged_on >= item.revisit_on
    if not (has_come or was_asked or item.revisit_on is None):
        who = _(": {who} did that", who=by.last.by_name) if by.last and by.last.action == Action.DEFER else ""
        reason = _("{item} is already deferred{who}. Nothing was changed.", item=item.label, who=who)
        raise Refused(reason, next_step=Action.RESUME)


def _not_deferred(item: Item, by: By) -> str:
    state = _(item.state.after_is)
    if by.last and by.last.action == Action.RESUME:
        who = _(": {who} did that", who=by.last.by_name)
        return _("{item} is already {state}{who}. Nothing was changed.", item=item.label, state=state, who=who)
    return _("{item} is {state}, not deferred. Only a deferred item can be resumed.", item=item.label, state=state)
