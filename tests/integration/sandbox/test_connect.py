"""Slack Connect, an Enterprise, other apps, steps of workflows, and distributed apps: as Slack tells of them."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.server import Sandbox
from bot.sandbox.world import connected_world
from tests.people import Person

BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
STEP = {
    "title": "List",
    "description": "Lists",
    "input_parameters": {"properties": {"team": {"type": "string"}}, "required": ["team"]},
    "output_parameters": {"properties": {"count": {"type": "integer"}}, "required": ["count"]},
}


class Heard:
    """An app that takes everything and says nothing."""

    def __init__(self) -> None:
        self.events, self.interactions = list[dict[str, Any]](), list[dict[str, Any]]()
        heard = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                if body.startswith("{"):
                    heard.events.append(json.loads(body))
                else:
                    heard.interactions.append(json.loads(parse_qs(body)["payload"][0]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


@pytest.fixture
def heard() -> Iterator[Heard]:
    made = Heard()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def connected(heard: Heard) -> Iterator[Sandbox]:
    url = f"http://127.0.0.1:{heard.server.server_port}/slack/events"
    with Sandbox(rates=False, seed=connected_world, app_url=url) as sandbox:
        yield sandbox


@pytest.fixture
def client(connected: Sandbox) -> WebClient:
    return WebClient(connected.bot_token, base_url=connected.api_url)


@pytest.fixture
def http(connected: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{connected.url}/sandbox", timeout=30) as made:
        yield made


def told(heard: Heard, http: httpx.Client, kind: str) -> list[dict[str, Any]]:
    http.get("/idle")
    return [one for one in heard.events if one["event"]["type"] == kind]


def test_outsider_is_no_guest_and_no_stranger_but_of_another_workspace(client: WebClient) -> None:
    olga = client.users_info(user="U0OLGA")["user"]
    assert (olga["team_id"], olga["is_restricted"], olga["is_stranger"]) == ("T0GLOBEX", False, False)
    assert "email" not in olga["profile"]
    listed = {user["id"] for user in client.users_list()["members"]}
    assert "U0OLGA" not in listed


def test_sibling_of_the_enterprise_is_no_outsider(client: WebClient) -> None:
    nora = client.users_info(user="W0NORA")["user"]
    assert nora["enterprise_user"]["enterprise_id"] == "E0ACME"
    assert "is_stranger" not in nora
    assert client.auth_test()["enterprise_id"] == "E0ACME"
    north = client.conversations_info(channel="C0NORTH")["channel"]
    assert (north["is_org_shared"], north["is_ext_shared"]) == (True, False)


def test_person_whom_nobody_here_has_met_is_not_found(connected: Sandbox, client: WebClient) -> None:
    connected.do(lambda state: state.add_user("T0GLOBEX", "Unmet", user="U0UNMET"))
    with pytest.raises(SlackApiError, match="user_not_found"):
        client.users_info(user="U0UNMET")


def test_press_of_an_outsider_reaches_the_workspace_of_the_installation(
    connected: Sandbox, client: WebClient, heard: Heard
) -> None:
    client.chat_postMessage(channel="C0PARTNER", text="x", blocks=[{"type": "actions", "elements": [BUTTON]}])
    Person(connected.url, "U0OLGA").wait_for("Go", channel="C0PARTNER").button("Go").click()
    (pressed,) = heard.interactions
    assert pressed["team"]["id"] == "T0ACME"
    assert pressed["user"]["team_id"] == "T0GLOBEX"
    assert pressed["enterprise"] == {"id": "E0ACME", "name": "E0Acme"}
    client.views_open(
        trigger_id=pressed["trigger_id"],
        view={"type": "modal", "title": {"type": "plain_text", "text": "Hi"}, "blocks": [{"type": "divider"}]},
    )


def test_what_an_outsider_says_has_their_workspace(connected: Sandbox, http: httpx.Client, heard: Heard) -> None:
    Person(connected.url, "U0OLGA").say("Hello", channel="C0PARTNER")
    (said,) = told(heard, http, "message")
    assert (said["team_id"], said["event"]["user_team"]) == ("T0ACME", "T0GLOBEX")
    assert said["event"]["source_team"] == said["event"]["team"] == "T0GLOBEX"
    assert said["is_ext_shared_channel"]


def test_channel_is_shared_pending_first_and_unshared(client: WebClient, http: httpx.Client, heard: Heard) -> None:
    def info() -> dict[str, Any]:
        return dict(client.conversations_info(channel="C0INC")["channel"])

    http.post("/channels/C0INC/share", json={"workspace": "T0GLOBEX", "pending": True})
    assert (info()["is_pending_ext_shared"], info()["is_ext_shared"]) == (True, False)
    assert http.put("/channels/C0INC/members", json={"add": ["U0OLGA"]}).status_code == 400
    http.post("/channels/C0INC/share", json={"workspace": "T0GLOBEX"})
    assert (info()["is_pending_ext_shared"], info()["is_ext_shared"]) == (False, True)
    http.put("/channels/C0INC/members", json={"add": ["U0OLGA"]}).raise_for_status()
    http.post("/channels/C0INC/unshare", json={"workspace": "T0GLOBEX"})
    assert not info()["is_ext_shared"]
    assert "U0OLGA" not in client.conversations_members(channel="C0INC")["members"]
    (shared,), (unshared,) = told(heard, http, "channel_shared"), told(heard, http, "channel_unshared")
    assert shared["event"]["connected_team_id"] == "T0GLOBEX"
    assert unshared["event"]["previously_connected_team_id"] == "T0GLOBEX"
    assert unshared["event"]["is_ext_shared"] is False


def test_channel_gets_another_id(client: WebClient, http: httpx.Client, heard: Heard) -> None:
    http.post("/channels/C0INC/id", json={"id": "C0NEWID"})
    assert client.conversations_info(channel="C0NEWID")["channel"]["name"] == "inc-2041-checkout"
    with pytest.raises(SlackApiError, match="channel_not_found"):
        client.conversations_info(channel="C0INC")
    (changed,) = told(heard, http, "channel_id_changed")
    assert (changed["event"]["old_channel_id"], changed["event"]["new_channel_id"]) == ("C0INC", "C0NEWID")


def test_channel_that_is_made_private_is_joined_anew_without_inviter(http: httpx.Client, heard: Heard) -> None:
    http.patch("/channels/C0INC", json={"private": True})
    joined = told(heard, http, "member_joined_channel")
    assert {one["event"]["user"] for one in joined} == {"U0PRIYA", "U0MARCO", "U0GIL", "U0BOT"}
    assert not any("inviter" in one["event"] for one in joined)
    assert {one["event"]["channel_type"] for one in joined} == {"G"}


def test_other_app_speaks_in_attachments_without_text_and_without_user(client: WebClient, http: httpx.Client) -> None:
    alert = {"title": "Checkout 5xx", "fallback": "Checkout 5xx over 2 %", "color": "danger"}
    http.post("/messages", json={"channel": "C0INC", "attachments": [alert]}).raise_for_status()
    (said,) = client.conversations_history(channel="C0INC")["messages"]
    assert (said["text"], said["subtype"], said["app_id"]) == ("", "bot_message", "A0OTHER")
    assert "user" not in said
    assert said["attachments"][0]["title"] == "Checkout 5xx"


def test_distributed_app_reads_fifteen_messages_once_a_minute(connected: Sandbox, client: WebClient) -> None:
    for number in range(20):
        client.chat_postMessage(channel="C0INC", text=str(number))
    httpx.patch(f"{connected.url}/sandbox/app", json={"distributed": True})
    httpx.put(f"{connected.url}/sandbox/rates", json={"on": True})
    assert len(client.conversations_history(channel="C0INC")["messages"]) == 15
    with pytest.raises(SlackApiError, match="ratelimited") as refused:
        client.conversations_history(channel="C0INC")
    assert refused.value.response.headers["retry-after"] == "60"


@pytest.fixture
def step(connected: Sandbox, http: httpx.Client, heard: Heard) -> dict[str, Any]:
    connected.state.app.functions = {"list": STEP}
    started = http.post("/functions", json={"callback_id": "list", "inputs": {"team": "Payments"}}).json()
    (executed,) = told(heard, http, "function_executed")
    assert executed["event"]["function_execution_id"] == started["id"]
    return dict(executed["event"])


def test_step_of_a_workflow_is_completed_once_with_its_own_token(
    connected: Sandbox, http: httpx.Client, step: dict[str, Any]
) -> None:
    assert (step["inputs"], step["function"]["callback_id"]) == ({"team": "Payments"}, "list")
    own = WebClient(step["bot_access_token"], base_url=connected.api_url)
    own.functions_completeSuccess(function_execution_id=step["function_execution_id"], outputs={"count": 3})
    ended = http.get(f"/functions/{step['function_execution_id']}").json()
    assert (ended["status"], ended["outputs"]) == ("completed", {"count": 3})
    with pytest.raises(SlackApiError, match="not_in_running_state"):
        own.functions_completeError(function_execution_id=step["function_execution_id"], error="Too late")


@pytest.mark.parametrize("outputs", [{}, {"count": 1, "more": 2}])
def test_step_must_give_what_the_manifest_promises(
    connected: Sandbox, step: dict[str, Any], outputs: dict[str, int]
) -> None:
    own = WebClient(step["bot_access_token"], base_url=connected.api_url)
    with pytest.raises(SlackApiError, match="parameter_validation_failed"):
        own.functions_completeSuccess(function_execution_id=step["function_execution_id"], outputs=outputs)


def test_step_that_the_manifest_has_not_cannot_be_run(connected: Sandbox, http: httpx.Client) -> None:
    connected.state.app.functions = {}
    assert http.post("/functions", json={"callback_id": "list"}).status_code == 400
