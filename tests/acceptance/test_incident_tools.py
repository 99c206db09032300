"""The bridge of docs/incident-tools.md as it stands, on what each tool documents that it sends."""

import base64
import hashlib
import hmac
import json
import os
import re
import threading
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from tests.acceptance.api_client import Client, clients
from tests.acceptance.conftest import World

ROOT = Path(__file__).parents[2]
[CODE] = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs" / "incident-tools.md").read_text(encoding="utf-8"), re.DOTALL
)
SECRET = "whsec_" + base64.b64encode(b"a secret of the tool").decode()
KNOWN = {
    "pagerduty": ("Checkout answers with errors", "SEV2 – major", ["Checkout"], "2026-11-02T09:00:00+00:00",
                  "2026-11-02T10:30:00+00:00"),
    "incident_io": ("Search is slow", "SEV3 – minor", [], "2026-11-03T08:00:00+00:00", "2026-11-03T08:50:00+00:00"),
    "rootly": ("Mail is late", "SEV3 – minor", ["Mail"], "2026-11-04T09:40:00+00:00", "2026-11-04T11:40:00+00:00"),
    "opsgenie": ("Payments are declined", "SEV1 – critical", ["Payments"], "2025-11-04T10:00:00.104000+00:00",
                 "2025-11-04T11:00:00.166002+00:00"),
    "grafana": ("Ledger runs out of memory", "SEV1 – critical", ["Ledger"], "2026-11-05T08:51:03.157076+00:00",
                "2026-11-05T10:00:00+00:00"),
}  # fmt: skip
"""Title, severity, services, when it began and when it ended, of what each sends."""


def sent(tool: str) -> list[dict[str, Any]]:
    """What the tool sends: once as the incident begins, once as it ends."""
    found: list[dict[str, Any]] = json.loads((ROOT / "tests" / "data" / "incident_tools" / f"{tool}.json").read_text())
    return found


def signed(tool: str, body: bytes) -> dict[str, str]:
    """The headers with which the tool sends it."""
    now = str(int(time.time()))
    key = SECRET.encode()
    if tool == "pagerduty":
        return {"X-PagerDuty-Signature": "v1=0000,v1=" + hmac.new(key, body, hashlib.sha256).hexdigest()}
    if tool == "rootly":
        return {"X-Rootly-Signature": f"t={now},v1=" + hmac.new(key, now.encode() + body, hashlib.sha256).hexdigest()}
    if tool == "incident_io":
        mac = hmac.new(b"a secret of the tool", f"msg_1.{now}.".encode() + body, hashlib.sha256).digest()
        return {
            "webhook-id": "msg_1", "webhook-timestamp": now,
            "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
        }  # fmt: skip
    return {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[Client]:
    with clients(world) as made:
        yield made


@pytest.fixture(scope="module")
def tool(client: Client) -> httpx.Client:
    return client("items:read", "incidents:write")


@pytest.fixture(scope="module")
def bridge(world: World, tool: httpx.Client) -> Iterator[str]:
    """Its address."""
    code: dict[str, Any] = {"__name__": "bridge"}
    exec(compile(CODE, "bridge.py", "exec"), code)
    code["Bridge"].log_message = lambda *_: None
    server = ThreadingHTTPServer(("127.0.0.1", 0), code["Bridge"])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    token = tool.headers["Authorization"].removeprefix("Bearer ")
    secrets = {f"SECRET_{name.upper()}": SECRET for name in KNOWN}
    with patch.dict(os.environ, {"URL": world.bot.url, "TOKEN": token, **secrets}):
        yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def told(bridge: str, name: str, payload: dict[str, Any]) -> int:
    body = json.dumps(payload).encode()
    return httpx.post(f"{bridge}/{name}", content=body, headers=signed(name, body), timeout=30).status_code


def registered(tool: httpx.Client, title: str) -> list[dict[str, Any]]:
    found = tool.get("/incidents", params={"limit": 200}).json()["incidents"]
    return [each for each in found if each["title"] == title]


@pytest.mark.walk
@pytest.mark.parametrize("name", KNOWN)
def test_incident_comes_with_its_facts_and_again_with_its_end(tool: httpx.Client, bridge: str, name: str) -> None:
    title, severity, services, began, ended = KNOWN[name]
    begins, ends = sent(name)
    for _ in range(2):  # sent again, it is the same one
        assert told(bridge, name, begins) == 204
    [found] = registered(tool, title)
    assert found["external_id"].startswith(name.replace("_", "."))
    assert (found["severity"], found["services"], found["started_at"], found["ended_at"]) == (
        severity, services, began, None,
    )  # fmt: skip
    assert told(bridge, name, ends) == 204
    [after] = registered(tool, title)
    assert after == found | {"ended_at": ended}


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_not_signed_is_not_taken(bridge: str, name: str) -> None:
    body = json.dumps(sent(name)[0]).encode()
    for headers in ({}, signed(name, body) | {"Authorization": "Bearer wrong"}):
        wrong = headers if name in ("opsgenie", "grafana") else signed(name, body + b" ") if headers else {}
        assert httpx.post(f"{bridge}/{name}", content=body, headers=wrong).status_code == 401


def test_what_is_private_elsewhere_or_no_incident_is_left_out(tool: httpx.Client, bridge: str) -> None:
    before = len(tool.get("/incidents", params={"limit": 200}).json()["incidents"])
    kind = "private_incident.incident_created_v2"
    rootly, opsgenie, pagerduty = sent("rootly")[0], sent("opsgenie")[0], sent("pagerduty")[0]
    rootly["data"] |= {"private": True, "id": "hidden"}
    opsgenie["alert"] |= {"tags": [], "alertId": "noise"}
    pagerduty["event"]["data"] = {"id": "PNOTE", "type": "incident_note", "content": "Looking"}
    assert told(bridge, "incident_io", {"event_type": kind, kind: {"id": "01HTEST"}}) == 204
    assert told(bridge, "rootly", rootly) == 204
    assert told(bridge, "opsgenie", opsgenie) == 204
    assert told(bridge, "pagerduty", pagerduty) == 204
    assert len(tool.get("/incidents", params={"limit": 200}).json()["incidents"]) == before
