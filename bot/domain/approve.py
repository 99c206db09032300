"""Deferring, accepting the risk, will not do: decided at once by whoever may, else asked for and approved later."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain.defer import NOT_DEFERRED, came_from, defer, waits_deferred
from bot.domain.errors import Refused
from bot.domain.item import TEXT_LIMIT, By, Item, Moved, check_length, moved
from bot.domain.lifecycle import Action, after
from bot.domain.request import Request, Status
from bot.domain.roles import refuse_unless_may_ask
from bot.domain.terms import AcceptedRisk, Ask, Deferral, Terms, WillNotDo, as_json, from_json
from bot.domain.words import _

WAITED_TOO_LONG = "Its day to come back to it has passed while it waited. Decline it, so that a new day is asked for."


def decide(item: Item, by: By, terms: Terms, *, approver: str, today: date) -> Moved:
    """The terms carried out, or asked for where the asker may not decide alone."""
    refuse_early(item, by, terms.action)
    terms.check(today)
    check_texts(terms)
    return carry_out(item, by, terms) if by.decides else ask(item, by, terms, approver)


def refuse_early(item: Item, by: By, action: Action) -> None:
    """Raises `Refused` where *action* can neither be decided nor asked for, before a form is filled in."""
    after(item.state, action, item.label, by.last)
    refuse_unless_may_ask(item, by)
    if not by.decides:
        refuse_second_request(item)


def check_texts(terms: Terms) -> None:
    """Raises `Refused` at the field of a text that is too long."""
    for name, value in vars(terms).items():
        if isinstance(value, str):
            check_length(name, value, TEXT_LIMIT, "Shorten it, or link to a document.")


def ask(item: Item, by: By, terms: Terms, approver: str) -> Moved:
    """Nothing happens to the item but a line in its history; one request at a time."""
    refuse_second_request(item)
    detail = {"asks": terms.action.value, "approver": approver, "terms": as_json(terms)}
    return replace(moved(item, Action.ASK, item.state, by, terms.why, detail), asks=Ask(terms, approver))


def refuse_second_request(item: Item) -> None:
    """Raises `Refused` while another request about the item waits."""
    if item.request and item.request.is_pending:
        asks = _(item.request.words)
        raise Refused(
            _("{item} waits for a decision already ({asks}). Withdraw that request first.", item=item.label, asks=asks)
        )


def carry_out(item: Item, by: By, terms: Terms, asked_by: str = "") -> Moved:
    """The terms as a change of the item by whoever decides; `asked_by` asked for it, "" nobody."""
    detail = as_json(terms) | ({"asked_by": asked_by} if asked_by else {})
    match terms:
        case Deferral():
            return defer(item, by, terms, detail)
        case AcceptedRisk():
            return _end(item, by, terms, detail, risk_reason=terms.reason)
        case WillNotDo():
            return _end(item, by, terms, detail)


def defer_first(item: Item, by: By, terms: Deferral, approver: str) -> Moved:
    """Deferred already while *approver* is asked, unless the person decides: the rest of a split item (R71)."""
    parked = carry_out(item, by, terms)
    if by.decides:
        return parked
    return replace(parked, item=replace(parked.item, approved_by=""), asks=Ask(terms, approver))


def approve(item: Item, by: By, request: Request, today: date) -> Moved:
    """What was asked for, done; the approver is who decided (R76)."""
    terms = from_json(request.action, request.terms)
    if waits_deferred(item, request):
        detail = {"asks": request.action.value, "asked_by": request.asked_by}
        done = moved(item, Action.APPROVE, item.state, by, "", detail, approved_by=by.user)
    else:
        try:
            terms.check(today)
        except Refused:
            raise Refused(WAITED_TOO_LONG) from None
        done = carry_out(item, by, terms, request.asked_by)
    return replace(done, settles=Status.APPROVED)


def turn_down(item: Item, by: By, request: Request, why: str) -> Moved:
    """The approver says no, and why; the item stays as it is. The rest of a split is not deferred any more."""
    if not why:
        raise Refused("Say why it is declined.", "why")
    check_length("why", why, TEXT_LIMIT, "Shorten it, or link to a document.")
    detail = {"asks": request.action.value, "asked_by": request.asked_by}
    return replace(_undone(item, by, Action.TURN_DOWN, request, why, detail), settles=Status.DECLINED)


def withdraw(item: Item, by: By, request: Request) -> Moved:
    """Whoever asked, or whoever decides, takes the request back."""
    if by.user != request.asked_by and not by.decides:
        raise Refused("Only the person who asked, the lead or an admin can withdraw this request.")
    done = _undone(item, by, Action.WITHDRAW, request, "", {"asks": request.action.value})
    return replace(done, settles=Status.WITHDRAWN)


def _undone(item: Item, by: By, action: Action, request: Request, why: str, detail: dict[str, Any]) -> Moved:
    if waits_deferred(item, request):
        return moved(item, action, came_from(item), by, why, detail, **NOT_DEFERRED)
    return moved(item, action, item.state, by, why, detail)


def _end(item: Item, by: By, terms: AcceptedRisk | WillNotDo, detail: dict[str, Any], **fields: Any) -> Moved:
    state = after(item.state, terms.action, item.label, by.last)
    parked = {name: value for name, value in NOT_DEFERRED.items() if name != "approved_by"}
    return moved(
        item, terms.action, state, by, terms.why, detail,
        ended_at=by.at, ended_because=terms.why, approved_by=by.user, **parked, **fields,
    )  # fmt: skip
