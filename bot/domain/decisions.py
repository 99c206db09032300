"""Deferring, resuming, accepting the risk, will not do; and asking somebody else to decide that.

Each is done at once by whoever decides, else asked for: the request waits and the same rule carries it out later.
"""

from datetime import date
from typing import Any

from bot.domain.approvals import Request
from bot.domain.errors import Refused
from bot.domain.items import By, Item, Moved, moved
from bot.domain.lifecycle import RESUMABLE, Action, State, after, next_step
from bot.domain.terms import AcceptedRisk, Deferral, Terms, WillNotDo, as_json

FLAGGED_FROM = 3
"""The deferral of the same item from which its lead is told (R82)."""


def decide(item: Item, by: By, terms: Terms, *, approver: str, today: date) -> Moved:
    """The terms carried out, or asked for where the asker may not decide alone."""
    after(item.state, terms.action, item.label, by.last)
    terms.check(today)
    return carry_out(item, by, terms) if by.decides else ask(item, by, terms, approver)


def ask(item: Item, by: By, terms: Terms, approver: str) -> Moved:
    """Nothing happens to the item but a line in its history; one request at a time."""
    refuse_second_request(item)
    detail = {"asks": terms.action.value, "approver": approver, "terms": as_json(terms)}
    return moved(item, Action.ASK, item.state, by, terms.why, detail)


def refuse_second_request(item: Item) -> None:
    """Raises `Refused` while another request about the item waits."""
    if item.request and item.request.is_pending:
        words = item.request.words
        raise Refused(f"{item.label} waits for a decision already ({words}). Withdraw that request first.")


def carry_out(item: Item, by: By, terms: Terms, asked_by: str = "") -> Moved:
    """The terms as a change of the item by whoever decides; `asked_by` asked for it, "" nobody."""
    detail = as_json(terms) | ({"asked_by": asked_by} if asked_by else {})
    match terms:
        case Deferral():
            return _defer(item, by, terms, detail)
        case AcceptedRisk():
            return _end(item, by, terms, detail, risk_reason=terms.reason)
        case WillNotDo():
            return _end(item, by, terms, detail)


def resume(item: Item, by: By) -> Moved:
    """Back to where the deferral came from, unless it ended meanwhile."""
    if item.state is not State.DEFERRED:
        raise Refused(_not_deferred(item, by), next_step=next_step(item.state))
    state = item.deferred_from if item.deferred_from in RESUMABLE else State.NOT_STARTED
    return moved(item, Action.RESUME, state or State.NOT_STARTED, by, "", {}, **_NOT_DEFERRED)


def turn_down(item: Item, by: By, request: Request, why: str) -> Moved:
    """The approver says no, and why; the item stays as it is."""
    if not why:
        raise Refused("Say why it is declined.", "why")
    detail = {"asks": request.action.value, "asked_by": request.asked_by}
    return moved(item, Action.TURN_DOWN, item.state, by, why, detail)


def withdraw(item: Item, by: By, request: Request) -> Moved:
    """Whoever asked, or whoever decides, takes the request back."""
    if by.user != request.asked_by and not by.decides:
        raise Refused("Only the person who asked, the lead or an admin can withdraw this request.")
    return moved(item, Action.WITHDRAW, item.state, by, "", {"asks": request.action.value})


_NOT_DEFERRED: dict[str, Any] = {
    "deferred_at": None, "deferred_from": None, "deferred_because": "", "deferred_risk": "", "revisit_on": None,
    "trigger_condition": "", "mitigation": "", "approved_by": "",
}  # fmt: skip


def _defer(item: Item, by: By, terms: Deferral, detail: dict[str, Any]) -> Moved:
    state = after(item.state, Action.DEFER, item.label, by.last)
    count = item.deferrals + 1
    return moved(
        item, Action.DEFER, state, by, terms.why, detail | {"count": count},
        deferred_at=by.at, deferred_from=item.state, deferred_because=terms.why, deferred_risk=terms.risk,
        revisit_on=terms.revisit_on, trigger_condition=terms.trigger, mitigation=terms.mitigation,
        deferrals=count, approved_by=by.user,
    )  # fmt: skip


def _end(item: Item, by: By, terms: AcceptedRisk | WillNotDo, detail: dict[str, Any], **fields: Any) -> Moved:
    state = after(item.state, terms.action, item.label, by.last)
    parked = {name: value for name, value in _NOT_DEFERRED.items() if name != "approved_by"}
    return moved(
        item, terms.action, state, by, terms.why, detail,
        ended_at=by.at, ended_because=terms.why, approved_by=by.user, **parked, **fields,
    )  # fmt: skip


def _not_deferred(item: Item, by: By) -> str:
    if by.last and by.last.action == Action.RESUME:
        return f"{item.label} is already {item.state.words}: {by.last.by_name} did that. Nothing was changed."
    return f"{item.label} is {item.state.words}, not deferred. Only a deferred item can be resumed."
