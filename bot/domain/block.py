"""Blocked items: five reasons, and what each one leads to (R68–R73)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.domain.approve import ask_for, carry_out, refuse_early
from bot.domain.assign import refuse_same_owner
from bot.domain.defer import DeferralTerms
from bot.domain.errors import Refused, refuse_at
from bot.domain.item import TEXT_LIMIT, TITLE_LIMIT, By, Draft, Item, Moved, check_length, moved, too_long
from bot.domain.item_values import Blocked, BlockReason
from bot.domain.lifecycle import BLOCKABLE, TRANSITIONS, Action, next_step
from bot.domain.roles import refuse_unless_may_ask
from bot.domain.words import Text

OWNER_UNAVAILABLE = "The owner is unavailable"
# Every deferral says which risk is accepted (R75), and the “Blocked” form has no field for it.
RISK_MEANWHILE = "The incident can happen again until then"


class Decision(StrEnum):
    """What leadership decided where priorities conflict (R73). The values are the words in the form."""

    REPRIORITISE = "Reprioritise"
    DEFER = "Defer and accept the risk"


@dataclass(frozen=True)
class Obstacle:
    """What the “Blocked” form holds; each reason has its own fields, the others stay empty."""

    reason: BlockReason
    escalated_to: str = ""
    dependency: str = ""
    mitigation: str = ""
    trigger: str = ""
    phase_one: str = ""
    rest: str = ""
    new_owner: str = ""
    decision: Decision | None = None
    decided_by: str = ""


def refuse_unless_blockable(item: Item) -> None:
    """Raises `Refused` where nothing can block the item, or something does already."""
    if item.state not in BLOCKABLE:
        reason = Text("{item} is {state} and cannot be blocked.", item=item.label, state=Text(item.state.after_is))
        raise Refused(reason, next_step=next_step(item.state))
    if item.blocked:
        why = Text(" ({reason})", reason=Text(item.blocked.reason.value.lower())) if item.blocked.reason else ""
        reason = Text("{item} is blocked already{why}. Unblock it first.", item=item.label, why=why)
        raise Refused(reason, next_step=Action.UNBLOCK)


def refuse_unless_blocked(item: Item) -> None:
    """Raises `Refused` when nothing blocks the item."""
    if not item.blocked:
        reason = Text("{item} is not blocked. Nothing was changed.", item=item.label)
        raise Refused(reason, next_step=next_step(item.state))


@dataclass(frozen=True)
class Response:
    """Who else takes part: `approver` decides about a deferral; with `asks`, a new owner must accept first."""

    approver: str = ""
    asks: bool = False


def respond(item: Item, by: By, told: Obstacle, response: Response) -> Moved:
    """Does what the reason leads to. The caller records the rest of a split item: `rest_of`, `rest_waits`."""
    refuse_unless_blockable(item)
    check_texts(told)
    match told.reason:
        case BlockReason.ANOTHER_TEAM:
            return escalate(item, by, told)
        case BlockReason.INFRASTRUCTURE:
            return wait_for_infrastructure(item, by, told, response.approver)
        case BlockReason.LARGER:
            return split(item, by, told)
        case BlockReason.OWNER_UNAVAILABLE:
            return replace_owner(item, by, told, asks=response.asks)
        case BlockReason.PRIORITIES:
            return settle_priorities(item, by, told, response.approver)


def escalate(item: Item, by: By, told: Obstacle) -> Moved:
    """By another team: to whom it is escalated, what is needed, and what helps meanwhile (R69)."""
    wrong: dict[str, Text] = {}
    if not told.escalated_to:
        wrong["escalated_to"] = Text("Choose the person who can unblock it.")
    # R69: it goes to somebody else who can clear it away; these two have it already.
    elif told.escalated_to in (item.owner, by.user):
        wrong["escalated_to"] = Text("Choose somebody else: the person who can unblock it.")
    if not told.dependency:
        wrong["dependency"] = Text("Say what is needed from them.")
    if not told.mitigation:
        wrong["mitigation"] = Text("Say what helps meanwhile; “none” if nothing does.")
    refuse_at(wrong)
    detail = {"reason": told.reason.value, "escalated_to": told.escalated_to, "mitigation": told.mitigation}
    blocked = Blocked(told.reason, by.at, told.dependency, told.escalated_to, told.mitigation)
    return _flagged(item, by, blocked, detail)


def wait_for_infrastructure(item: Item, by: By, told: Obstacle, approver: str) -> Moved:
    """A deferral that its trigger brings back (R70). What is in production already is not deferred: it waits."""
    if not told.trigger:
        raise Refused("Name the condition that brings it back.", "trigger")
    # What is in production can wait for its proof, but the contract has no way from there to “deferred”.
    if (item.state, Action.DEFER) not in TRANSITIONS:
        return _flagged(item, by, Blocked(told.reason, by.at, told.trigger), {"reason": told.reason.value})
    terms = DeferralTerms(
        why="The infrastructure that it needs is not available",
        risk=RISK_MEANWHILE,
        trigger=told.trigger,
        mitigation=told.mitigation,
    )
    return _deferred(item, by, told.reason, terms, approver, {})


def settle_priorities(item: Item, by: By, told: Obstacle, approver: str) -> Moved:
    """What leadership decided, and who did (R73): it is done after all, or deferred with its risk accepted."""
    if told.decision is None:
        raise Refused("Choose what was decided.", "decision")
    if not told.decided_by:
        raise Refused("Choose who decided it.", "decided_by")
    decided = {"decision": told.decision.value, "decided_by": told.decided_by}
    # It is done after all, so nothing blocks it: only the decision is recorded (R73).
    if told.decision is Decision.REPRIORITISE:
        return moved(item, item, Action.REPRIORITISE, by, detail={"reason": told.reason.value} | decided)
    terms = DeferralTerms(
        why="Leadership decided that other work comes first", risk=RISK_MEANWHILE, trigger="The priorities change"
    )
    return _deferred(item, by, told.reason, terms, approver, decided)


def _deferred(
    item: Item, by: By, reason: BlockReason, terms: DeferralTerms, approver: str, detail: dict[str, Any]
) -> Moved:
    """Deferred by whoever decides; else blocked while the deferral that would answer it waits for *approver*."""
    refuse_early(item, by, Action.DEFER)
    if by.decides:
        done = carry_out(item, by, terms)
        # The history must show that a block led to this, not only that it was deferred (R67).
        noted = {**done.change.detail, "blocked_by": reason.value, **detail}
        return replace(done, change=replace(done.change, detail=noted))
    asks = ask_for(terms, approver)
    # Blocked meanwhile, not merely asked about, so that it stays visible while the request waits (R68).
    blocked = Blocked(reason, by.at, terms.trigger, mitigation=terms.mitigation)
    flagged = _flagged(item, by, blocked, {"reason": reason.value, **asks.detail, **detail})
    return replace(flagged, asks=asks)


def _flagged(item: Item, by: By, blocked: Blocked, detail: Mapping[str, Any]) -> Moved:
    return moved(item, replace(item, blocked=blocked), Action.BLOCK, by, blocked.on, detail)


def unblock(item: Item, by: By) -> Moved:
    """Takes the flag off. Raises `Refused` when nothing blocks the item."""
    refuse_unless_blocked(item)
    return moved(item, replace(item, blocked=None), Action.UNBLOCK, by)


def replace_owner(item: Item, by: By, told: Obstacle, *, asks: bool) -> Moved:
    """Gives the item a new owner, because the old one is unavailable (R72)."""
    refuse_same_owner(item, told.new_owner, "new_owner")
    detail = {"owner": {"from": item.owner, "to": told.new_owner}, "reason": told.reason.value}
    # No flag is set: with the new owner the reason is gone (R72). It counts as an assignment, so they can be asked
    # first.
    handed = replace(item, owner=told.new_owner, awaits_acceptance=asks)
    return moved(item, handed, Action.ASSIGN, by, OWNER_UNAVAILABLE, detail)


def split(item: Item, by: By, told: Obstacle) -> Moved:
    """Phase one keeps number and deadline; what becomes of the rest is `rest_of` (R71)."""
    refuse_unless_may_ask(item, by)
    if not told.phase_one:
        raise Refused("Say what is done in phase one.", "phase_one")
    if not told.rest:
        raise Refused("Say what is left for later.", "rest")
    for name, text in (("phase_one", told.phase_one), ("rest", told.rest)):
        check_length(name, text, TITLE_LIMIT, Text("Keep it short; the details stay with the item."))
    phase_one = " ".join(told.phase_one.split())
    detail = {"reason": told.reason.value, "title": {"from": item.title, "to": phase_one}, "rest": told.rest}
    return moved(item, replace(item, title=phase_one), Action.SPLIT, by, detail=detail)


def rest_of(item: Item, told: Obstacle) -> Draft:
    """The rest of a split item, as a draft with the same owner and facts."""
    return Draft(
        title=" ".join(told.rest.split()), owner=item.owner, due=item.due, remedy=item.remedy,
        impact=item.impact, urgency=item.urgency, effort=item.effort, verification=item.verification,
        details=item.details, collaborators=item.collaborators, team_id=item.team_id,
        incident_id=item.incident_id, root_cause=item.root_cause, references=item.references,
    )  # fmt: skip


def rest_waits(first: Item) -> DeferralTerms:
    """The deferral of the rest: it comes back when phase one is done."""
    return DeferralTerms(
        why=f"{first.label} was larger than estimated; phase one comes first",
        risk="What phase one does not cover can happen again",
        trigger=f"{first.label} is closed",
    )


def check_texts(told: Obstacle) -> None:
    """Raises `Missing` with the field of each text that is too long."""
    advice = Text("Shorten it, or link to a document.")
    names = ("dependency", "mitigation", "trigger")
    refuse_at({name: too_long(getattr(told, name), TEXT_LIMIT, advice) for name in names})
