"""What waits for whoever decides: defer, accept the risk, will not do, another team. Done at once, or asked for."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from bot.domain.defer import DeferralTerms, defer, taken_back, waits_deferred
from bot.domain.drop import WillNotDo, drop
from bot.domain.errors import Refused
from bot.domain.item import TEXT_LIMIT, By, Item, Moved, check_length, moved
from bot.domain.item_values import Deferral, RiskReason
from bot.domain.lifecycle import Action, after
from bot.domain.move import TeamMove, move
from bot.domain.request import Ask, Request, Status
from bot.domain.risk import AcceptedRisk, accept_risk
from bot.domain.roles import refuse_unless_may_ask
from bot.domain.words import Text

Terms = DeferralTerms | AcceptedRisk | WillNotDo | TeamMove
"""What a form holds that somebody decides about; `as_json` makes of it what a request keeps."""
WAITED_TOO_LONG = "Its day to come back to it has passed while it waited. Decline it, so that a new day is asked for."


def as_json(terms: Terms) -> dict[str, Any]:
    """The terms as JSON values."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(terms).items()}


def from_json(action: Action, stored: Mapping[str, Any]) -> Terms:
    """The terms that `as_json` made of a request for *action*."""
    match action:
        case Action.DEFER:
            day = stored["revisit_on"]
            return DeferralTerms(**{**stored, "revisit_on": date.fromisoformat(day) if day else None})
        case Action.ACCEPT_RISK:
            return AcceptedRisk(RiskReason(stored["reason"]), stored["why"])
        case Action.MOVE:
            return TeamMove(**stored)
    return WillNotDo(stored["why"])


def decide(item: Item, by: By, terms: Terms, *, approver: str, today: date) -> Moved:
    """The terms carried out, or asked for where the asker may not decide alone."""
    # All is checked before anybody is asked: an approver must never get what could not be carried out.
    refuse_early(item, by, terms.action)
    terms.check(today)
    check_texts(terms)
    return carry_out(item, by, terms) if by.decides else ask(item, by, terms, approver)


def refuse_early(item: Item, by: By, action: Action) -> None:
    """Raises `Refused` where *action* can neither be decided nor asked for, before a form is filled in."""
    # Whether the step is possible comes first: the second of two people is told what the first one did.
    after(item.state, action, item.label, by.last)
    refuse_unless_may_ask(item, by)
    if not by.decides:
        refuse_second_request(item)


def check_texts(terms: Terms) -> None:
    """Raises `Refused` at the field of a text that is too long."""
    for name, value in vars(terms).items():
        if isinstance(value, str):
            check_length(name, value, TEXT_LIMIT, Text("Shorten it, or link to a document."))


def ask(item: Item, by: By, terms: Terms, approver: str) -> Moved:
    """Nothing happens to the item but a line in its history; one request at a time."""
    refuse_second_request(item)
    asks = ask_for(terms, approver)
    return replace(moved(item, item, Action.ASK, by, terms.why, asks.detail), asks=asks)


def ask_for(terms: Terms, approver: str) -> Ask:
    """The terms as what *approver* is asked for."""
    return Ask(terms.action, as_json(terms), approver)


def refuse_second_request(item: Item, field: str | None = None) -> None:
    """Raises `Refused` at the field while another request about the item waits."""
    if item.request and item.request.is_pending:
        asks = Text(item.request.words)
        raise Refused(
            Text(
                "{item} waits for a decision already ({asks}). Withdraw that request first.", item=item.label, asks=asks
            ),
            field,
        )


def carry_out(item: Item, by: By, terms: Terms, asked_by: str = "") -> Moved:
    """The terms as a change of the item by whoever decides; `asked_by` asked for it, "" nobody."""
    detail = as_json(terms) | ({"asked_by": asked_by} if asked_by else {})
    match terms:
        case DeferralTerms():
            return defer(item, by, terms, detail)
        case AcceptedRisk():
            return accept_risk(item, by, terms, detail)
        case WillNotDo():
            return drop(item, by, terms, detail)
        case TeamMove():
            return move(item, by, terms, detail)


def defer_first(item: Item, by: By, terms: DeferralTerms, approver: str) -> Moved:
    """Deferred already while *approver* is asked, unless the person decides: the rest of a split item (R71)."""
    deferred = carry_out(item, by, terms)
    if by.decides:
        return deferred
    # `carry_out` names whoever acts as the approver, which this person is not (R76).
    return replace(deferred, item=_approved(deferred.item, by=""), asks=ask_for(terms, approver))


def _approved(item: Item, by: str) -> Item:
    """The item with its deferral approved; "" by nobody yet."""
    return replace(item, deferral=replace(item.deferral or Deferral(), approved_by=by))


def approve(item: Item, by: By, request: Request, today: date) -> Moved:
    """What was asked for, done; the approver is who decided (R76)."""
    terms = from_json(request.action, request.terms)
    # The rest of a split item is deferred already (R71), so only the approver's name is missing (R76).
    if waits_deferred(item, request):
        detail = {"asks": request.action.value, "asked_by": request.asked_by}
        done = moved(item, _approved(item, by.user), Action.APPROVE, by, detail=detail)
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
    check_length("why", why, TEXT_LIMIT, Text("Shorten it, or link to a document."))
    detail = {"asks": request.action.value, "asked_by": request.asked_by}
    return replace(_undone(item, by, Action.TURN_DOWN, request, why, detail), settles=Status.DECLINED)


def withdraw(item: Item, by: By, request: Request) -> Moved:
    """Whoever asked, or whoever decides, takes the request back."""
    if by.user != request.asked_by and not by.decides:
        raise Refused("Only the person who asked, the lead or an admin can withdraw this request.")
    done = _undone(item, by, Action.WITHDRAW, request, "", {"asks": request.action.value})
    return replace(done, settles=Status.WITHDRAWN)


def _undone(item: Item, by: By, action: Action, request: Request, why: str, detail: dict[str, Any]) -> Moved:
    undone = taken_back(item) if waits_deferred(item, request) else item
    return moved(item, undone, action, by, why, detail)
