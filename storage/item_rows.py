"""An item's row ↔ the item: the one place that knows which columns make up which value of an item.

An item's values are objects or None; the table has a column for each of their fields, and a blank where there is none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from bot.domain.item import Item, Remedy
from bot.domain.item_values import (
    Blocked,
    BlockReason,
    Deferral,
    Ending,
    Implementation,
    RiskReason,
    StaleStatus,
    VerificationMethod,
    Verified,
)
from bot.domain.lifecycle import State
from bot.domain.team import DEFAULT_LANGUAGE
from bot.domain.themes import each_once, theme_key
from storage.approvals import request_of
from storage.conditions import DECIDING
from storage.tables.item import CollaboratorRow, ItemRow, ThemeRow

_VALUES = {"blocked", "deferral", "implementation", "verified", "ending", "stale_status"}
_FROM_ELSEWHERE = {
    "collaborators",
    "themes",
    "team_name",
    "team_timezone",
    "team_language",
    "incident_title",
    "incident_severity",
    "postmortem_url",
    "request",
    "approvers",
}
_PLAIN = [
    field.name
    for field in fields(Item)
    if field.name not in _VALUES | _FROM_ELSEWHERE and field.name not in ("state", "remedy")
]
"""What is stored as it is, each in the column of its name."""


def item_of(row: ItemRow) -> Item:
    """The row as the rules know it; its team, incident, collaborators, themes and requests are loaded."""
    return Item(
        **{name: getattr(row, name) for name in _PLAIN},
        state=State(row.state),
        remedy=Remedy(row.remedy) if row.remedy else None,
        blocked=_blocked(row) if row.blocked else None,
        # By the state, because `mitigation` and `approved_by` also serve values that are no deferral.
        deferral=_deferral(row) if row.state == State.DEFERRED else None,
        implementation=_implementation(row),
        verified=_verified(row),
        ending=_ending(row),
        stale_status=StaleStatus(row.stale_answer, row.stalled_by, row.answered_at) if row.answered_at else None,
        collaborators=tuple(sorted(found.user for found in row.collaborators)),
        themes=tuple(found.theme for found in row.themes),
        team_name=row.team.name if row.team else "",
        team_timezone=row.team.timezone if row.team else "UTC",
        team_language=row.team.language if row.team else DEFAULT_LANGUAGE,
        incident_title=row.incident.title if row.incident else "",
        incident_severity=(row.incident.severity or "") if row.incident else "",
        postmortem_url=row.incident.postmortem_url if row.incident else "",
        # They are loaded in the order of their ids: the last one is the newest.
        request=request_of(row.requests[-1]) if row.requests else None,
        approvers=tuple(each.approver for each in row.requests if each.status in DECIDING),
    )


def write(row: ItemRow, item: Item) -> None:
    """The item into its row; what is stored elsewhere, as its incident's title, is not written."""
    for name in _PLAIN:
        setattr(row, name, getattr(item, name))
    row.state = item.state.value
    row.remedy = item.remedy.value if item.remedy else None
    for name, value in _columns(item):
        setattr(row, name, value)
    write_collaborators(row, item.collaborators)
    write_themes(row, item.themes)


def write_collaborators(row: ItemRow, users: Sequence[str]) -> None:
    """Those who are there already keep their rows; the owner is none of them."""
    kept = {found.user: found for found in row.collaborators}
    row.collaborators = [
        kept.get(user) or CollaboratorRow(user=user) for user in dict.fromkeys(users) if user != row.owner
    ]


def write_themes(row: ItemRow, themes: Sequence[str]) -> None:
    """In their order; those that are there already keep their rows, and are spelt as they are now."""
    kept = {found.key: found for found in row.themes}
    row.themes = [kept.get(theme_key(theme)) or ThemeRow(key=theme_key(theme)) for theme in each_once(themes)]
    for position, (found, theme) in enumerate(zip(row.themes, each_once(themes), strict=True)):
        found.theme, found.position = theme, position


def _blocked(row: ItemRow) -> Blocked:
    return Blocked(
        reason=BlockReason(row.blocked_reason) if row.blocked_reason else None,
        since=row.blocked_since,
        on=row.blocked_on,
        escalated_to=row.escalated_to,
        mitigation=row.mitigation,
    )


def _deferral(row: ItemRow) -> Deferral:
    return Deferral(
        at=row.deferred_at,
        from_state=State(row.deferred_from) if row.deferred_from else None,
        because=row.deferred_because,
        risk=row.deferred_risk,
        revisit_on=row.revisit_on,
        trigger=row.trigger_condition,
        mitigation=row.mitigation,
        approved_by=row.approved_by,
    )


def _implementation(row: ItemRow) -> Implementation | None:
    if row.implemented_at is None:
        return None
    return Implementation(row.implemented_at, row.change_url, row.in_production_since)


def _verified(row: ItemRow) -> Verified | None:
    if row.verified_at is None:
        return None
    return Verified(
        at=row.verified_at,
        by=row.verified_by,
        method=VerificationMethod(row.verification_method) if row.verification_method else None,
        evidence=row.evidence,
        guard=row.regression_guard,
        no_guard_because=row.no_guard_because,
    )


def _ending(row: ItemRow) -> Ending | None:
    if row.ended_at is None:
        return None
    return Ending(
        at=row.ended_at,
        because=row.ended_because,
        decided_by=row.approved_by,
        risk_reason=RiskReason(row.risk_reason) if row.risk_reason else None,
        merged_into=row.merged_into,
    )


def _columns(item: Item) -> Iterator[tuple[str, Any]]:
    """The columns of an item's values, each with what is written into it."""
    blocked, deferral, ending = item.blocked or Blocked(), item.deferral or Deferral(), item.ending
    yield "blocked", item.blocked is not None
    yield "blocked_reason", blocked.reason.value if blocked.reason else None
    yield "blocked_since", blocked.since
    yield "blocked_on", blocked.on
    yield "escalated_to", blocked.escalated_to
    yield "deferred_at", deferral.at
    yield "deferred_from", deferral.from_state.value if deferral.from_state else None
    yield "deferred_because", deferral.because
    yield "deferred_risk", deferral.risk
    yield "revisit_on", deferral.revisit_on
    yield "trigger_condition", deferral.trigger
    # Two columns serve two values, of which an item never has both: what is deferred is not blocked, and not ended.
    yield "mitigation", blocked.mitigation or deferral.mitigation
    yield "approved_by", ending.decided_by if ending else deferral.approved_by
    yield "ended_at", ending.at if ending else None
    yield "ended_because", ending.because if ending else ""
    yield "risk_reason", ending.risk_reason.value if ending and ending.risk_reason else None
    yield "merged_into", ending.merged_into if ending else None
    yield from _columns_of_proof(item)


def _columns_of_proof(item: Item) -> Iterator[tuple[str, Any]]:
    implementation, verified, status = item.implementation, item.verified, item.stale_status
    yield "implemented_at", implementation.at if implementation else None
    yield "change_url", implementation.change_url if implementation else ""
    yield "in_production_since", implementation.in_production_since if implementation else None
    yield "verified_at", verified.at if verified else None
    yield "verified_by", verified.by if verified else ""
    yield "verification_method", verified.method.value if verified and verified.method else None
    yield "evidence", verified.evidence if verified else ""
    yield "regression_guard", verified.guard if verified else ""
    yield "no_guard_because", verified.no_guard_because if verified else ""
    yield "answered_at", status.at if status else None
    yield "stale_answer", status.answer if status else ""
    yield "stalled_by", status.stalled_by if status else ""
