"""Calls the app as Slack does: signed, over HTTP or Socket Mode, three seconds, and what came back."""

import asyncio
import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from bot.sandbox.inspector import Entry, Inspector
from bot.sandbox.model import AppConfig, Json

# Slack waits no longer, neither for a command nor for an event.
TIMEOUT_SECONDS = 3.0
AT_ONCE = 64
FORM = "application/x-www-form-urlencoded"
SOCKET_TYPES = {"command": "slash_commands", "interaction": "interactive", "event": "events_api"}
SocketRequest = Callable[[str, Json, Json], Awaitable[Any]]


@dataclass(frozen=True)
class Answer:
    """`error`: operation_timeout or dispatch_failed. `body`: what the JSON said, else the text."""

    status: int | None
    body: Any
    error: str | None
    entry: int


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature. Source: https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    # Over the raw bytes: an app that signs what it has parsed and written again gets another signature.
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    """The body and its content type; `kind`: command, interaction or event."""
    if kind == "command":
        return urlencode(payload).encode(), FORM
    if kind == "interaction":
        # Three wire formats, as in Slack: only events are JSON, an interaction is JSON within a form.
        return urlencode({"payload": json.dumps(payload)}).encode(), FORM
    return json.dumps(payload).encode(), "application/json"


def post(url: str, body: bytes, headers: dict[str, str], seconds: float) -> tuple[int, str]:
    """One POST, no redirects. Raises OSError, http.client.HTTPException."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=seconds)
    try:
        path = parts.path or "/"
        connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


class Outgoing:
    """`socket` is set by Socket Mode while an app is connected; HTTP otherwise."""

    def __init__(self, app: AppConfig, inspector: Inspector) -> None:
        self.app = app
        self.inspector = inspector
        self.socket: SocketRequest | None = None
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sandbox-out")

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def send(self, kind: str, payload: Json, retry: Json | None = None, **about: str | None) -> Answer:
        """`retry`: {"num", "reason"} of an event sent again. `about`: method, workspace, user, channel."""
        name = about.pop("method", None) or kind
        entry = self.inspector.open("request", name, payload, **about)
        try:
            # Once more beside the socket's own limit, which starts anew with each piece that a slow app sends.
            async with asyncio.timeout(TIMEOUT_SECONDS):
                status, body = await self._transport(kind, payload, retry or {}, entry)
        except TimeoutError:
            return _closed(entry, None, "", "operation_timeout")
        except (OSError, http.client.HTTPException) as error:
            return _closed(entry, None, str(error), "dispatch_failed")
        accepted = status // 100 == 2  # noqa: PLR2004 - the 2xx
        return _closed(entry, status, body, None if accepted else "dispatch_failed")

    async def _transport(self, kind: str, payload: Json, retry: Json, entry: Entry) -> tuple[int, Any]:
        # An app in Socket Mode gets nothing at its request URL.
        if self.socket is not None:
            entry.transport = "socket"
            return 200, await self.socket(SOCKET_TYPES[kind], payload, retry) or ""
        if self.app.request_url is None:
            raise OSError("the app has no request URL and no connection")
        body, content_type = encoded(kind, payload)
        headers = self._headers(body, content_type, retry)
        loop = asyncio.get_running_loop()
        args = (self.app.request_url, body, headers, TIMEOUT_SECONDS)
        status, text = await loop.run_in_executor(self._threads, post, *args)
        return status, _parsed(text)

    def _headers(self, body: bytes, content_type: str, retry: Json) -> dict[str, str]:
        # The machine's time even when the clock was moved: the app compares it with its own and refuses old
        # signatures.
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.app.signing_secret, timestamp, body),
        }
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry["num"]), "X-Slack-Retry-Reason": str(retry["reason"])}
        return headers


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _closed(entry: Entry, status: int | None, body: Any, error: str | None) -> Answer:
    entry.close(error or "ok", status=status, answer=body)
    return Answer(status, body, error, entry.id)
