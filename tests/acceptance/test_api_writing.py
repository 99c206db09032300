"""The HTTP API as another tool uses it: what it writes is as what is written in Slack."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.acceptance.api_client import Client, clients, item
from tests.acceptance.conftest import World, eventually, find

TODAY = datetime.now(UTC).date()
DUE = (TODAY + timedelta(days=9)).isoformat()
GOOD: dict[str, Any] = {
    "title": "Alert when checkout errors exceed 2 % for 5 minutes",
    "owner": "U0PRIYA",
    "due": DUE,
    "verification": "Fire the alert on purpose in staging",
    "team": "Payments",
}


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[Client]:
    with clients(world) as made:
        yield made


@pytest.fixture(scope="module")
def tool(client: Client) -> httpx.Client:
    """Does what a token can do, but see what is private."""
    return client("items:read", "items:write", "incidents:write", name="pagerduty")


def number_of(label: str) -> int:
    return int(label.removeprefix("AI-"))


@pytest.mark.walk
def test_item_from_a_tool_is_announced_owned_and_moved_on_as_one_from_slack(world: World, tool: httpx.Client) -> None:
    channel = world.incident_channel()
    incident = tool.post("/incidents", json={"title": "Checkout down", "channel": channel, "external_id": "PD-1"})
    assert incident.status_code == 201, incident.text
    made = tool.post("/items", json=GOOD | {"incident": incident.json()["id"], "themes": ["alerts"], "impact": 4})
    assert made.status_code == 201, made.text
    body, label = made.json(), made.json()["label"]
    assert made.headers["Location"] == f"/api/v1/items/{body['number']}"
    assert tool.get(f"/items/{body['number']}").json() == body
    assert (body["created_by"], body["themes"], body["impact"]) == ("token:pagerduty", ["alerts"], 4)
    assert GOOD["title"] in world.card(channel, label).text
    priya = world.person("U0PRIYA")
    eventually(lambda: find(priya.direct_messages(), label))
    path = f"/items/{body['number']}"
    assert tool.post(f"{path}/start").json()["state"] == "in_progress"
    assert tool.post(f"{path}/updates", json={"text": "The alert fires in staging"}).status_code == 200
    blocked = tool.post(f"{path}/block", json={
        "reason": "Another team", "escalated_to": "U0MARCO", "dependency": "The canary metric", "mitigation": "none",
    })  # fmt: skip
    assert blocked.json()["blocked_by"]["escalated_to"] == "U0MARCO", blocked.text
    eventually(lambda: find(world.person("U0MARCO").direct_messages(), "canary metric"))
    assert tool.post(f"{path}/unblock").json()["blocked"] is False
    implemented = tool.post(f"{path}/implement", json={"change_url": "https://git.example.com/pull/7"}).json()
    assert (implemented["state"], implemented["change_url"]) == ("implemented", "https://git.example.com/pull/7")
    evidence = tool.post(f"{path}/evidence", json={"text": "It fired", "url": "https://ci.example.com/1"})
    assert evidence.json()["state"] == "implemented"
    history = tool.get(f"{path}/history").json()["history"]
    assert [line["action"] for line in history] == [
        "create", "start", "update", "block", "unblock", "implement", "update",
    ]  # fmt: skip
    assert {line["by_name"] for line in history} == {"the token *pagerduty*"}
    said = lambda: [message.text for message in world.card(channel, label).thread]  # noqa: E731 – asked twice
    for words in ("It fired", "The token *pagerduty* started it"):  # in whichever order they were sent
        eventually(lambda words=words: any(words in text for text in said()))
    shown = priya.command(f"/actionitem show {label}", channel=channel).text
    assert "the token *pagerduty*" in shown.lower()


def test_fifty_repeats_at_once_make_one_item(world: World, tool: httpx.Client) -> None:
    body = GOOD | {"title": "Alert when the ledger lags more than 60 seconds behind"}

    def post(_n: int) -> httpx.Response:
        return tool.post("/items", json=body, headers={"Idempotency-Key": "one-and-only"})

    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(post, range(50)))
    assert {answer.status_code for answer in found} == {201}
    assert len({answer.content for answer in found}) == 1
    assert len([1 for answer in found if "Idempotency-Replayed" not in answer.headers]) == 1
    [only] = tool.get("/items", params={"q": "ledger lags"}).json()["items"]
    assert found[0].json()["number"] == only["number"]
    other = tool.post("/items", json=body | {"due": TODAY.isoformat()}, headers={"Idempotency-Key": "one-and-only"})
    assert (other.status_code, list(other.json()["errors"])) == (422, ["Idempotency-Key"])


def test_what_was_refused_may_be_sent_again_under_its_key(tool: httpx.Client) -> None:
    key = {"Idempotency-Key": "mended"}
    assert tool.post("/items", json=GOOD | {"due": "2020-01-01"}, headers=key).status_code == 422
    assert tool.post("/items", json=GOOD, headers=key).status_code == 201


def test_coach_says_what_is_vague_and_lets_the_wording_be_kept(world: World, tool: httpx.Client) -> None:
    vague = GOOD | {"title": "Improve monitoring"}
    found = tool.post("/items", json=vague)
    assert (found.status_code, found.headers["content-type"]) == (422, "application/problem+json")
    assert found.json()["findings"][0].keys() == {"label", "message", "suggestion"}
    assert "title" in found.json()["errors"]
    made = tool.post("/items", json=vague | {"accept_findings": True})
    assert made.status_code == 201
    [line] = tool.get(f"/items/{made.json()['number']}/history").json()["history"]
    assert line["detail"]["kept_findings"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": 7}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"title": "\ud800"}, "title"),
        ({"owner": "S0GROUP"}, "owner"),
        ({"owner": "U0NOBODY"}, "owner"),
        ({"owner": "U0GIL"}, "owner"),
        ({"owner": "nobody@example.com"}, "owner"),
        ({"due": "2020-01-01"}, "due"),
        ({"due": "soon"}, "due"),
        ({"due": "9999-01-01"}, "due"),
        ({"verification": " "}, "verification"),
        ({"team": "Nobody's"}, "team"),
        ({"incident": 999999}, "incident"),
        ({"impact": 6}, "impact"),
        ({"remedy": "Magic"}, "remedy"),
        ({"themes": ["x" * 61]}, "themes"),
        ({"wat": 1}, "wat"),
    ],
)
def test_field_that_cannot_be_is_named(tool: httpx.Client, change: dict[str, Any], field: str) -> None:
    text = json.dumps(GOOD | change)
    found = tool.post("/items", content=text, headers={"content-type": "application/json"})
    assert (found.status_code, found.headers["content-type"]) == (422, "application/problem+json"), found.text
    assert list(found.json()["errors"]) == [field], found.text


def test_body_that_is_no_json_or_too_large_is_told_so(tool: httpx.Client) -> None:
    assert tool.post("/items", content="{", headers={"content-type": "application/json"}).status_code == 400
    assert tool.post("/items", content=b"x" * 1_000_001).status_code == 413


@pytest.mark.parametrize(
    "decision",
    [
        "verify",
        "close",
        "defer",
        "risk",
        "drop",
        "merge",
        "reopen",
        "resume",
        "promote",
        "decline",
        "approve",
        "accept",
    ],
)
def test_what_people_decide_is_refused_and_said_where(world: World, tool: httpx.Client, decision: str) -> None:
    found = tool.post(f"/items/1/{decision}", json={})
    assert (found.status_code, found.headers["content-type"]) == (403, "application/problem+json")
    assert "in Slack" in found.json()["detail"]


def test_patch_changes_what_is_given_by_its_own_rules(world: World, tool: httpx.Client) -> None:
    channel = world.incident_channel()
    label = item(world, channel)
    path = f"/items/{number_of(label)}"
    before = tool.get(path)
    later = (TODAY + timedelta(days=60)).isoformat()
    assert tool.patch(path, json={"due": later}).json()["errors"].keys() == {"why"}
    changed = tool.patch(
        path,
        json={
            "title": "Alert when checkout errors exceed 3 % for 5 minutes",
            "due": later,
            "why": "The vendor is late",
        },
        headers={"If-Match": before.headers["ETag"]},
    )
    assert changed.status_code == 200, changed.text
    body = changed.json()
    assert (body["due"], body["original_due"], body["slips"]) == (later, before.json()["due"], 1)
    stale = tool.patch(path, json={"details": "x"}, headers={"If-Match": before.headers["ETag"]})
    assert (stale.status_code, stale.json()["title"]) == (412, "It has changed since")
    assert tool.patch(path, json={"details": "x"}, headers={"If-Match": changed.headers["ETag"]}).status_code == 200
    assert [line["action"] for line in tool.get(f"{path}/history").json()["history"]] == [
        "create", "edit", "due", "edit",
    ]  # fmt: skip
    handed = tool.patch(path, json={"owner": "U0MARCO", "why": "Priya is away"}).json()
    assert handed["owner"] == "U0MARCO"
    eventually(lambda: find(world.person("U0MARCO").direct_messages(), label))
    assert tool.patch(path, json={"state": "closed"}).status_code == 403
    assert tool.patch(path, json={"title": None}).status_code == 422
    same = tool.get(path).headers["ETag"]
    assert tool.patch(path, json={"details": "x"}).headers["ETag"] == same
    assert "3 % for 5 minutes" in eventually(lambda: find(world.person("U0PRIYA").messages(channel), "exceed 3 %")).text


def test_refused_step_is_a_conflict_and_changes_nothing(world: World, tool: httpx.Client) -> None:
    path = f"/items/{number_of(item(world, world.incident_channel()))}"
    found = tool.post(f"{path}/implement", json={"change_url": "https://git.example.com/pull/7"})
    assert (found.status_code, found.json()["title"]) == (409, "Not as things stand")
    assert "nobody has started it" in found.json()["detail"]
    assert tool.post(f"{path}/start").status_code == 200
    again = tool.post(f"{path}/start")
    assert "The token pagerduty did that" in again.json()["detail"]
    assert tool.post(f"{path}/block", json={"reason": "Conflicting priorities"}).status_code == 403


def test_private_item_is_not_there_for_who_writes_without_the_scope(
    world: World, tool: httpx.Client, client: Client
) -> None:
    channel = world.incident_channel(private=True)
    number = number_of(item(world, channel))
    for way, body in (("start", None), ("updates", {"text": "x"}), ("evidence", {"text": "x"}), ("unblock", None)):
        assert tool.post(f"/items/{number}/{way}", json=body).status_code == 404
    assert tool.patch(f"/items/{number}", json={"details": "x"}).status_code == 404
    everything = client("items:read", "items:write", "incidents:write", "private:read")
    incident = everything.get(f"/items/{number}").json()["incident"]
    assert tool.post("/items", json=GOOD | {"incident": incident}).json()["errors"].keys() == {"incident"}
    assert tool.post("/incidents", json={"title": "x", "channel": channel}).json()["errors"].keys() == {"channel"}
    made = everything.post("/items", json=GOOD | {"incident": incident})
    assert made.json()["private"], made.text
    assert tool.get(f"/items/{made.json()['number']}").status_code == 404


def test_name_of_a_private_incident_elsewhere_is_free_for_who_may_not_see_it(
    world: World, tool: httpx.Client, client: Client
) -> None:
    everything = client("items:read", "incidents:write", "private:read")
    hidden = {"channel": world.incident_channel(private=True), "external_id": "PD-21"}
    private = everything.post("/incidents", json={"title": "Breach"} | hidden).json()
    assert private["private"]
    own = tool.post("/incidents", json={"title": "Slow", "external_id": "PD-21"})
    assert own.status_code == 201, own.text
    assert (own.json()["private"], own.json()["id"] != private["id"]) == (False, True)
    assert tool.post("/incidents", json={"title": "Slower", "external_id": "PD-21"}).json()["id"] == own.json()["id"]
    again = everything.post("/incidents", json={"title": "Breach again", "external_id": "PD-21"})
    assert (again.status_code, again.json()["id"]) == (200, private["id"])
    hidden = {"channel": world.incident_channel(private=True), "external_id": "PD-22"}
    everything.post("/incidents", json={"title": "Another breach"} | hidden)
    renamed = tool.patch(f"/incidents/{own.json()['id']}", json={"external_id": "PD-22"})
    assert renamed.json()["external_id"] == "PD-22", renamed.text


def test_private_channel_reads_as_one_that_does_not_exist(world: World, tool: httpx.Client) -> None:
    without_the_bot = world.incident_channel(private=True)
    world.person("U0PRIYA").post("kick", {"channel": without_the_bot, "user": "U0BOT"})
    channels = [world.incident_channel(private=True), without_the_bot, "C0NOWHERE1"]
    # Private before Slack's channel was opened: what was made in it stays private.
    opened = world.incident_channel(private=True)
    item(world, opened)
    world.sandbox.do(lambda state: setattr(state.channels[opened], "kind", "public"))
    path = f"/incidents/{tool.post('/incidents', json={'title': 'Search slow'}).json()['id']}"
    given = [{"title": "Search slow", "channel": channel} for channel in [*channels, opened]]
    answers = [tool.post("/incidents", json=body) for body in given] + [tool.patch(path, json=body) for body in given]
    assert {(one.status_code, one.text) for one in answers} == {(422, answers[0].text)}
    assert answers[0].json()["errors"].keys() == {"channel"}
    bound = tool.patch(path, json={"channel": world.incident_channel()})
    assert bound.status_code == 200, bound.text


def test_answer_under_a_key_is_not_repeated_when_it_became_private(world: World, tool: httpx.Client) -> None:
    channel = world.incident_channel()
    incident = tool.post("/incidents", json={"title": "Slow"}, headers={"Idempotency-Key": "w-1"})
    assert tool.patch(f"/incidents/{incident.json()['id']}", json={"channel": channel}).status_code == 200
    made = tool.post("/items", json=GOOD | {"incident": incident.json()["id"]})
    start = f"/items/{made.json()['number']}/start"
    assert tool.post(start, headers={"Idempotency-Key": "w-2"}).status_code == 200
    world.sandbox.do(lambda state: setattr(state.channels[channel], "kind", "private"))
    world.person("U0PRIYA").command("/actionitem list incident", channel=channel)
    for path, body, key in (("/incidents", {"title": "Slow"}, "w-1"), (start, None, "w-2")):
        again = tool.post(path, json=body, headers={"Idempotency-Key": key})
        assert (again.status_code, "Slow" in again.text) == (404, False), again.text


def test_answer_under_a_key_no_longer_names_an_incident_that_became_private(
    world: World, tool: httpx.Client, client: Client
) -> None:
    everything = client("items:read", "incidents:write", "private:read")
    wiki = "https://wiki.example.com/pm/77"
    incident = tool.post("/incidents", json={"title": "Breach of the vault", "postmortem_url": wiki}).json()["id"]
    body = GOOD | {"incident": incident}
    made = tool.post("/items", json=body, headers={"Idempotency-Key": "made-of-it"})
    path = f"/items/{made.json()['number']}"
    begun = tool.post(f"{path}/start", headers={"Idempotency-Key": "begun-of-it"})
    assert made.json()["incident_title"] == begun.json()["incident_title"] == "Breach of the vault"
    hidden = {"channel": world.incident_channel(private=True)}
    assert everything.patch(f"/incidents/{incident}", json=hidden).json()["private"]
    of_incident = dict.fromkeys(("incident", "incident_title", "postmortem_url"))
    # Also where the same could not be asked for any more: it was done, and that is what is answered.
    for first, given, key in ((made, ("/items", body), "made-of-it"), (begun, (f"{path}/start", None), "begun-of-it")):
        again = tool.post(given[0], json=given[1], headers={"Idempotency-Key": key})
        assert (again.status_code, again.headers["Idempotency-Replayed"]) == (first.status_code, "true"), again.text
        assert again.json() == first.json() | of_incident
        assert again.headers["ETag"] != first.headers["ETag"]
    assert tool.get(path).json().items() >= of_incident.items()


def test_incident_comes_in_again_and_is_updated(world: World, tool: httpx.Client) -> None:
    channel = world.incident_channel()
    first = tool.post(
        "/incidents",
        json={
            "title": "Search slow", "severity": "SEV2", "external_id": "PD-7", "services": ["search", "api"],
            "started_at": "2026-11-01T10:00:00+01:00",
        },
    )  # fmt: skip
    assert first.status_code == 201, first.text
    again = tool.post("/incidents", json={"title": "Search down", "external_id": "PD-7", "channel": channel})
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    body = again.json()
    assert (body["title"], body["severity"], body["channel"]) == ("Search down", "SEV2 – major", channel)
    assert body["started_at"] == "2026-11-01T09:00:00+00:00"
    path = f"/incidents/{body['id']}"
    read = tool.get(path)
    assert [each["id"] for each in tool.get("/incidents", params={"external_id": "PD-7"}).json()["incidents"]] == [
        body["id"]
    ]
    url = "https://wiki.example.com/pm/7"
    changed = tool.patch(path, json={"postmortem_url": url}, headers={"If-Match": read.headers["ETag"]})
    assert changed.json()["postmortem_url"] == url
    assert tool.patch(path, json={"title": "x"}, headers={"If-Match": read.headers["ETag"]}).status_code == 412
    for wrong in (
        {"severity": "SEV9"}, {"title": ""}, {"title": None}, {"started_at": None, "channel": None},
        {"external_id": None}, {"ended_at": True}, {"started_at": "2199-01-01T00:00:00Z"}, {"channel": "wat"},
    ):  # fmt: skip
        assert tool.patch(path, json=wrong).json()["errors"].keys() == wrong.keys()


def test_all_that_is_wrong_is_named_at_once(world: World, tool: httpx.Client) -> None:
    assert tool.post("/items", json=GOOD | {
        "title": "Improve monitoring", "owner": "U0GIL", "due": "2020-01-01", "verification": " ", "incident": 999999,
        "team": "Nobody's", "themes": ["x" * 61],
    }).json()["errors"].keys() == {"title", "owner", "due", "verification", "incident", "team", "themes"}  # fmt: skip
    both = tool.post("/items", json=GOOD | {"title": "Improve monitoring", "owner": "nobody"}).json()
    assert both["findings"]
    assert both["errors"].keys() == {"title", "owner"}
    number = tool.post("/items", json=GOOD).json()["number"]
    path = f"/items/{number}"
    before = tool.get(path)
    later = (datetime.now(UTC).date() + timedelta(days=60)).isoformat()
    wrong = {"title": "", "owner": "S0GROUP", "verification": None, "due": later, "team": "Nobody's"}
    errors = tool.patch(path, json=wrong | {"incident": 999999, "details": "It stays out"}).json()["errors"]
    assert errors.keys() == {"title", "owner", "verification", "why", "team", "incident"}
    assert tool.get(path).headers["ETag"] == before.headers["ETag"]
    assert tool.post(f"{path}/block", json={"reason": "Another team", "escalated_to": "U0MARCO"}).json()[
        "errors"
    ].keys() == {"dependency", "mitigation"}
    incident = {"title": " ", "severity": "SEV9", "started_at": "2199-01-01T00:00:00Z", "channel": "wat",
                "postmortem_url": "wat", "services": ["x" * 199], "ended_at": "2199-01-02T00:00:00Z"}  # fmt: skip
    sent = tool.post("/incidents", json=incident | {"external_id": "WRONG-1"}).json()
    assert sent["errors"].keys() == incident.keys(), sent
    assert tool.get("/incidents", params={"external_id": "WRONG-1"}).json()["incidents"] == []


def test_token_that_only_reads_writes_nothing(world: World, client: Client) -> None:
    reader = client("items:read")
    for path in ("/items", "/incidents", "/items/1/start", "/items/1/verify"):
        assert reader.post(path, json=GOOD if path == "/items" else {"title": "x"}).status_code == 403
    assert reader.patch("/items/1", json={}).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/items", b"{}"),
        ("POST", "/items", b"{"),
        ("POST", "/items/x/start", b""),
        ("PATCH", "/items/1", b'{"impact": 9}'),
        ("POST", "/incidents", b"[]"),
        ("GET", "/items?limit=201", b""),
        ("GET", "/measures?month=" + "9" * 300, b""),
    ],
)
def test_who_may_not_ask_is_told_that_before_anything_is_said_of_the_request(
    world: World, client: Client, method: str, path: str, body: bytes
) -> None:
    json_type = {"Content-Type": "application/json"}
    stranger = httpx.request(method, f"{world.bot.url}/api/v1{path}", content=body, headers=json_type)
    assert (stranger.status_code, stranger.json()["title"]) == (401, "No valid token")
    without = client("private:read").request(method, path, content=body, headers=json_type)
    assert (without.status_code, without.json()["title"]) == (403, "The token may not do this")


def test_refused_request_counts_as_one_and_says_how_many_are_left(tool: httpx.Client) -> None:
    for refused in (tool.post("/items", json={}), tool.get("/items?limit=201"), tool.post("/items/1/nothing")):
        assert refused.headers["RateLimit-Policy"], refused.text
        assert refused.headers["RateLimit"], refused.text


@pytest.mark.parametrize(
    ("decision", "command"),
    [
        ("verify", "verify"),
        ("accept-risk", "risk"),
        ("risk_accepted", "risk"),
        ("wont-do", "drop"),
        ("deferred", "defer"),
    ],
)
def test_what_people_decide_is_refused_to_every_token_with_where_it_is_decided(
    client: Client, decision: str, command: str
) -> None:
    answer = client("items:read").post(f"/items/7/{decision}", json={"why": "x"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/api/v1/docs#problem-people-decide")
    assert f"/actionitem {command} 7" in answer.json()["detail"]


def test_what_is_neither_offered_nor_decided_by_people_is_not_there(tool: httpx.Client) -> None:
    assert tool.post("/items/1/paint", json={}).status_code == 404
