"""Domain objects as the JSON that the API answers; `bot/api/shapes.py` describes it. Also what webhooks carry."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.incident import Incident
from bot.domain.item import Item
from bot.domain.item_values import Blocked, Deferral
from bot.domain.lifecycle import Change
from bot.domain.morning import is_stale
from bot.domain.priority import score
from bot.domain.team import Team
from bot.domain.token import is_token, token_named
from storage.items import Listed
from storage.people import list_names

JsonBody = dict[str, Any]


def item_bodies(session: Session, workspace: str, found: Iterable[Listed], now: datetime) -> list[JsonBody]:
    """The items, each with the name of its owner."""
    found = list(found)
    names = list_names(session, workspace, {one.item.owner for one in found})
    return [item_body(one.item, names, now) | {"updated_at": _moment(one.updated_at)} for one in found]


def item_body(item: Item, names: Mapping[str, str], now: datetime) -> JsonBody:
    """All of an item but when it was last changed."""
    done, verified, ending = item.implementation, item.verified, item.ending
    return {
        "number": item.number,
        "label": item.label,
        "title": item.title,
        "details": item.details,
        "state": item.state.value,
        "owner": item.owner,
        "owner_name": names.get(item.owner),
        "collaborators": list(item.collaborators),
        "team": item.team_name or None,
        # What may be named on the item may be known of it: else its title is empty, and its id nobody's business.
        "incident": item.incident_id if item.incident_title else None,
        "incident_title": item.incident_title or None,
        "root_cause": item.root_cause,
        "verification": item.verification,
        "references": item.references,
        "remedy": item.remedy.value if item.remedy else None,
        "themes": list(item.themes),
        "impact": item.impact,
        "urgency": item.urgency,
        "effort": item.effort,
        "score": round(score(item.impact, item.urgency, item.effort), 2) if item.impact and item.effort else None,
        "quadrant": item.quadrant.value,
        "due": item.due.isoformat(),
        "original_due": item.original_due.isoformat(),
        "slips": item.slips,
        "overdue": item.is_overdue(item.day(now)),
        "stale": is_stale(item, now),
        "blocked": item.blocked is not None,
        "blocked_by": _blocked(item.blocked) if item.blocked else None,
        "private": item.private,
        "awaits_acceptance": item.awaits_acceptance,
        "created_at": _moment(item.created_at),
        "created_by": item.created_by,
        "started_at": _moment(item.started_at),
        "implemented_at": _moment(done.at) if done else None,
        "change_url": (done.change_url or None) if done else None,
        "in_production_since": _day(done.in_production_since) if done else None,
        "verified_at": _moment(verified.at) if verified else None,
        "verified_by": (verified.by or None) if verified else None,
        "verification_method": verified.method.value if verified and verified.method else None,
        "evidence": (verified.evidence or None) if verified else None,
        "deferred": _deferred(item.deferral) if item.deferral else None,
        "deferrals": item.deferrals,
        "ended_at": _moment(ending.at) if ending else None,
        "ended_because": (ending.because or None) if ending else None,
        "merged_into": ending.merged_into if ending else None,
        "last_progress_at": _moment(item.last_progress_at),
        "postmortem_url": item.postmortem_url or None,
        "ticket_url": item.ticket_url or None,
        "starts_on": _day(item.starts_on),
        "staffing": item.staffing,
        "systemic_item": item.systemic_item,
    }


def gone_body(number: int) -> JsonBody:
    """Of an item that is not there any more: how it was called, and nothing else."""
    return {"number": number, "label": f"AI-{number}"}


def change_body(change: Change, names: Mapping[str, str]) -> JsonBody:
    """A line of an item's history."""
    by_name = f"the token *{token_named(change.by)}*" if is_token(change.by) else names.get(change.by)
    return {
        "action": str(change.action),
        "before": change.before.value if change.before else None,
        "after": change.after.value,
        "by": change.by,
        "by_name": by_name,
        "at": _moment(change.at),
        "why": change.why,
        "detail": dict(change.detail),
    }


def incident_body(incident: Incident) -> JsonBody:
    """An incident."""
    return {
        "id": incident.id,
        "title": incident.title,
        "severity": incident.severity or None,
        "started_at": _moment(incident.began_at),
        "ended_at": _moment(incident.ended_at),
        "channel": incident.channel,
        "services": list(incident.services),
        "root_cause": incident.root_cause,
        "postmortem_url": incident.postmortem_url or None,
        "external_id": incident.external_id,
        "private": incident.private,
        "recurrence_of": incident.recurrence_of,
    }


def team_body(team: Team) -> JsonBody:
    """A team."""
    return {
        "id": team.id,
        "name": team.name,
        "channel": team.channel,
        "lead": team.lead,
        "members": list(team.members),
        "timezone": team.timezone,
        "quota": team.quota,
    }


def etag_of(body: JsonBody) -> str:
    """A strong validator of exactly this body."""
    return f'"{hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]}"'


def _blocked(blocked: Blocked) -> JsonBody:
    return {
        "reason": blocked.reason.value if blocked.reason else None,
        "since": _moment(blocked.since),
        "on": blocked.on,
        "escalated_to": blocked.escalated_to or None,
        "mitigation": blocked.mitigation,
    }


def _deferred(deferral: Deferral) -> JsonBody:
    return {
        "since": _moment(deferral.at),
        "because": deferral.because,
        "risk": deferral.risk,
        "revisit_on": _day(deferral.revisit_on),
        "trigger": deferral.trigger,
        "mitigation": deferral.mitigation,
        "approved_by": deferral.approved_by or None,
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
