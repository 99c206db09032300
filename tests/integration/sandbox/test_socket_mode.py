"""Socket Mode with slack_sdk's own client, through Bolt."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.server import Sandbox
from tests.people import Person


@pytest.fixture
def app(sandbox: Sandbox, client: WebClient) -> App:
    return App(client=client, process_before_response=True)


@pytest.fixture
def connected(sandbox: Sandbox, app: App) -> Iterator[SocketModeHandler]:
    handler = SocketModeHandler(
        app, sandbox.app_token, web_client=WebClient(sandbox.app_token, base_url=sandbox.api_url)
    )
    greeted = threading.Event()
    handler.client.message_listeners.append(lambda _client, message, _raw: greeted.set())
    handler.connect()
    assert greeted.wait(5)
    yield handler
    handler.client.auto_reconnect_enabled = False
    sandbox.do(lambda _state: sandbox.sockets.disconnect())  # else its close waits for its next look, 3 s
    with suppress(AttributeError):  # slack_sdk, when both sides close at once: its second close then does it
        handler.close()
    handler.close()


def test_commands_and_their_answers_go_over_the_socket(connected: SocketModeHandler, app: App, priya: Person) -> None:
    app.command("/actionitem")(lambda ack, command: ack(f"You said {command['text']}"))
    answer = priya.command("/actionitem list", channel="C0INC")
    assert answer.text == "You said list"
    entry = priya.http.get(f"/sandbox/inspector/{answer.result['request']}").json()
    assert entry["transport"] == "socket"


def test_modals_and_their_errors_go_over_the_socket(connected: SocketModeHandler, app: App, priya: Person) -> None:
    view = {
        "type": "modal",
        "callback_id": "form",
        "title": {"type": "plain_text", "text": "Title"},
        "submit": {"type": "plain_text", "text": "Create"},
        "blocks": [
            {
                "type": "input",
                "block_id": "action",
                "label": {"type": "plain_text", "text": "Action"},
                "element": {"type": "plain_text_input", "multiline": True},
            }
        ],
    }
    app.shortcut("create")(
        lambda ack, body, client: (ack(), client.views_open(trigger_id=body["trigger_id"], view=view))
    )
    app.view("form")(lambda ack: ack(response_action="errors", errors={"action": "Too vague"}))
    priya.shortcut("create")
    assert priya.modal.fill({"Action": "é" * 3000}).submit("Create") == {"Action": "Too vague"}


def test_events_go_over_the_socket(connected: SocketModeHandler, app: App, priya: Person) -> None:
    seen: list[Any] = []
    app.event("message")(lambda event: seen.append(event["text"]))
    priya.say("hello", channel="C0INC")
    priya.settle()
    assert seen == ["hello"]


def test_a_closed_connection_is_forgotten(connected: SocketModeHandler, sandbox: Sandbox) -> None:
    priya = Person(sandbox.url, "U0PRIYA", strict=False)
    assert priya.http.get("/sandbox/app").json()["connections"] == 1
    connected.client.auto_reconnect_enabled = False
    sandbox.do(lambda _state: sandbox.sockets.disconnect())
    assert priya.http.get("/sandbox/app").json()["connections"] == 0
    assert priya.command("/actionitem", channel="C0INC").error == "dispatch_failed"


def test_a_connection_needs_the_apps_token(sandbox: Sandbox, client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        client.apps_connections_open(app_token=sandbox.bot_token)
