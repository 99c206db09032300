"""What a request of Slack's asks for, in one word of ours: for logs and metrics, never what somebody wrote."""

import re
from collections.abc import Container, Mapping
from typing import Any

ID = re.compile(r"[a-z][a-z_.-]{1,40}")
"""How our own ids are written, and Slack's types of events."""
KINDS = {
    "view_submission": "form",
    "view_closed": "form closed",
    "block_suggestion": "menu",
    "shortcut": "shortcut",
    "message_action": "shortcut",
    "event_callback": "event",
}


def kind_of(body: Mapping[str, Any], subcommands: Container[str]) -> str:
    """`command defer`, `button item.update`, `form defer`, `event app_mention` …; `command` alone for a word that is
    none of *subcommands*: somebody wrote it."""
    if "command" in body:
        first = (str(body.get("text") or "").split() or ["help"])[0].lower()
        return f"command {first}" if first in subcommands else "command"
    kind = str(body.get("type", ""))
    if kind == "block_actions":
        actions = body.get("actions")
        pressed = actions[0] if isinstance(actions, list) and actions else None
        return _named("button", pressed.get("action_id") if isinstance(pressed, dict) else "")
    event = body.get("event")
    if kind == "event_callback" and isinstance(event, dict):
        return _named("event", event.get("type"))
    view = body.get("view")
    if kind == "view_submission" and isinstance(view, dict):
        return _named("form", view.get("callback_id"))
    return KINDS.get(kind, "other")


def _named(kind: str, name: object) -> str:
    first = str(name or "").partition(":")[0]  # behind a colon stands which item it is about
    return f"{kind} {first}" if ID.fullmatch(first) else kind
