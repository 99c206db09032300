"""`/sandbox/…`: what each person sees, the stream of changes, clock, inspector, administration."""

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.world import empty_world
from tests.people import Person


def names(person: Person, **query: Any) -> set[str]:
    return {channel["name"] for channel in person.get("channels", **query)["channels"]}


def test_each_person_sees_only_their_channels(sandbox: Sandbox, priya: Person) -> None:
    assert names(priya) == {"general", "payments", "inc-2041-checkout", "inc-2042-vault", "random", "Action Items"}
    assert names(Person(sandbox.url, "U0GIL")) == {"inc-2041-checkout", "Action Items"}
    assert "random" in names(Person(sandbox.url, "U0MARCO"), all=1)
    assert "random" not in names(Person(sandbox.url, "U0GIL"), all=1)
    assert "board" not in names(priya, all=1)


def test_a_channel_that_one_does_not_see_is_not_there(sandbox: Sandbox) -> None:
    gil = Person(sandbox.url, "U0GIL")
    for channel in ("C0BOARD", "C0GENERAL", "C0NONE"):
        assert gil.http.get(f"/sandbox/people/U0GIL/channels/{channel}/messages").status_code == 404


def test_what_cannot_be_done_is_said_in_a_sentence(priya: Person) -> None:
    refused = priya.http.post("/sandbox/people/U0PRIYA/message", json={"channel": "C0BOARD", "text": "a"})
    assert (refused.status_code, refused.json()["error"]) == (400, "Priya Raman is not in board.")
    assert priya.http.post("/sandbox/people/U0PRIYA/dance", json={}).status_code == 404
    assert priya.http.get("/sandbox/people/U0NOBODY").status_code == 404
    assert priya.http.post("/sandbox/people/U0PRIYA/message", content=b"{").status_code == 400


def test_joining_and_leaving(sandbox: Sandbox, marco: Person) -> None:
    marco.act("join", {"channel": "C0RANDOM"})
    assert "random" in names(marco)
    marco.act("leave", {"channel": "C0RANDOM"})
    assert "random" not in names(marco)
    with pytest.raises(AssertionError, match="cannot join"):
        Person(sandbox.url, "U0GIL").act("join", {"channel": "C0RANDOM"})


def test_new_messages_are_unread_until_they_are_read(client: WebClient, priya: Person) -> None:
    client.chat_postMessage(channel="C0INC", text="hello <@U0PRIYA>")
    channel = priya.get("channels/C0INC")
    assert (channel["unread"], channel["mentions"]) == (1, 1)
    priya.post("channels/C0INC/read", {})
    assert priya.get("channels/C0INC")["unread"] == 0


def test_one_changes_and_deletes_ones_own_messages_only(priya: Person, marco: Person) -> None:
    said = priya.say("first", channel="C0INC")
    priya.act("edit_message", {"channel": "C0INC", "ts": said.ts, "text": "second"})
    assert marco.messages("C0INC")[-1].text == "second"
    with pytest.raises(AssertionError, match="own messages"):
        marco.act("delete_message", {"channel": "C0INC", "ts": said.ts})
    priya.act("delete_message", {"channel": "C0INC", "ts": said.ts})
    assert marco.messages("C0INC") == []


def test_what_the_page_has_escaped_is_not_escaped_again(priya: Person) -> None:
    said = priya.say("&lt;b&gt; & <@U0MARCO> in #payments", channel="C0INC")
    assert said.text == "&lt;b&gt; &amp; <@U0MARCO> in <#C0PAYMENTS|payments>"


def test_changes_arrive_by_long_poll(client: WebClient, priya: Person) -> None:
    revision = priya.get("changes")["revision"]
    timer = threading.Timer(0.02, client.chat_postMessage, kwargs={"channel": "C0INC", "text": "a"})
    timer.start()
    change = priya.get("changes", after=revision, wait=30)["changes"][0]
    assert (change["kind"], change["channel"]) == ("message", "C0INC")
    assert priya.wait_for("a", channel="C0INC").text == "a"


def test_changes_arrive_as_server_sent_events(sandbox: Sandbox, client: WebClient) -> None:
    with httpx.stream("GET", f"{sandbox.url}/sandbox/people/U0PRIYA/events", timeout=30) as stream:
        lines = stream.iter_lines()
        assert next(lines) == ": here"
        client.chat_postEphemeral(channel="C0INC", user="U0PRIYA", text="psst")
        data = next(line for line in lines if line.startswith("data: "))
    assert json.loads(data[6:])["kind"] == "ephemeral"


def test_stopping_ends_the_streams_quietly(caplog: pytest.LogCaptureFixture) -> None:
    sandbox = Sandbox().start()
    with httpx.stream("GET", f"{sandbox.url}/sandbox/people/U0PRIYA/events", timeout=30) as stream:
        lines = stream.iter_lines()
        assert next(lines) == ": here"
        sandbox.stop()
        assert not any(line.startswith("data: ") for line in lines)
    assert caplog.records == []


def test_others_are_not_told_of_what_they_do_not_see(client: WebClient, sandbox: Sandbox, priya: Person) -> None:
    gil = Person(sandbox.url, "U0GIL")
    revision = gil.get("changes")["revision"]
    client.chat_postMessage(channel="C0VAULT", text="secret")
    client.chat_postEphemeral(channel="C0INC", user="U0PRIYA", text="psst")
    assert gil.get("changes", after=revision)["changes"] == []


def test_the_clock_moves_forward_only_and_runs_what_is_due() -> None:
    moved: list[datetime] = []

    def due(time: datetime) -> dict[str, int]:
        moved.append(time)
        return {"rituals": 2}

    start = datetime(2026, 11, 23, 8, tzinfo=UTC)
    with Sandbox(clock=lambda: start, on_clock_moved=due, seed=empty_world) as sandbox:
        http = httpx.Client(base_url=sandbox.url)
        answer = http.post("/sandbox/clock", json={"to": "2026-11-30T09:00:00+01:00"}).json()
        assert (answer["now"], answer["outcome"]) == ("2026-11-30T08:00:00+00:00", {"rituals": 2})
        assert moved == [start + timedelta(days=7)]
        assert http.post("/sandbox/clock", json={"to": "2026-11-24T09:00:00+01:00"}).status_code == 400
        assert http.post("/sandbox/clock", json={"to": "2026-12-24T09:00:00"}).status_code == 400
        ts = float(
            WebClient(sandbox.bot_token, base_url=sandbox.api_url).chat_postMessage(channel="C0GENERAL", text="a")["ts"]
        )
        assert datetime.fromtimestamp(ts, UTC).date().isoformat() == "2026-11-30"


def test_a_callback_that_walks_lets_the_time_come_itself_and_what_it_leaves_comes_after_it() -> None:
    start = datetime(2026, 11, 23, 8, tzinfo=UTC)
    seen: list[datetime] = []

    def walk(target: datetime) -> str:
        seen.append(sandbox.clock.now())
        sandbox.do(lambda state: state.clock.move_to(target - timedelta(days=1)))
        return "walked"

    with Sandbox(clock=lambda: start, on_clock_moved=walk, walks=True, seed=empty_world) as sandbox:
        http = httpx.Client(base_url=sandbox.url)
        answer = http.post("/sandbox/clock", json={"by": 604800}).json()
        assert (answer["now"], answer["outcome"]) == ("2026-11-30T08:00:00+00:00", "walked")
        assert seen == [start]
        assert http.post("/sandbox/clock", json={"to": "2026-11-24T09:00:00+01:00"}).status_code == 400
        assert seen == [start], "what cannot be is not begun"


def test_a_callback_that_fails_is_told() -> None:
    def fail(_time: datetime) -> None:
        raise RuntimeError("no database")

    with Sandbox(on_clock_moved=fail) as sandbox:
        answer = httpx.post(f"{sandbox.url}/sandbox/clock", json={"by": 60}).json()
    assert (answer["outcome"], answer["error"]) == (None, "RuntimeError: no database")


def test_the_inspector_shows_both_directions_with_their_verdicts(bolt: App, client: WebClient, priya: Person) -> None:
    bolt.command("/actionitem")(lambda ack: ack("fine"))
    answer = priya.command("/actionitem", channel="C0INC")
    client.api_call("chat.postMessage", http_verb="POST", json={"channel": "C0INC", "text": "a"})
    priya.settle()
    entries = priya.http.get("/sandbox/inspector").json()["entries"]
    called = next(entry for entry in entries if entry["method"] == "chat.postMessage")
    request = next(entry for entry in entries if entry["id"] == answer.result["request"])
    assert (request["kind"], request["method"], request["verdict"]) == ("request", "slash_command", "ok")
    assert request["answer"] == "fine"
    assert (called["kind"], called["verdict"]) == ("call", "ok")
    assert priya.messages("C0INC")[-1].raw["sandbox"]["call"] == called["id"]
    assert "xoxb" not in json.dumps(entries)
    assert priya.http.get("/sandbox/inspector", params={"method": "slash_command"}).json()["entries"] == [request]


def test_people_are_added_and_changed(client: WebClient, priya: Person) -> None:
    made = priya.http.post("/sandbox/people", json={"real_name": "Noor Haddad", "tz": "Asia/Dubai"}).json()
    assert client.users_info(user=made["id"])["user"]["tz"] == "Asia/Dubai"
    changed = priya.http.patch(f"/sandbox/people/{made['id']}", json={"is_admin": True}).json()
    assert changed["is_admin"] is True
    assert priya.http.patch("/sandbox/people/U0MARCO", json={"shoe_size": 43}).status_code == 400
    assert "Noor Haddad" in {p["real_name"] for p in priya.http.get("/sandbox/people").json()["people"]}


def test_a_second_workspace_is_apart(sandbox: Sandbox, client: WebClient, priya: Person) -> None:
    made = priya.http.post("/sandbox/workspaces", json={"name": "Globex", "id": "T0GLOBEX"}).json()
    hank = priya.http.post("/sandbox/people", json={"real_name": "Hank", "workspace": "T0GLOBEX"}).json()["id"]
    token = priya.http.get("/sandbox/app").json()["bot_tokens"]["T0GLOBEX"]
    other = WebClient(token, base_url=sandbox.api_url)
    assert other.auth_test()["user_id"] == made["bot_user"] != "U0BOT"
    other.chat_postMessage(channel=hank, text="hello")
    assert [message.text for message in Person(sandbox.url, hank).direct_messages()] == ["hello"]
    assert {user["id"] for user in other.users_list()["members"]} == {hank, made["bot_user"]}


def test_reset_is_back_at_the_seed(sandbox: Sandbox, priya: Person) -> None:
    priya.say("a", channel="C0INC")
    priya.http.post("/sandbox/reset")
    assert priya.messages("C0INC") == []
    assert WebClient(sandbox.bot_token, base_url=sandbox.api_url).auth_test()["ok"]


def test_the_page_is_served(sandbox: Sandbox) -> None:
    assert httpx.get(sandbox.url).headers["content-type"].startswith("text/html")
