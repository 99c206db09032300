"""A tiny Slack that records: what delivery calls, and faults on demand. The full one is `bot.sandbox`."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Lock, Thread
from time import time
from typing import Any, Self
from urllib.parse import parse_qs

from tests.clock import latest

Fields = dict[str, Any]


@dataclass
class Fault:
    """What happens to the next `times` calls of `method`, in `channel` when given."""

    method: str
    times: int = 1
    channel: str | None = None
    error: str | None = None
    status: int = 200
    retry_after: int | None = None
    drop: str | None = None  # "before" or "after" acceptance
    page: bytes | None = None
    """What something between us and Slack answers instead."""
    then: Callable[[], None] = lambda: None
    """Called when the fault happens; after acceptance, before the answer."""


@dataclass
class SlackStub:
    """One workspace that takes everything. `with SlackStub() as slack: slack.api_url`."""

    messages: dict[str, list[Fields]] = field(default_factory=dict)
    calls: list[tuple[str, Fields, float]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    chance: Callable[[str], Fault | None] | None = None
    """Decides about each call whether a fault befalls it."""

    def __enter__(self) -> Self:
        self._lock, self._ts = Lock(), count(1)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.request_queue_size = 128
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/api/"

    def texts(self, channel: str) -> list[str]:
        """What stands in the channel, oldest first."""
        with self._lock:
            return [message["text"] for message in self.messages.get(channel, [])]

    def times(self, method: str, channel: str | None = None) -> list[float]:
        """When the method was called."""
        with self._lock:
            return [at for name, f, at in self.calls if name == method and channel in (None, f.get("channel"))]

    def answer(self, method: str, fields: Fields) -> tuple[int, Fields | bytes, dict[str, str], str | None]:
        """Status, body, headers, and whether to drop the connection instead."""
        if not fields:
            return 400, {"ok": False, "error": "invalid_arguments"}, {}, None  # the caller was killed while it spoke
        with self._lock:
            self.calls.append((method, fields, time()))
            fault = self._fault(method, fields.get("channel"))
            if fault is None:
                return 200, self._do(method, fields), {}, None
            if fault.drop == "after":
                self._do(method, fields)
        fault.then()
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        if fault.page is not None:
            return fault.status, fault.page, headers, fault.drop
        return fault.status, {"ok": False, "error": fault.error}, headers, fault.drop

    def _fault(self, method: str, channel: str | None) -> Fault | None:
        if self.chance is not None and (fault := self.chance(method)):
            return fault
        for fault in self.faults:
            if fault.times and fault.method in (method, "*") and fault.channel in (None, channel):
                fault.times -= 1
                return fault
        return None

    def _do(self, method: str, fields: Fields) -> Fields:
        return {
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.info": lambda f: {
                "ok": True,
                "channel": {"id": f["channel"], "name": "c", "is_member": True},
            },
            "conversations.members": lambda _: {"ok": True, "members": []},
            "conversations.open": lambda f: {"ok": True, "channel": {"id": f"D{f['users']}"}},
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "users.info": lambda _: {"ok": False, "error": "user_not_found"},
            "users.conversations": lambda _: {"ok": True, "channels": []},
        }[method](fields)

    def _post(self, fields: Fields) -> Fields:
        # Who looks for what was sent does so since a moment by the database's clock.
        ts = f"{latest():.0f}.{next(self._ts):06d}"
        self.messages.setdefault(fields["channel"], []).append({**fields, "ts": ts})
        return {"ok": True, "ts": ts, "channel": fields["channel"]}

    def _update(self, fields: Fields) -> Fields:
        for message in self.messages.get(fields["channel"], []):
            if message["ts"] == fields["ts"]:
                message.update(fields)
                return {"ok": True, "ts": fields["ts"]}
        return {"ok": False, "error": "message_not_found"}

    def _history(self, fields: Fields) -> Fields:
        found = [m for m in self.messages.get(fields["channel"], []) if not m.get("thread_ts")]
        return self._page(found, fields)

    def _replies(self, fields: Fields) -> Fields:
        thread = fields["ts"]
        here = self.messages.get(fields["channel"], [])
        return self._page([m for m in here if thread in (m["ts"], m.get("thread_ts"))], fields)

    def _page(self, found: list[Fields], fields: Fields) -> Fields:
        found = [m for m in reversed(found) if float(m["ts"]) >= float(fields.get("oldest", 0))]
        if str(fields.get("include_all_metadata")) not in ("1", "True", "true"):
            found = [{k: v for k, v in m.items() if k != "metadata"} for m in found]
        start, size = int(fields.get("cursor") or 0), 2  # small pages, so that the next one is asked for
        more = str(start + size) if start + size < len(found) else ""
        return {
            "ok": True,
            "messages": found[start : start + size],
            "response_metadata": {"next_cursor": more},
        }


def _handler(slack: SlackStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # as Slack: a connection is kept

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            if "json" in self.headers.get("Content-Type", ""):
                fields = json.loads(body or "{}")
            else:
                fields = {name: values[0] for name, values in parse_qs(body).items()}
            status, answer, headers, drop = slack.answer(self.path.removeprefix("/api/"), fields)
            if drop:
                self.close_connection = True
                return
            sent = answer if isinstance(answer, bytes) else json.dumps(answer).encode() if status < 500 else b"<html>"
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(sent))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
