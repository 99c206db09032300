"""From an HTTP request to Bolt's, and back to what Slack shows.

Bolt reads the body before it checks the signature, and stumbles over some; so it is checked here, on the bytes as they
came, before anything is made of them.
"""

import hmac
import json
import re
import time
from collections.abc import Callable, Mapping
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qsl

import structlog
from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.adapter.starlette.handler import to_bolt_request
from slack_bolt.listener_matcher import ListenerMatcher
from slack_bolt.listener_matcher.builtins import BuiltinListenerMatcher
from slack_bolt.request.internals import build_context
from starlette.requests import Request

from bot.domain.observed import ANSWERS
from bot.domain.traced import TRACES, Side
from bot.slack.client import in_time
from bot.slack.installations import ORGANISATION
from bot.slack.kinds import kind_of
from bot.slack.organisations import Knows, no_organisation, organisation_of, workspace_of
from bot.slack.shape import is_shaped
from storage.patience import PERSON_WAITS_S, waiting_at_most

log = structlog.get_logger()

SIGNED_AT, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
SIGNED = {SIGNED_AT: re.compile(r"[0-9]{1,12}"), SIGNATURE: re.compile(r"v0=[0-9a-f]{64}")}
"""The form of what Slack signs with: no more is looked at of any other."""
CLOCKS_DIFFER_BY_S = 300
"""An older signature may be one that somebody overheard."""
DEEPEST = 100
"""Objects and lists within each other; Slack's own stay below thirty."""
NOT_SLACKS = "not a request of Slack's"
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What no database takes and no message shows: NUL, and halves of letters without their other half."""


def is_promising(headers: Mapping[str, str], now: float) -> bool:
    """Whether it has the form of a signature made lately: otherwise its body need not even be read."""
    formed = all(form.fullmatch(headers.get(name, "")) for name, form in SIGNED.items())
    return formed and abs(now - int(headers[SIGNED_AT])) <= CLOCKS_DIFFER_BY_S


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether Slack signed exactly these bytes, within the last five minutes."""
    # `compare_digest` raises for a text that is not ASCII: the form is looked at before.
    if not is_promising(headers, now):
        return False
    signed = b"v0:%b:%b" % (headers[SIGNED_AT].encode(), body)
    # Compared in constant time, so that nobody finds a signature letter by letter.
    return hmac.compare_digest("v0=" + hmac.new(secret.encode(), signed, "sha256").hexdigest(), headers[SIGNATURE])


def bolt_request(request: Request, body: bytes) -> BoltRequest:
    """The request, whose signature was checked, as Bolt takes it. Raises ValueError when it cannot be read."""
    try:
        fields = _fields(body.decode(), request.headers.get("content-type", ""))
        if not isinstance(fields, dict) or not is_shaped(fields):
            raise ValueError(NOT_SLACKS)
        made = to_bolt_request(request, body)
        if not made.body:  # Bolt takes a command for an interaction when the word “payload” is in it, and finds none
            made.body = fields
            made.context = build_context(BoltContext(), fields)
    except (LookupError, TypeError, AttributeError, RecursionError) as error:  # what else Bolt looks into
        raise ValueError(NOT_SLACKS) from error
    return made


def cleaned(value: Any, depth: int = DEEPEST) -> Any:
    """What came in JSON, with every text in it such as can be stored. Raises ValueError when it is deeper than that."""
    if isinstance(value, str):
        return UNSTORABLE.sub(lambda found: "" if found[0] == "\0" else "\ufffd", value)
    if not isinstance(value, dict | list):
        return value
    if depth <= 0:
        raise ValueError("too deep")
    if isinstance(value, dict):
        return {cleaned(key): cleaned(each, depth - 1) for key, each in value.items()}
    return [cleaned(each, depth - 1) for each in value]


class ByBody(ListenerMatcher):
    """One of Bolt's own questions whether a listener is meant, all of which are about the body and nothing else.

    Bolt collects for each of them all that a listener could want: 1.5 ms a request with all that are registered, and so
    a tenth of that.
    """

    def __init__(self, asks: BuiltinListenerMatcher) -> None:
        self._asks = asks.func

    def matches(self, req: BoltRequest, resp: BoltResponse) -> bool:  # noqa: ARG002 – Bolt's signature
        """Whether the request is the listener's."""
        return bool(self._asks(body=req.body))


class SlackApp(App):
    """Bolt, which refuses a workspace that it does not know in plain text: a modal shows errors beside a field only."""

    def __init__(self, *, signing_secret: str, knows: Knows = no_organisation, **settings: Any) -> None:
        super().__init__(signing_secret=signing_secret, **settings)
        self._secret, self._knows = signing_secret, knows
        self.subcommands: frozenset[str] = frozenset()
        """Those that logs and metrics may name: anything else behind the command is what somebody wrote."""

    def _register_listener(
        self, functions: Any, primary_matcher: ListenerMatcher, *more: Any, **settings: Any
    ) -> Callable[..., BoltResponse | None] | None:
        if isinstance(primary_matcher, BuiltinListenerMatcher) and primary_matcher.arg_names == ["body"]:
            primary_matcher = ByBody(primary_matcher)
        return super()._register_listener(functions, primary_matcher, *more, **settings)

    def is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether Slack sent these bytes."""
        return is_signed(self._secret, headers, body, time.time())

    def _place(self, request: BoltRequest) -> None:
        """Says in the context in which workspace of an organisation it happened, which Bolt leaves open."""
        organisation = organisation_of(request.body)
        if organisation:
            request.context[ORGANISATION] = organisation
            request.context["team_id"] = workspace_of(request.body, organisation, self._knows)

    def _answered(self, req: BoltRequest) -> BoltResponse:
        """Bolt's answer; every line of the log until then has the request's id."""
        kind, began = kind_of(req.body, self.subcommands), time.monotonic()
        request = token_hex(4)
        traced = TRACES.span(f"slack {kind}", Side.SERVER, request=request)
        with structlog.contextvars.bound_contextvars(request=request), traced:
            with in_time(), waiting_at_most(PERSON_WAITS_S):
                self._place(req)
                answer = super().dispatch(req)
            took = time.monotonic() - began
            ANSWERS.took(kind, took)
            log.info("answered", kind=kind, status=answer.status, seconds=round(took, 3))
        return answer

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Bolt's answer, in a form that whoever submitted a modal gets to read. Here all text comes in, also that
        which comes through a socket."""
        try:
            # PostgreSQL refuses NUL, and no database takes half a letter: either would be an error of ours, far from
            # here.
            body = cleaned(req.body)
        except ValueError:
            return BoltResponse(status=400, body="too deep")
        if not is_shaped(body):  # through a socket it comes as Slack's library has read it
            return BoltResponse(status=400, body=NOT_SLACKS)
        if body != req.body:
            req.body, req.context = body, build_context(BoltContext(), body)
        answer = self._answered(req)
        field = _first_input(req.body)
        if field is None or not answer.body or answer.body.startswith("{"):
            return answer
        return BoltResponse(status=200, body={"response_action": "errors", "errors": {field: answer.body}})


def _first_input(body: dict[str, Any]) -> str | None:
    if body.get("type") != "view_submission":
        return None
    blocks = (body.get("view") or {}).get("blocks") or []
    return next((block.get("block_id") for block in blocks if block.get("type") == "input"), None)


def _fields(text: str, kind: str) -> Any:
    if kind.startswith("application/json") or text.startswith("{"):
        return json.loads(text)
    fields = dict(parse_qsl(text, keep_blank_values=True))
    return json.loads(fields["payload"]) if "payload" in fields else fields
