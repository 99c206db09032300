"""What the API answers, as OpenAPI describes it. What it is made of is in `bodies.py`."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from bot.domain.item import Remedy
from bot.domain.item_values import BlockReason
from bot.domain.lifecycle import State
from bot.domain.priority import Quadrant

ITEM: dict[str, Any] = {
    "number": 12, "label": "AI-12", "title": "Alert when checkout P99 is over 500 ms for 5 minutes",
    "details": "", "state": "in_progress", "owner": "U0PRIYA", "owner_name": "Priya Raman", "collaborators": [],
    "team": "Payments", "incident": 3, "incident_title": "Checkout down, 3 Nov", "root_cause": "",
    "verification": "Fire the alert on purpose in staging", "references": "", "remedy": "Monitoring",
    "themes": ["latency"], "impact": 4, "urgency": 3, "effort": 2, "score": 6.0, "quadrant": "quick win",
    "due": "2026-12-05", "original_due": "2026-12-05", "slips": 0, "overdue": False, "stale": False,
    "blocked": False, "blocked_by": None, "private": False, "awaits_acceptance": False,
    "created_at": "2026-11-20T09:12:00+00:00", "created_by": "U0PRIYA", "started_at": "2026-11-21T08:00:00+00:00",
    "implemented_at": None, "change_url": None, "in_production_since": None, "verified_at": None,
    "verified_by": None, "verification_method": None, "evidence": None, "deferred": None, "deferrals": 0,
    "ended_at": None, "ended_because": None, "merged_into": None, "last_progress_at": "2026-11-21T08:00:00+00:00",
    "postmortem_url": None, "ticket_url": None, "starts_on": None, "staffing": "", "systemic_item": None,
    "updated_at": "2026-11-21T08:00:00.000001+00:00",
}  # fmt: skip
CHANGE: dict[str, Any] = {
    "action": "start", "before": "not_started", "after": "in_progress", "by": "token:pagerduty",
    "by_name": "the token *pagerduty*", "at": "2026-11-21T08:00:00+00:00", "why": "", "detail": {},
}  # fmt: skip
INCIDENT: dict[str, Any] = {
    "id": 3, "title": "Checkout down, 3 Nov", "severity": "SEV2 – major", "started_at": "2026-11-03T10:00:00+00:00",
    "ended_at": "2026-11-03T11:30:00+00:00",
    "channel": "C0INC", "services": ["checkout"], "root_cause": "", "postmortem_url": None,
    "external_id": "pagerduty:Q1ABC", "private": False, "recurrence_of": None,
}  # fmt: skip
TEAM: dict[str, Any] = {
    "id": 1, "name": "Payments", "channel": "C0PAY", "lead": "U0KIM", "members": ["U0PRIYA"],
    "timezone": "Europe/Berlin", "quota": 5,
}  # fmt: skip


class BlockedOut(BaseModel):
    """What is in the way."""

    reason: BlockReason | None
    since: datetime | None
    on: str
    escalated_to: str | None
    mitigation: str


class DeferredOut(BaseModel):
    """Not now: why, at which risk, and when it comes back."""

    since: datetime | None
    because: str
    risk: str
    revisit_on: date | None
    trigger: str
    mitigation: str
    approved_by: str | None


class ItemOut(BaseModel):
    """An action item."""

    number: int
    label: str
    title: str
    details: str
    state: State
    owner: str = Field(description="A Slack id.")
    owner_name: str | None = Field(description="As Slack last said; null where it was not asked yet.")
    collaborators: list[str]
    team: str | None
    incident: int | None
    incident_title: str | None
    root_cause: str
    verification: str
    references: str
    remedy: Remedy | None
    themes: list[str]
    impact: int | None
    urgency: int | None
    effort: int | None
    score: float | None
    quadrant: Quadrant | None
    due: date
    original_due: date = Field(description="The first promise, which stays when `due` is moved.")
    slips: int = Field(description="How often `due` was moved later.")
    overdue: bool
    stale: bool = Field(description="Open, without progress for thirty days.")
    blocked: bool
    blocked_by: BlockedOut | None
    private: bool
    awaits_acceptance: bool
    created_at: datetime
    created_by: str = Field(description="A Slack id, or `token:NAME`.")
    started_at: datetime | None
    implemented_at: datetime | None
    change_url: str | None
    in_production_since: date | None
    verified_at: datetime | None
    verified_by: str | None
    verification_method: str | None
    evidence: str | None
    deferred: DeferredOut | None
    deferrals: int
    ended_at: datetime | None
    ended_because: str | None
    merged_into: int | None
    last_progress_at: datetime | None
    postmortem_url: str | None
    ticket_url: str | None
    starts_on: date | None
    staffing: str
    systemic_item: int | None
    updated_at: datetime | None


class ItemsOut(BaseModel):
    """A page of items, by number. `next_cursor` null: it was the last one."""

    items: list[ItemOut]
    next_cursor: str | None


class ChangeOut(BaseModel):
    """A line of an item's history: who did what, when, from where to where, and why."""

    action: str
    before: State | None
    after: State
    by: str
    by_name: str | None
    at: datetime
    why: str
    detail: dict[str, Any]


class HistoryOut(BaseModel):
    """The whole history of an item, oldest first."""

    history: list[ChangeOut]


class IncidentOut(BaseModel):
    """An incident."""

    id: int
    title: str
    severity: str | None
    started_at: datetime
    ended_at: datetime | None
    channel: str | None
    services: list[str]
    root_cause: str
    postmortem_url: str | None
    external_id: str | None
    private: bool
    recurrence_of: int | None


class IncidentsOut(BaseModel):
    """A page of incidents, the oldest registered first."""

    incidents: list[IncidentOut]
    next_cursor: str | None


class TeamOut(BaseModel):
    """A team."""

    id: int
    name: str
    channel: str
    lead: str
    members: list[str]
    timezone: str
    quota: int


class TeamsOut(BaseModel):
    """Every team of the workspace, by name."""

    teams: list[TeamOut]


class MetricOut(BaseModel):
    """One measure; docs/measures.md says how each is counted."""

    value: float | None
    numerator: float | None
    denominator: float | None
    band: Literal["on_target", "watch", "red_flag", "no_data"]
    previous: float | None


_METRIC = {"value": 0.8, "numerator": 4, "denominator": 5, "band": "on_target", "previous": None}


class MeasuresOut(BaseModel):
    """The measures of a month."""

    workspace: str
    team: str | None
    period: str
    as_of: datetime
    metrics: dict[str, MetricOut]
    counts: dict[str, int]


class FindingOut(BaseModel):
    """What the coach found in the wording."""

    label: str
    message: str
    suggestion: str


class ProblemOut(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: Annotated[dict[str, str] | None, Field(description="By field or parameter.")] = None
    findings: Annotated[list[FindingOut] | None, Field(description="What the coach says of the wording.")] = None


EXAMPLES: dict[str, dict[str, Any]] = {
    "ItemOut": ITEM,
    "ItemsOut": {"items": [ITEM], "next_cursor": None},
    "ChangeOut": CHANGE,
    "HistoryOut": {"history": [CHANGE]},
    "IncidentOut": INCIDENT,
    "IncidentsOut": {"incidents": [INCIDENT], "next_cursor": None},
    "TeamOut": TEAM,
    "TeamsOut": {"teams": [TEAM]},
    "MeasuresOut": {
        "workspace": "T0ACME", "team": "Payments", "period": "2026-10", "as_of": "2026-11-01T00:00:00+01:00",
        "metrics": {"completion_rate": _METRIC}, "counts": {"created": 5, "ended": 4},
    },
    "ProblemOut": {
        "type": "/api/v1/docs#problem-invalid", "title": "The request cannot be taken as it is", "status": 422,
        "detail": "due: The due date is in the past. Choose today or a later day.",
        "errors": {"due": "The due date is in the past. Choose today or a later day."},
    },
}  # fmt: skip
"""By shape. Not in the models themselves: FastAPI leaves what is null out of their examples."""
