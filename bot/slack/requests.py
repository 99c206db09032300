"""From an HTTP request to Bolt's, and back to what Slack shows.

Bolt reads the body before it checks the signature, and stumbles over some.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.adapter.starlette.handler import to_bolt_request
from slack_bolt.request.internals import build_context
from starlette.requests import Request

from bot.slack.client import in_time

SIGNED_AT = "x-slack-request-timestamp"
SIGNED = {SIGNED_AT: re.compile(r"[0-9]{1,12}"), "x-slack-signature": re.compile(r"v0=[0-9a-f]{64}")}
"""The form of Slack's signature: Bolt's check of any other may raise instead of refusing."""


def bolt_request(request: Request, body: bytes) -> BoltRequest:
    """The request as Bolt takes it; its signature is not checked yet. Raises ValueError when it cannot be read."""
    fields = _fields(body.decode(), request.headers.get("content-type", ""))
    if not isinstance(fields, dict):
        raise ValueError("not an object")  # noqa: TRY004 – of the request, not of the program
    made = to_bolt_request(request, body)
    if not made.body:  # Bolt takes a command for an interaction when the word “payload” is in it, and finds none
        made.body = fields
        made.context = build_context(BoltContext(), fields)
    if not all(form.fullmatch(made.headers.get(name, [""])[0]) for name, form in SIGNED.items()):
        made.headers[SIGNED_AT] = ["0"]  # signed at no time: refused as old
    return made


class SlackApp(App):
    """Bolt, which refuses a workspace that it does not know in plain text: a modal shows errors beside a field only."""

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Bolt's answer, in a form that whoever submitted a modal gets to read."""
        with in_time():
            answer = super().dispatch(req)
        field = _first_input(req.body)
        if field is None or not answer.body or answer.body.startswith("{"):
            return answer
        return BoltResponse(status=200, body={"response_action": "errors", "errors": {field: answer.body}})


def _first_input(body: dict[str, Any]) -> str | None:
    if body.get("type") != "view_submission":
        return None
    blocks = (body.get("view") or {}).get("blocks") or []
    return next((block["block_id"] for block in blocks if block["type"] == "input"), None)


def _fields(text: str, kind: str) -> Any:
    if kind.startswith("application/json") or text.startswith("{"):
        return json.loads(text)
    fields = dict(parse_qsl(text, keep_blank_values=True))
    return json.loads(fields["payload"]) if "payload" in fields else fields
