"""GitHub's webhooks: whether one is signed, and what it tells. Real payloads lack what one would rely on."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.domain.tracker import Connection
from bot.trackers import shape
from bot.trackers.github_shapes import BOT, comment_of, deployment_of, pull_of, ticket_of
from bot.trackers.labels import IN_PROGRESS, labels_in_progress
from bot.trackers.shape import Event, part

SIGNATURE, EVENT, DELIVERY = "x-hub-signature-256", "x-github-event", "x-github-delivery"
GONE = {"deleted": "deleted", "transferred": "transferred"}


def is_signed(headers: Mapping[str, str], body: bytes, secret: str, _now_ms: float = 0.0) -> bool:
    """Whether the body is signed with that secret."""
    return shape.is_signed(headers.get(SIGNATURE, ""), body, secret, "sha256=")


def event_of(kind: str, payload: Any, place: str, labels: frozenset[str] = IN_PROGRESS) -> Event | None:
    """What it tells of an issue, a pull request or a deployment there; None for all else, which is most."""
    if not isinstance(payload, dict) or not _is_of(payload, place):
        return None
    if kind in CODE:
        return CODE[kind](payload)
    return _of_issue(kind, payload, labels) if kind in ("issues", "issue_comment") else None


def read(connection: Connection, headers: Mapping[str, str], payload: object) -> tuple[Event | None, str]:
    """As `KnownTracker.read`."""
    labels = labels_in_progress(connection.options)
    return event_of(headers.get(EVENT, ""), payload, connection.place, labels), headers.get(DELIVERY, "")


def _of_issue(kind: str, payload: Mapping[str, Any], labels: frozenset[str]) -> Event | None:
    issue, action = payload.get("issue"), str(payload.get("action") or "")
    if not isinstance(issue, dict) or not isinstance(issue.get("number"), int):
        return None
    sender = part(payload, "sender")
    event = Event(str(issue["number"]), by=str(sender.get("login") or ""), is_person=sender.get("type") != BOT)
    if kind == "issue_comment":
        return _of_comment(event, action, payload, issue, labels)
    if action in GONE:
        return replace(event, gone=GONE[action])
    return replace(event, ticket=ticket_of(issue, labels))


def _of_comment(
    event: Event, action: str, payload: Mapping[str, Any], issue: Mapping[str, Any], labels: frozenset[str]
) -> Event | None:
    # Pull requests have comments of the same kind.
    if "pull_request" in issue:
        return None
    ticket = ticket_of(issue, labels)
    comment = payload.get("comment")
    if action != "created" or not isinstance(comment, dict):
        return replace(event, ticket=ticket)
    return replace(event, ticket=ticket, comment=comment_of(comment, event.ref))


def _of_pull(payload: Mapping[str, Any]) -> Event | None:
    pull, sender = payload.get("pull_request"), part(payload, "sender")
    if not isinstance(pull, dict) or not isinstance(pull.get("number"), int):
        return None
    found = pull_of(pull)
    return Event("", pull=found, by=found.by, is_person=sender.get("type") != BOT)


def _of_deployment(payload: Mapping[str, Any]) -> Event | None:
    status, deployment = payload.get("deployment_status"), payload.get("deployment")
    if not isinstance(status, dict) or not isinstance(deployment, dict) or status.get("state") != "success":
        return None
    made = deployment_of(deployment, status.get("created_at"))
    return Event("", deployment=made) if made else None


CODE: Mapping[str, Callable[[Mapping[str, Any]], Event | None]] = {
    "pull_request": _of_pull,
    "deployment_status": _of_deployment,
}


def _is_of(payload: Mapping[str, Any], place: str) -> bool:
    name = part(payload, "repository").get("full_name")
    return isinstance(name, str) and name.lower() == place.lower()
