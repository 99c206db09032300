"""Jira's webhooks: whether one is signed, and what it tells. Cloud and Data Center send different things."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.tracker import Connection
from bot.trackers import shape
from bot.trackers.jira_shapes import account, comment_of, ticket_of
from bot.trackers.shape import Event, part

SIGNATURE, DELIVERY = "x-hub-signature", "x-atlassian-webhook-identifier"


def is_signed(headers: Mapping[str, str], body: bytes, secret: str, _now_ms: float = 0.0) -> bool:
    """Whether the body is signed with that secret."""
    return shape.is_signed(headers.get(SIGNATURE, ""), body, secret, "sha256=")


def event_of(payload: Any, place: str, site: str, options: Mapping[str, str]) -> Event | None:
    """What it tells of an issue of that project; None for all else."""
    issue = payload.get("issue") if isinstance(payload, dict) else None
    if not isinstance(issue, dict) or "id" not in issue or not isinstance(issue.get("key"), str):
        return None
    kind, user = str(payload.get("webhookEvent") or ""), part(payload, "user")
    is_person, who = user.get("accountType", "atlassian") == "atlassian", str(user.get("displayName") or "")
    event = Event(str(issue["id"]), by=account(user), is_person=is_person, who=who)
    # A moved issue has another project's key by now.
    if issue["key"].rpartition("-")[0] != place:
        return replace(event, gone="transferred") if kind == "jira:issue_updated" else None
    if kind == "jira:issue_deleted":
        return replace(event, gone="deleted")
    comment = payload.get("comment")
    is_new = kind == "comment_created" or payload.get("issue_event_type_name") == "issue_commented"
    if isinstance(comment, dict) and is_new:
        found = comment_of(comment, event.ref)
        event = replace(event, comment=found, by=event.by or found.by, who=event.who or found.who)
    # With a comment, Cloud sends an issue without the time at which it was so.
    if part(issue, "fields").get("updated"):
        event = replace(event, ticket=ticket_of(issue, site.rstrip("/"), options))
    return event if event.ticket or event.comment else None


def read(connection: Connection, headers: Mapping[str, str], payload: object) -> tuple[Event | None, str]:
    """As `KnownTracker.read`."""
    return event_of(payload, connection.place, connection.url, connection.options), headers.get(DELIVERY, "")
