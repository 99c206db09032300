"""Blocked items: five reasons, and what each one leads to (R68–R73)."""

from dataclasses import dataclass

from bot.domain.errors import Refused
from bot.domain.items import (
    NOT_BLOCKED,
    TEXT_LIMIT,
    TITLE_LIMIT,
    By,
    Draft,
    Item,
    Moved,
    check_length,
    moved,
)
from bot.domain.lifecycle import BLOCKABLE, Action, next_step
from bot.domain.ownership import refuse_same_owner
from bot.domain.reasons import BlockReason, Decision
from bot.domain.terms import Deferral, as_json

OWNER_UNAVAILABLE = "The owner is unavailable"


@dataclass(frozen=True)
class Blocked:
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
        raise Refused(f"{item.label} is {item.state.words} and cannot be blocked.", next_step=next_step(item.state))
    if item.blocked:
        why = f" ({item.blocked_reason.value.lower()})" if item.blocked_reason else ""
        raise Refused(f"{item.label} is blocked already{why}. Unblock it first.", next_step=Action.UNBLOCK)


def refuse_unless_blocked(item: Item) -> None:
    """Raises `Refused` when nothing blocks the item."""
    if not item.blocked:
        raise Refused(f"{item.label} is not blocked. Nothing was changed.", next_step=next_step(item.state))


def block(item: Item, by: By, told: Blocked) -> Moved:
    """By another team: to whom it is escalated, what is needed, and what helps meanwhile (R69)."""
    refuse_unless_blockable(item)
    if not told.escalated_to:
        raise Refused("Choose the person who can unblock it.", "escalated_to")
    if not told.dependency:
        raise Refused("Say what is needed from them.", "dependency")
    if not told.mitigation:
        raise Refused("Say what helps meanwhile; “none” if nothing does.", "mitigation")
    detail = {"reason": told.reason.value, "escalated_to": told.escalated_to, "mitigation": told.mitigation}
    return moved(
        item, Action.BLOCK, item.state, by, told.dependency, detail,
        blocked=True, blocked_reason=told.reason, blocked_since=by.at, blocked_on=told.dependency,
        escalated_to=told.escalated_to, mitigation=told.mitigation,
    )  # fmt: skip


def block_until_deferred(item: Item, by: By, reason: BlockReason, terms: Deferral, approver: str) -> Moved:
    """Blocked while the deferral that would answer it waits for *approver* (R70, R73)."""
    refuse_unless_blockable(item)
    detail = {"reason": reason.value, "asks": Action.DEFER.value, "approver": approver, "terms": as_json(terms)}
    return moved(
        item, Action.BLOCK, item.state, by, terms.trigger or terms.why, detail,
        blocked=True, blocked_reason=reason, blocked_since=by.at, blocked_on=terms.trigger or terms.why,
    )  # fmt: skip


def unblock(item: Item, by: By) -> Moved:
    """Nothing blocks it any more."""
    refuse_unless_blocked(item)
    return moved(item, Action.UNBLOCK, item.state, by, "", {}, **NOT_BLOCKED)


def waits_for_infrastructure(told: Blocked) -> Deferral:
    """Infrastructure that is not there yet: a deferral that its trigger brings back (R70)."""
    if not told.trigger:
        raise Refused("Name the condition that brings it back.", "trigger")
    return Deferral(
        why="The infrastructure that it needs is not available",
        risk="The incident can happen again until then",
        trigger=told.trigger,
    )


WAITS_FOR_PRIORITIES = Deferral(
    why="Leadership decided that other work comes first",
    risk="The incident can happen again until then",
    trigger="The priorities change",
)
"""What leadership decided who defer and accept the risk meanwhile (R73)."""


def reprioritise(item: Item, by: By, told: Blocked) -> Moved:
    """Leadership decided that it is done after all: recorded, and the item goes on (R73)."""
    refuse_unless_blockable(item)
    detail = {"reason": told.reason.value, "decision": Decision.REPRIORITISE.value, "decided_by": told.decided_by}
    return moved(item, Action.REPRIORITISE, item.state, by, "", detail)


def replace_owner(item: Item, by: By, told: Blocked, *, asks: bool) -> Moved:
    """The owner is gone: a new one now (R72)."""
    refuse_unless_blockable(item)
    refuse_same_owner(item, told.new_owner, "new_owner")
    detail = {"owner": {"from": item.owner, "to": told.new_owner}, "reason": told.reason.value}
    return moved(
        item, Action.ASSIGN, item.state, by, OWNER_UNAVAILABLE, detail, owner=told.new_owner, awaits_acceptance=asks
    )


def split(item: Item, by: By, told: Blocked) -> Moved:
    """Phase one keeps number and deadline; what becomes of the rest is `rest_of` (R71)."""
    refuse_unless_blockable(item)
    if not told.phase_one:
        raise Refused("Say what is done in phase one.", "phase_one")
    if not told.rest:
        raise Refused("Say what is left for later.", "rest")
    for name, text in (("phase_one", told.phase_one), ("rest", told.rest)):
        check_length(name, text, TITLE_LIMIT, "Keep it short; the details stay with the item.")
    detail = {"reason": told.reason.value, "title": {"from": item.title, "to": told.phase_one}, "rest": told.rest}
    return moved(item, Action.SPLIT, item.state, by, "", detail, title=told.phase_one)


def rest_of(item: Item, told: Blocked) -> Draft:
    """The rest of a split item, as a draft with the same owner and facts."""
    return Draft(
        title=told.rest, owner=item.owner, due=item.due, remedy=item.remedy,
        impact=item.impact, urgency=item.urgency, effort=item.effort, verification=item.verification,
        details=item.details, collaborators=item.collaborators, team_id=item.team_id,
        incident_id=item.incident_id, root_cause=item.root_cause, references=item.references,
    )  # fmt: skip


def rest_waits(first: Item) -> Deferral:
    """The deferral of the rest: it comes back when phase one is done."""
    return Deferral(
        why=f"{first.label} was larger than estimated; phase one comes first",
        risk="What phase one does not cover can happen again",
        trigger=f"{first.label} is closed",
    )


def check_texts(told: Blocked) -> None:
    """Raises `Refused` at the field of a text that is too long."""
    for name in ("dependency", "mitigation", "trigger"):
        check_length(name, getattr(told, name), TEXT_LIMIT, "Shorten it, or link to a document.")
