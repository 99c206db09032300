"""GitLab's webhooks: whether one is GitLab's, and what it tells. A deleted issue tells nothing."""

import hmac
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from bot.domain.tracker import Connection
from bot.trackers.gitlab_shapes import USUAL, StageLabels, comment_of, is_human, ticket_of
from bot.trackers.shape import Event, part, parts

TOKEN, SIGNATURE, ID, TIME = "x-gitlab-token", "webhook-signature", "webhook-id", "webhook-timestamp"
DELIVERY = "idempotency-key"
"""The same for each attempt at one delivery. (`X-Gitlab-Event-UUID` is the same for all that one request brought.)"""
SIGNS = "whsec_"
"""So a signing token begins; it is never sent itself. Any other secret is a secret token, which is."""
FRESH_MS = 300_000
SECONDS_LONG = 12
ISSUES = ("issue", "work_item")


def is_signed(headers: Mapping[str, str], body: bytes, secret: str, now_ms: float) -> bool:
    """Whether it is signed with that signing token within five minutes, or has that secret token."""
    if secret.startswith(SIGNS):
        return _is_fresh(headers.get(TIME, ""), now_ms) and _has_signature(headers, body, secret)
    return bool(secret) and hmac.compare_digest(headers.get(TOKEN, "").encode(), secret.encode())


def event_of(payload: Any, place: str, labels: StageLabels = USUAL) -> Event | None:
    """What it tells of an issue of that project; None for all else, which is most."""
    if not isinstance(payload, dict) or not _is_of(payload, place):
        return None
    kind, about = payload.get("object_kind"), part(payload, "object_attributes")
    if kind == "note":
        return _of_note(payload, about)
    if kind not in ISSUES or not isinstance(about.get("iid"), int):
        return None
    event = _event(payload, about["iid"])
    if about.get("moved_to_id"):
        return replace(event, gone="transferred")
    whole = {**about, "assignees": parts(payload, "assignees"), "labels": payload.get("labels", about.get("labels"))}
    return replace(event, ticket=ticket_of(whole, labels)) if about.get("updated_at") else None


def read(connection: Connection, headers: Mapping[str, str], payload: object) -> tuple[Event | None, str]:
    """As `KnownTracker.read`."""
    found = event_of(payload, connection.place, StageLabels.of(connection.options))
    return found, headers.get(DELIVERY, "") or headers.get(ID, "")


def _of_note(payload: Mapping[str, Any], about: Mapping[str, Any]) -> Event | None:
    # The issue comes without the names of its assignees, so that nothing is told of it.
    iid = part(payload, "issue").get("iid")
    is_new = about.get("action", "create") == "create" and not about.get("system")
    if about.get("noteable_type") != "Issue" or not isinstance(iid, int) or not is_new:
        return None
    found = comment_of(about, part(payload, "user"), str(iid))
    return replace(_event(payload, iid), comment=found)


def _event(payload: Mapping[str, Any], iid: int) -> Event:
    by = str(part(payload, "user").get("username") or "")
    return Event(str(iid), by=by, is_person=is_human(by))


def _is_of(payload: Mapping[str, Any], place: str) -> bool:
    path = part(payload, "project").get("path_with_namespace")
    return isinstance(path, str) and path.lower() == place.lower()


def _is_fresh(sent: str, now_ms: float) -> bool:
    # Not longer than times are: Python refuses to read thousands of digits.
    return sent.isdecimal() and len(sent) <= SECONDS_LONG and abs(now_ms - int(sent) * 1000) <= FRESH_MS


def _has_signature(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    try:
        key = b64decode(secret.removeprefix(SIGNS), validate=True)
    except NoBase64:
        return False
    signed = f"{headers.get(ID, '')}.{headers.get(TIME, '')}.".encode() + body
    expected = b"v1," + b64encode(hmac.new(key, signed, sha256).digest())
    given = headers.get(SIGNATURE, "").encode().split()
    return bool(key) and any(hmac.compare_digest(each, expected) for each in given)
