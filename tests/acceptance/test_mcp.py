"""MCP as an assistant uses it, by the SDK's own client: over HTTP, and over standard input and output."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

import httpx
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from tests.acceptance.api_client import item
from tests.acceptance.conftest import World, eventually, find

T = TypeVar("T")
Work = Callable[[Client], Awaitable[T]]
READS = ["list_items", "get_item", "coach_text"]
WRITES = ["propose_item", "add_update", "propose_implemented", "attach_evidence"]
CHANGE = "https://git.example.com/pull/7"
_names = count(1)


def token(world: World, *scopes: str, name: str = "") -> str:
    words = [word for scope in scopes for word in ("--scope", scope)]
    done = world.bot.command("token", "create", name or f"assistant-{next(_names)}", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@dataclass
class Assistant:
    """Speaks to `/mcp`, each time on a connection of its own."""

    url: str
    secret: str
    mode: str = "auto"

    def tools(self) -> list[str]:
        return self._do(listed)

    def call(self, name: str, **arguments: Any) -> CallToolResult:
        return self._do(lambda client: client.call_tool(name, arguments))

    def _do(self, work: Work[T]) -> T:
        return asyncio.run(self._connected(work))

    async def _connected(self, work: Work[T]) -> T:
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {self.secret}"}, timeout=30) as http,
            Client(opened(self.url, http), mode=self.mode) as client,
        ):
            return await work(client)


@asynccontextmanager
async def opened(url: str, http: httpx2.AsyncClient) -> Any:
    async with streamable_http_client(url, http_client=http) as streams:
        yield streams


async def listed(client: Client) -> list[str]:
    return [tool.name for tool in (await client.list_tools()).tools]


def assistant(world: World, *scopes: str, name: str = "", mode: str = "auto") -> Assistant:
    return Assistant(f"{world.bot.url}/mcp", token(world, *scopes, name=name), mode)


def number_of(label: str) -> int:
    return int(label.removeprefix("AI-"))


def given(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, said(result)
    assert json.loads(said(result)) == result.structured_content
    return dict(result.structured_content)


def said(result: CallToolResult) -> str:
    [content] = result.content
    return str(getattr(content, "text", ""))


@pytest.mark.parametrize(
    ("scopes", "tools"),
    [
        (["items:read"], READS),
        (["items:read", "items:write", "measures:read"], [*READS, *WRITES, "get_measures"]),
        (["measures:read"], ["coach_text", "get_measures"]),
        (["incidents:write"], ["coach_text"]),
    ],
)
def test_what_a_token_may_not_do_is_not_listed(world: World, scopes: list[str], tools: list[str]) -> None:
    assert sorted(assistant(world, *scopes).tools()) == sorted(tools)


def test_call_that_is_repeated_under_its_key_is_done_once(world: World) -> None:
    writer = assistant(world, "items:read", "items:write")
    number = number_of(item(world, world.incident_channel()))
    calls: list[tuple[str, dict[str, Any]]] = [
        ("add_update", {"number": number, "text": "It fires in staging"}),
        ("attach_evidence", {"number": number, "text": "It fired at 14:02"}),
        ("propose_item", {"title": "Cap the retry queue at 900 messages", "team": "Payments"}),
    ]
    for name, arguments in calls:
        first, again = (given(writer.call(name, **arguments, idempotency_key=f"key-{name}")) for _ in range(2))
        assert first == again
        assert given(writer.call(name, **arguments, idempotency_key=f"another-{name}")) != first
        other = writer.call(name, **arguments | {"number": number, "text": "x"}, idempotency_key=f"key-{name}")
        assert other.is_error
    lines = [line["why"] for line in given(writer.call("get_item", number=number))["history"]]
    assert len([why for why in lines if why == "It fires in staging"]) == 2
    assert len([why for why in lines if "It fired at 14:02" in why]) == 2
    found = given(writer.call("list_items", q="retry queue at 900", state=["ideas"]))["items"]
    assert len(found) == 2


def test_call_that_is_repeated_under_its_key_no_longer_names_an_incident_that_became_private(world: World) -> None:
    writer = assistant(world, "items:read", "items:write")
    bearer = {"Authorization": f"Bearer {token(world, 'items:read', 'incidents:write', 'private:read')}"}
    with httpx.Client(base_url=f"{world.bot.url}/api/v1", headers=bearer) as everything:
        incident = everything.post("/incidents", json={"title": "Breach of the vault"}).json()["id"]
        idea = {"title": "Cap the retry queue at 300 messages", "incident": incident, "team": "Payments"}
        first = given(writer.call("propose_item", **idea, idempotency_key="vault"))
        assert first["incident_title"] == "Breach of the vault"
        hidden = {"channel": world.incident_channel(private=True)}
        assert everything.patch(f"/incidents/{incident}", json=hidden).json()["private"]
    again = given(writer.call("propose_item", **idea, idempotency_key="vault"))
    assert again == first | {"incident": None, "incident_title": None}


def test_both_eras_of_the_protocol_are_spoken(world: World) -> None:
    label = item(world, world.incident_channel())
    for mode in ("legacy", "auto"):
        reader = assistant(world, "items:read", mode=mode)
        assert reader.tools() == READS
        assert given(reader.call("get_item", number=number_of(label)))["label"] == label


def test_assistant_reads_items_with_their_history_and_measures(world: World) -> None:
    label = item(world, world.incident_channel())
    reader = assistant(world, "items:read", "measures:read")
    found = given(reader.call("list_items", state=["open"], limit=200))
    assert label in {one["label"] for one in found["items"]}
    one = given(reader.call("get_item", number=label))
    assert (one["label"], [line["action"] for line in one["history"]]) == (label, ["create"])
    assert "completion_rate" in given(reader.call("get_measures", team="Payments"))["metrics"]
    assert given(reader.call("coach_text", text="Improve monitoring"))["findings"]
    assert given(reader.call("coach_text", text="Alert when checkout P99 is over 500 ms for 5 minutes")) == {
        "findings": []
    }


def test_private_item_is_shown_only_to_a_token_that_may_see_it(world: World) -> None:
    label = item(world, world.incident_channel(private=True))
    number = number_of(label)
    writer = assistant(world, "items:read", "items:write")
    assert label not in said(writer.call("list_items", limit=200))
    for tool, more in (
        ("get_item", {}),
        ("add_update", {"text": "It works"}),
        ("attach_evidence", {"text": "It works"}),
        ("propose_implemented", {"change_url": CHANGE}),
    ):
        refused, nothing = writer.call(tool, number=number, **more), writer.call(tool, number=99999, **more)
        assert refused.is_error
        assert said(refused).replace(label, "AI-N") == said(nothing).replace("AI-99999", "AI-N")
    insider = assistant(world, "items:read", "private:read")
    assert given(insider.call("get_item", number=number))["private"] is True


@pytest.mark.walk
def test_assistant_proposes_and_reports_and_people_decide(world: World) -> None:
    channel, priya = world.incident_channel(), world.person("U0PRIYA")
    label = item(world, channel)
    number = number_of(label)
    writer = assistant(world, "items:read", "items:write", name="claude")
    given(writer.call("add_update", number=number, text="The alert fires in staging"))
    given(writer.call("attach_evidence", number=number, text="It fired", url="https://ci.example.com/1"))
    asked = given(writer.call("propose_implemented", number=number, change_url=CHANGE))
    assert (asked["state"], asked["change_url"]) == ("in_progress", None)
    again = writer.call("propose_implemented", number=number, change_url=CHANGE)
    assert again.is_error
    assert "asked about this change already" in said(again)
    history = given(writer.call("get_item", number=number))["history"]
    assert [line["action"] for line in history] == ["create", "update", "update", "start", "update"]
    assert {line["by"] for line in history[1:]} == {"token:claude"}
    message = eventually(lambda: find(priya.direct_messages(), "Is it in production?"))
    assert "the token *claude* says that" in message.text
    message.button("Implemented").click()
    assert priya.modal.shown("Link to the change") == CHANGE
    assert not priya.modal.submit()
    assert given(writer.call("get_item", number=number))["state"] == "implemented"
    late = writer.call("propose_implemented", number=number, change_url=f"{CHANGE}8")
    assert late.is_error
    assert "already" in said(late)


def test_idea_of_an_assistant_is_no_commitment(world: World) -> None:
    writer = assistant(world, "items:read", "items:write", name="copilot")
    vague = writer.call("propose_item", title="Improve monitoring", team="Payments")
    assert vague.is_error
    assert "accept_findings" in said(vague)
    made = given(writer.call(
        "propose_item", title="Alert when the retry queue is longer than 900 for 5 minutes", proposed_by="U0PRIYA",
        details="Seen in the graphs", references="https://graphs.example.com/1",
    ))  # fmt: skip
    assert (made["state"], made["created_by"], made["owner"]) == ("future_consideration", "token:copilot", "U0PRIYA")
    assert made["team"] == "Payments"
    shown = world.person("U0PRIYA").command("/actionitem list ideas", channel="C0PAYMENTS").text
    assert made["label"] in shown
    refused = writer.call("propose_implemented", number=made["number"], change_url=CHANGE)
    assert refused.is_error


def test_what_is_refused_says_what_to_do(world: World) -> None:
    label = item(world, world.incident_channel())
    reader, writer = assistant(world, "items:read"), assistant(world, "items:write")
    missing = reader.call("add_update", number=number_of(label), text="x")
    assert missing.is_error
    assert "items:write" in said(missing)
    assert len(given(reader.call("get_item", number=label))["history"]) == 1
    for tool, arguments, word in (
        ("add_update", {"number": label, "text": " "}, "Say what happened"),
        ("add_update", {"number": "twelve", "text": "x"}, "number"),
        ("add_update", {"text": "x"}, "number"),
        ("add_update", {"number": label, "text": "x", "state": "closed"}, "state"),
        ("propose_implemented", {"number": label, "change_url": "done"}, "https://"),
        ("propose_item", {"title": "Cap the retry queue at 900", "proposed_by": "U0NOBODY"}, "proposed_by"),
        ("close_item", {"number": label}, "add_update"),
    ):
        refused = writer.call(tool, **arguments)
        assert refused.is_error, tool
        assert word in said(refused)


def test_nobody_comes_in_without_a_token(world: World) -> None:
    url = f"{world.bot.url}/mcp"
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    for headers in ({}, {"Authorization": "Bearer ait_unknown"}, {"Authorization": "Basic x"}):
        answer = httpx.post(url, json=message, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert (httpx.get(url).status_code, httpx.post(f"{url}/below").status_code) == (405, 404)
    secret = token(world, "items:read", name="going")
    assert Assistant(url, secret).tools() == READS
    assert world.bot.command("token", "revoke", "going").returncode == 0
    headers = {"Authorization": f"Bearer {secret}", "Accept": "application/json, text/event-stream"}
    assert httpx.post(url, json=message, headers=headers).status_code == 401


def test_assistant_on_this_machine_is_served_by_standard_input_and_output(world: World) -> None:
    label = item(world, world.incident_channel())
    secret = token(world, "items:read", "items:write", name="local")
    environment = world.bot.environment | {"ACTIONITEM_TOKEN": secret}
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "bot", "mcp"], env=environment, cwd=world.bot.folder
    )

    async def work() -> tuple[list[str], CallToolResult, CallToolResult]:
        async with Client(parameters) as client:
            await client.call_tool("add_update", {"number": label, "text": "The alert fires in staging"})
            read = await client.call_tool("get_item", {"number": label})
            tools = await listed(client)
            await asyncio.to_thread(world.bot.command, "token", "revoke", "local")
            return tools, read, await client.call_tool("get_item", {"number": label})

    tools, read, after = asyncio.run(work())
    assert tools == [*READS, *WRITES]
    assert given(read)["history"][-1]["by"] == "token:local"
    assert after.is_error
    assert "revoked" in said(after)


@pytest.mark.parametrize(("secret", "words"), [("", "Set ACTIONITEM_TOKEN"), ("ait_no", "This token is unknown")])
def test_command_without_a_good_token_says_so(world: World, secret: str, words: str) -> None:
    done = world.bot.command("mcp", ACTIONITEM_TOKEN=secret)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
