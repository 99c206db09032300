"""Linear's webhooks: whether one is signed and new, and what it tells."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.tracker import Connection
from bot.trackers import shape
from bot.trackers.linear_shapes import comment_of, ticket_of
from bot.trackers.shape import Event, part

SIGNATURE, DELIVERY = "linear-signature", "linear-delivery"
FRESH_MS = 60_000


def is_signed(headers: Mapping[str, str], body: bytes, secret: str, now_ms: float) -> bool:
    """Whether the body is signed with that secret and was sent within a minute."""
    if not shape.is_signed(headers.get(SIGNATURE, ""), body, secret):
        return False
    # The time stands in what is signed, so it is read only after the signature was good.
    try:
        sent = json.loads(body).get("webhookTimestamp")
    except (ValueError, AttributeError):
        return False
    return isinstance(sent, int | float) and abs(now_ms - sent) <= FRESH_MS


def event_of(payload: Any, place: str) -> Event | None:
    """What it tells of an issue of that team; None for all else."""
    if not isinstance(payload, dict) or not isinstance(payload.get("data"), dict):
        return None
    found, kind, action = payload["data"], payload.get("type"), payload.get("action")
    actor = part(payload, "actor")
    by, is_person, who = str(actor.get("id") or ""), actor.get("type", "user") == "user", str(actor.get("name") or "")
    if kind == "Comment" and action == "create":
        ref = str(found.get("issueId") or part(found, "issue").get("id") or "")
        comment = comment_of({**found, "userId": found.get("userId") or by}, ref)
        comment = replace(comment, who=comment.who or who)
        return Event(ref, comment=comment, by=by, is_person=is_person and comment.is_person, who=who) if ref else None
    if kind != "Issue" or "id" not in found:
        return None
    event = Event(str(found["id"]), by=by, is_person=is_person, who=who)
    if action == "remove":
        return replace(event, gone="deleted")
    if part(found, "team").get("key", place) != place:
        return replace(event, gone="transferred") if action == "update" else None
    return replace(event, ticket=ticket_of(found)) if found.get("updatedAt") else None


def read(connection: Connection, headers: Mapping[str, str], payload: object) -> tuple[Event | None, str]:
    """As `KnownTracker.read`."""
    return event_of(payload, connection.place), headers.get(DELIVERY, "")
