"""What each column of text may hold of a person.

`test_erase.py` fails for a table or column that is not here, so that nobody adds one with people in it unseen.
"""

from enum import Enum


class MayHold(Enum):
    """What a column may hold of a person."""

    PEOPLE = "their id"
    WORDS = "what people wrote, or names them"
    NOBODY = "nothing of anybody: ids of channels and messages, words of ours, secrets"


P, W, N = MayHold.PEOPLE, MayHold.WORDS, MayHold.NOBODY
COLUMNS: dict[str, dict[str, MayHold]] = {
    # Kept for a day, so that the same question is answered alike.
    "api_answers": {"key": W, "workspace": N, "request": N, "body": W, "headers": W},
    "approvals": {
        "workspace": N, "action": N, "asked_by": P, "approver": P, "terms": W, "status": N, "decided_by": P, "why": W,
    },
    "captured_messages": {"workspace": N, "channel": N, "ts": N},
    "changes": {
        "workspace": N, "action": N, "before": N, "after": N, "by_user": P, "why": W, "detail": W,
    },
    "delivery_workers": {"executor": N, "machine": N},
    "deployments": {"ref": N, "workspace": N, "sha": N},
    "guards": {"workspace": N, "url": W, "question": P},
    "held_deliveries": {"workspace": N, "delivery": P, "messages": W},
    "import_pieces": {"workspace": N, "content": W},
    "imports": {"workspace": N, "incidents": N},
    "inbox": {"workspace": N, "key": P},
    "incident_changes": {"workspace": N, "by_user": P, "detail": W},
    "incidents": {
        "workspace": N, "external_id": W,
        "title": W, "channel": N, "severity": W, "postmortem_url": W, "root_cause": W, "services": W,
        "lead": P, "none_needed": W,
    },
    "installations": {
        "workspace": N, "name": N, "bot_user": N, "bot_id": N, "token": N, "scopes": N, "installed_by": P,
    },
    "item_collaborators": {"workspace": N, "user_id": P},
    "item_spans": {"workspace": N, "standing": N},
    "item_themes": {"workspace": N, "theme_key": W, "theme": W},
    "items": {
        "workspace": N, "title": W, "details": W, "owner": P, "state": N, "created_by": P, "root_cause": W, "remedy": N,
        "verification": W, "reference_links": W, "channel": N, "change_url": W, "verified_by": P,
        "verification_method": N, "evidence": W, "regression_guard": W, "no_guard_because": W, "staffing": W,
        "blocked_reason": N, "blocked_on": W, "escalated_to": P, "mitigation": W, "deferred_from": N,
        "deferred_because": W, "deferred_risk": W, "trigger_condition": W, "approved_by": P, "risk_reason": N,
        "ended_because": W, "ticket_url": W, "stale_answer": N, "stalled_by": N,
    },
    "measure_thresholds": {"workspace": N, "key": N},
    "meetings": {"workspace": N, "key": N, "user_id": P, "content": W},
    "morning_runs": {"workspace": N, "timezone": N, "status": N},
    "mornings": {"workspace": N, "timezone": N},
    "moved_channels": {"workspace": N, "old": N, "new": N},
    "oauth_states": {"state": N},
    "organisations": {
        "workspace": N, "name": N, "bot_user": N, "bot_id": N, "token": N, "scopes": N, "installed_by": P,
    },
    "outbox": {"workspace": N, "delivery": P, "messages": W},
    # Their own row is replaced as a whole; that of somebody with the same name stays as it is.
    "people": {"workspace": N, "user_id": P, "name": N, "timezone": N, "locale": N, "team": N},
    "people_listings": {"workspace": N, "cursor": N},
    "policies": {"workspace": N, "severity": N},
    "pull_requests": {
        "ref": N, "workspace": N, "name": N, "url": W, "stage": N, "shas": N, "question": P,
    },
    "questions": {"workspace": N, "reader": P, "key": P, "shown": W},
    "ritual_runs": {"workspace": N, "ritual": N, "period": N, "status": N, "shown": W},
    "ritual_schedules": {"workspace": N, "ritual": N},
    "search_changes": {"workspace": N, "said": W},
    "search_grams": {"workspace": N},
    "search_progress": {"workspace": N},
    "sent_messages": {
        "workspace": N, "key": P, "recipient": P, "channel": N, "ts": N, "thread_ts": N, "shown": N, "error": W,
    },
    "snoozes": {"workspace": N, "user_id": P},
    "surfaces": {"workspace": N, "key": P, "kept": W},
    "team_members": {"user_id": P},
    "teams": {
        "workspace": N, "name": W, "name_key": W, "channel": N, "lead": P, "timezone": N, "holidays": N, "digest": N,
        "leadership_channel": N, "leadership_every": N, "reaction": N,
        "language": N, "tracker": N,
    },
    "tickets": {
        "workspace": N, "mark": N, "ref": N, "name": N, "url": W, "requested_by": P, "sent": W, "seen": W, "written": W,
        "problem": W, "gone": N, "question": P, "change_url": W,
    },
    "tracker_accounts": {"workspace": N, "user_id": P, "account": W},
    "trackers": {
        "workspace": N, "name": N, "kind": N, "url": N, "place": N, "options": W, "secret": N, "webhook_secret": N,
        "cursor": N, "cursor_more": N, "problem": W,
    },
    "templates": {"workspace": N, "name_key": N, "name": W, "severity": N, "service": W, "items": W},
    "tokens": {"workspace": N, "name": W, "hash": N, "scopes": N},
    "told": {"workspace": N, "user_id": P, "what": P},
    "webhook_deliveries": {
        "id": N, "workspace": N, "kind": N, "subject": N, "body": W, "error": N,
    },
    "webhook_events": {"workspace": N, "kind": N},
    "webhooks": {
        "workspace": N, "url": N, "events": N, "secret": N, "secret_before": N, "disabled_because": N,
    },
    "workspaces": {"id": N, "name": N, "organisation": N},
}  # fmt: skip
"""By the names that the database knows them by."""
