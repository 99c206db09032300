"""Faults on demand, the three seconds, response URLs' limits, events sent again."""

import http.client
import threading
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.sandbox import outgoing
from bot.sandbox.server import Sandbox
from tests.people import Person


def fault(person: Person, **wanted: Any) -> int:
    made: int = person.http.post("/sandbox/faults", json=wanted).json()["id"]
    return made


def test_a_429_says_when_to_come_back(client: WebClient, priya: Person) -> None:
    fault(priya, method="chat.*", kind="429", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="C0INC", text="a")
    assert (caught.value.response.status_code, caught.value.response.headers["retry-after"]) == (429, "7")
    assert client.chat_postMessage(channel="C0INC", text="a")["ok"]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after_acceptance"])
def test_a_connection_drops_before_or_after_acceptance(client: WebClient, priya: Person, kind: str) -> None:
    fault(priya, method="chat.postMessage", kind=kind)
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        client.chat_postMessage(channel="C0INC", text="a")
    assert len(priya.messages("C0INC")) == (1 if kind == "drop_after_acceptance" else 0)


def test_errors_statuses_and_channels_are_chosen(client: WebClient, priya: Person) -> None:
    fault(priya, method="chat.postMessage", kind="error", error="fatal_error", channel="C0INC", times=None)
    assert client.chat_postMessage(channel="C0PAYMENTS", text="a")["ok"]
    for _ in range(2):
        with pytest.raises(SlackApiError, match="fatal_error"):
            client.chat_postMessage(channel="C0INC", text="a")
    assert priya.http.get("/sandbox/faults").json()["faults"][0]["hits"] == 2
    priya.http.delete("/sandbox/faults")
    fault(priya, method="users.*", kind="http", status=503)
    with pytest.raises(SlackApiError) as caught:
        client.users_info(user="U0PRIYA")
    assert caught.value.response.status_code == 503


def test_away_lasts_until_it_is_ended(client: WebClient, priya: Person) -> None:
    made = fault(priya, kind="away")
    for _ in range(2):
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            client.auth_test()
    priya.http.delete(f"/sandbox/faults/{made}")
    assert client.auth_test()["ok"]


def test_a_delay_delays(client: WebClient, priya: Person) -> None:
    fault(priya, method="auth.test", kind="delay", seconds=0.05)
    client.auth_test()
    entry = priya.http.get("/sandbox/inspector", params={"method": "auth.test"}).json()["entries"][-1]
    assert entry["ms"] >= 50


def test_an_unknown_fault_is_refused(priya: Person) -> None:
    assert priya.http.post("/sandbox/faults", json={"kind": "earthquake"}).status_code == 400
    assert priya.http.post("/sandbox/faults", json={"kind": "429", "colour": "red"}).status_code == 400
    assert priya.http.delete("/sandbox/faults/99").status_code == 404


def test_who_answers_late_has_timed_out(bolt: App, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    assert outgoing.TIMEOUT_SECONDS == 3.0
    monkeypatch.setattr(outgoing, "TIMEOUT_SECONDS", 0.05)
    late = threading.Event()
    bolt.command("/actionitem")(lambda ack: (late.wait(5), ack()))
    priya = Person(sandbox.url, "U0PRIYA", strict=False)
    answer = priya.command("/actionitem list", channel="C0INC")
    late.set()
    assert answer.error == "operation_timeout"
    assert answer.text == '/actionitem failed with the error "operation_timeout"'
    assert answer.ephemeral is True


def test_without_an_app_the_person_is_told(sandbox: Sandbox) -> None:
    priya = Person(sandbox.url, "U0PRIYA", strict=False)
    assert priya.command("/actionitem list", channel="C0INC").error == "dispatch_failed"
    sandbox.app_url = "http://127.0.0.1:9/slack/events"
    assert priya.command("/actionitem list", channel="C0INC").error == "dispatch_failed"


def test_an_answer_with_invalid_blocks_is_the_apps_mistake(bolt: App, sandbox: Sandbox) -> None:
    bolt.command("/actionitem")(lambda ack: ack(text="a", blocks=[{"type": "section"}]))
    priya = Person(sandbox.url, "U0PRIYA", strict=False)
    answer = priya.command("/actionitem", channel="C0INC")
    assert answer.error == "invalid_blocks"
    entry = priya.http.get(f"/sandbox/inspector/{answer.result['request']}").json()
    assert entry["details"] == ["[ERROR] must define either text or fields [json-pointer:/blocks/0]"]


@pytest.fixture
def response_url(bolt: App, priya: Person) -> WebhookClient:
    """The response URL of a command."""
    seen: list[str] = []
    bolt.command("/actionitem")(lambda ack, body: (seen.append(body["response_url"]), ack()))
    priya.command("/actionitem", channel="C0INC")
    return WebhookClient(seen[0], retry_handlers=[])


def test_a_response_url_is_used_five_times(response_url: WebhookClient, priya: Person) -> None:
    answers = [response_url.send(text=str(number)) for number in range(6)]
    assert [(answer.status_code, answer.body) for answer in answers] == [(200, "ok")] * 5 + [(404, "used_url")]
    assert [message.is_ephemeral for message in priya.messages("C0INC")] == [True] * 5


def test_a_response_url_lives_thirty_minutes(response_url: WebhookClient, priya: Person) -> None:
    priya.http.post("/sandbox/clock", json={"by": 1801})
    assert response_url.send(text="late").body == "expired_url"


def test_a_response_url_checks_blocks_and_speaks_to_all(response_url: WebhookClient, marco: Person) -> None:
    refused = response_url.send(text="a", blocks=[{"type": "section"}])
    assert (refused.status_code, refused.body) == (400, "invalid_blocks")
    response_url.send(text="for all", response_type="in_channel")
    assert [message.text for message in marco.messages("C0INC")] == ["for all"]


def test_a_response_url_can_fail_too(response_url: WebhookClient, priya: Person) -> None:
    fault(priya, method="respond", kind="http", status=503)
    assert response_url.send(text="a").status_code == 503
    fault(priya, method="respond", kind="delay", seconds=0.01)
    assert response_url.send(text="a").status_code == 200
    fault(priya, method="respond", kind="drop_after_acceptance")
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        response_url.send(text="b")
    assert [message.text for message in priya.messages("C0INC")] == ["a", "b"]


def test_an_event_that_failed_comes_again_with_its_number(bolt: App, priya: Person) -> None:
    seen: list[tuple[str | None, str | None, str]] = []
    came = threading.Semaphore(0)

    @bolt.event("message")
    def fail(request: Any, body: Any) -> None:
        number = request.headers.get("x-slack-retry-num", [None])[0]
        seen.append((number, request.headers.get("x-slack-retry-reason", [None])[0], body["event_id"]))
        came.release()
        if len(seen) < 4:
            raise RuntimeError("not yet")

    priya.say("hello", channel="C0INC")
    assert came.acquire(timeout=30)
    assert came.acquire(timeout=30)
    for _ in range(2):
        priya.http.post("/sandbox/clock", json={"by": 301})
        assert came.acquire(timeout=30)
    assert [(number, reason) for number, reason, _ in seen] == [
        (None, None),
        ("1", "http_error"),
        ("2", "http_error"),
        ("3", "http_error"),
    ]
    assert len({event_id for _, _, event_id in seen}) == 1


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("PATCH people/U0MARCO", {"deleted": True}, "user_change"),
        ("POST people", {"real_name": "Noor Haddad"}, "team_join"),
        ("PATCH channels/C0INC", {"archived": True}, "channel_archive"),
        ("PATCH channels/C0INC", {"name": "inc-2041-cart"}, "channel_rename"),
        ("PUT channels/C0INC/members", {"add": ["U0LENA"]}, "member_joined_channel"),
        ("PUT channels/C0INC/members", {"remove": ["U0GIL"]}, "member_left_channel"),
        ("POST channels", {"name": "inc-2050-mail"}, "channel_created"),
        ("POST app/uninstall", {"workspace": "T0ACME"}, "app_uninstalled"),
    ],
)
def test_changes_of_the_workspace_are_events(bolt: App, priya: Person, path: str, body: Any, kind: str) -> None:
    verb, _, rest = path.partition(" ")
    priya.http.request(verb, f"/sandbox/{rest}", json=body)
    priya.settle()
    entries = priya.http.get("/sandbox/inspector", params={"kind": "request"}).json()["entries"]
    assert f"event:{kind}" in {entry["method"] for entry in entries}


def test_only_subscribed_events_are_sent(bolt: App, priya: Person) -> None:
    priya.http.patch("/sandbox/app", json={"events": ["app_mention"]})
    priya.say("hello @Action Items", channel="C0INC")
    priya.settle()
    entries = priya.http.get("/sandbox/inspector", params={"kind": "request"}).json()["entries"]
    assert {entry["method"] for entry in entries} == {"event:app_mention"}
