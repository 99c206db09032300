"""What the timeline says of blocking, deferring, ending and deciding: the words of each change and its facts."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.blocks.state_lines import risk_reason
from bot.blocks.text import Names, day, escape, quoted, shortened
from bot.domain.item_values import RiskReason
from bot.domain.lifecycle import Action, Change
from bot.domain.words import _

DID: dict[str, str] = {
    Action.BLOCK: "says that it is blocked",
    Action.UNBLOCK: "unblocked it",
    Action.SPLIT: "split it",
    Action.REPRIORITISE: "recorded a decision",
    Action.DEFER: "deferred it{facts}",
    Action.RESUME: "resumed it",
    Action.ACCEPT_RISK: "accepted its risk",
    Action.DROP: "decided that it will not be done",
    Action.MOVE: "moved it",
    Action.ASK: "asked",
    Action.WITHDRAW: "withdrew the request",
    Action.TURN_DOWN: "declined",
    Action.APPROVE: "approved",
}
NAMED = ("approver", "asked_by", "escalated_to", "decided_by")
"""Where a change names somebody else."""
ASKS = {
    Action.DEFER.value: "a deferral",
    Action.ACCEPT_RISK.value: "the acceptance of its risk",
    Action.DROP.value: "“will not do”",
    Action.MOVE.value: "a move to another team",
}


def people_in(change: Change) -> set[str]:
    """Everybody whom a line of the timeline names."""
    # So that all names of a page are looked up at once.
    named = {str(change.detail[key]) for key in NAMED if change.detail.get(key)}
    # Only the new one: the line does not name who had it before.
    handed = {change.detail["owner"]["to"]} if "owner" in change.detail else set()
    return {change.by, *named, *handed}


def _block(change: Change, names: Names) -> str:
    facts = f" ({_reason(change.detail)})"
    if who := change.detail.get("escalated_to"):
        facts += _(", escalated to {who}", who=names(who))
    if change.detail.get("asks"):
        facts += _(", and asked {who} for a deferral", who=names(change.detail["approver"]))
    return facts + _leadership(change, names)


def _split(change: Change, _names: Names) -> str:
    title = change.detail["title"]["to"]
    return _(": phase one is “{title}”, the rest “{rest}”", title=_short(title), rest=_short(change.detail["rest"]))


def _reprioritise(change: Change, names: Names) -> str:
    return _leadership(change, names)


def _defer(change: Change, names: Names) -> str:
    detail, parts = change.detail, []
    if detail.get("revisit_on"):
        parts.append(day(date.fromisoformat(detail["revisit_on"])))
    if detail.get("trigger"):
        parts.append(quoted(_short(detail["trigger"])))
    until = _(" until {when}", when=_(" or ").join(parts)) if parts else ""
    return until + _asked_by(change, names) + _leadership(change, names)


def _risk(change: Change, names: Names) -> str:
    return f" ({risk_reason(RiskReason(change.detail['reason']))})" + _asked_by(change, names)


def _move(change: Change, names: Names) -> str:
    return " " + from_to(str(change.detail["from_name"]), str(change.detail["to_name"])) + _asked_by(change, names)


def from_to(before: str, after: str) -> str:
    """From which team to which; "" is none."""
    if not after:
        return _("from {before} to no team", before=_short(before))
    if not before:
        return _("to {after}", after=_short(after))
    return _("from {before} to {after}", before=_short(before), after=_short(after))


def _ask(change: Change, names: Names) -> str:
    return _(" {who} for {what}", who=names(change.detail["approver"]), what=_(ASKS[change.detail["asks"]]))


def _answer(change: Change, names: Names) -> str:
    return f" {_(ASKS[change.detail['asks']])}" + _asked_by(change, names)


def _withdraw(change: Change, _names: Names) -> str:
    return _(" for {what}", what=_(ASKS[change.detail["asks"]]))


def _asked_by(change: Change, names: Names) -> str:
    asker = change.detail.get("asked_by")
    return _(", as {who} asked", who=names(asker)) if asker else ""


def _leadership(change: Change, names: Names) -> str:
    if not change.detail.get("decision"):
        return ""
    decision, who = str(change.detail["decision"]), names(change.detail["decided_by"])
    return _(": “{decision}”, decided by {who}", decision=_(decision), who=who)


def _reason(detail: Mapping[str, Any]) -> str:
    return _(str(detail["reason"]).lower())


def _short(text: str) -> str:
    return escape(shortened(text, 200))


FACTS: dict[str, Callable[[Change, Names], str]] = {
    Action.BLOCK: _block,
    Action.SPLIT: _split,
    Action.REPRIORITISE: _reprioritise,
    Action.DEFER: _defer,
    Action.ACCEPT_RISK: _risk,
    Action.DROP: _asked_by,
    Action.MOVE: _move,
    Action.ASK: _ask,
    Action.TURN_DOWN: _answer,
    Action.APPROVE: _answer,
    Action.WITHDRAW: _withdraw,
}
