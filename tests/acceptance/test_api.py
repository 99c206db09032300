"""The HTTP API as another tool uses it: reading, by a client of its own."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jsonschema
import pytest
from openapi_spec_validator import validate

from tests.acceptance.api_client import Client, clients, item
from tests.acceptance.conftest import World, eventually


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[Client]:
    """A client with a new token of these scopes."""
    with clients(world) as made:
        yield made


@pytest.fixture(scope="module")
def reader(client: Client) -> httpx.Client:
    """Reads what everybody may see."""
    return client("items:read", "measures:read")


@pytest.mark.walk
def test_items_are_read_by_page_filter_and_number(world: World, reader: httpx.Client) -> None:
    channel = world.incident_channel()
    first = item(world, channel)
    titles = [f"Alert when queue {n} is longer than {n}00 for 5 minutes" for n in range(1, 6)]
    copies = world.copies(first, titles)
    seen, cursor = [], None
    while True:
        page = reader.get("/items", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        assert page.status_code == 200, page.text
        seen += [one["label"] for one in page.json()["items"]]
        if not (cursor := page.json()["next_cursor"]):
            break
    assert len(seen) == len(set(seen))
    assert {first, *copies} <= set(seen)
    number = int(first.removeprefix("AI-"))
    one = reader.get(f"/items/{number}")
    assert one.json()["label"] == first
    assert one.json()["owner_name"]
    again = reader.get(f"/items/{number}", headers={"If-None-Match": one.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    [made] = reader.get(f"/items/{number}/history").json()["history"]
    assert (made["action"], made["after"]) == ("create", "not_started")
    assert [one["label"] for one in reader.get("/items", params={"q": "queue 3"}).json()["items"]] == [copies[2]]
    for wanted in ({"state": "closed"}, {"overdue": "true"}, {"stale": "true"}, {"blocked": "true"}):
        assert reader.get("/items", params=wanted).json() == {"items": [], "next_cursor": None}
    for wanted in ({"state": "open"}, {"overdue": "false"}, {"stale": "false"}, {"blocked": "false"}):
        assert len(reader.get("/items", params=wanted).json()["items"]) >= 6
    team = one.json()["team"]
    assert len(reader.get("/items", params={"team": team, "owner": one.json()["owner"]}).json()["items"]) >= 6


def test_page_read_while_items_are_made_repeats_and_skips_none(world: World, reader: httpx.Client) -> None:
    channel = world.incident_channel()
    first = item(world, channel)
    before = set(world.copies(first, [f"Alert when disk {n} has less than {n} GB left" for n in range(2, 8)]))
    page = reader.get("/items", params={"limit": 3}).json()
    seen = [one["label"] for one in page["items"]]
    world.copies(first, ["Alert when the clock is off by more than 5 seconds"])
    while page["next_cursor"]:
        page = reader.get("/items", params={"limit": 3, "cursor": page["next_cursor"]}).json()
        seen += [one["label"] for one in page["items"]]
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_what_changed_since_the_last_reading_is_read_and_nothing_else(world: World, reader: httpx.Client) -> None:
    channel = world.incident_channel()
    first = item(world, channel)
    as_of = reader.get("/items", params={"updated_since": "2026-01-01T00:00:00Z", "limit": 1}).headers["As-Of"]
    [label] = world.copies(first, ["Alert when the mail queue is longer than 900 for 5 minutes"])
    world.person("U0PRIYA").command(f"/actionitem start {label}", channel=channel)

    def changed() -> list[dict[str, Any]]:
        return list(reader.get("/items", params={"updated_since": as_of}).json()["items"])

    assert eventually(lambda: [one for one in changed() if one["label"] == label and one["state"] == "in_progress"])
    assert {one["label"] for one in changed()} <= {first, label}


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": "201"}, "limit"),
        ({"limit": "0"}, "limit"),
        ({"state": "open,wat"}, "state"),
        ({"team": "Nobody's"}, "team"),
        ({"owner": "nobody"}, "owner"),
        ({"owner": "nobody@example.com"}, "owner"),
        ({"cursor": "wat"}, "cursor"),
        ({"cursor": "W10"}, "cursor"),
        ({"updated_since": "2026-01-01T00:00:00"}, "updated_since"),
        ({"updated_since": "yesterday"}, "updated_since"),
        ({"overdue": "perhaps"}, "overdue"),
        ({"wat": "1"}, "wat"),
        ({"q": "a\0b"}, "q"),
        ({"incident": str(2**70)}, "incident"),
    ],
)
def test_parameter_that_cannot_be_is_named(reader: httpx.Client, params: dict[str, str], field: str) -> None:
    found = reader.get("/items", params=params)
    assert (found.status_code, found.headers["content-type"]) == (422, "application/problem+json")
    assert list(found.json()["errors"]) == [field], found.text


def test_parameters_that_cannot_be_are_named_all_at_once(reader: httpx.Client) -> None:
    found = reader.get("/items", params={"state": "wat", "team": "Nobody's", "owner": "nobody", "cursor": "wat"})
    assert found.json()["errors"].keys() == {"state", "team", "owner", "cursor"}
    found = reader.get("/measures", params={"month": "wat", "team": "Nobody's"})
    assert found.json()["errors"].keys() == {"month", "team"}


def test_parameter_that_an_address_does_not_know_is_refused_everywhere(world: World, client: Client) -> None:
    everything = client("items:read", "items:write", "incidents:write", "measures:read", "private:read")
    schema = httpx.get(f"{world.bot.url}/api/v1/openapi.json").json()
    bodies = {"/items": None, "/incidents": {"title": "x"}}
    for path, operations in schema["paths"].items():
        for method in operations:
            body = bodies.get(path) if method == "post" else {}
            sent = {"params": {"wat": "1"}} | ({"json": body} if method != "get" and body is not None else {})
            found = everything.request(method, path.format(number=1, id=1), **sent)
            assert found.status_code == 422, (method, path, found.text)
            assert "wat" in found.json()["errors"], (method, path)


def test_cursor_of_another_list_is_refused(world: World, reader: httpx.Client) -> None:
    world.copies(item(world, world.incident_channel()), ["Alert when the cache misses more than 40 % for 5 minutes"])
    cursor = reader.get("/items", params={"limit": 1}).json()["next_cursor"]
    assert cursor
    assert reader.get("/items", params={"cursor": cursor, "state": "open"}).status_code == 422
    assert reader.get("/items", params={"cursor": cursor, "limit": 9}).status_code == 200


def test_private_item_is_seen_by_no_token_without_the_scope(world: World, reader: httpx.Client, client: Client) -> None:
    channel = world.incident_channel(private=True)
    label = item(world, channel)
    number = int(label.removeprefix("AI-"))
    everything = client("items:read", "private:read")
    body = everything.get(f"/items/{number}").json()
    assert body["private"]
    incident = body["incident"]
    assert everything.get(f"/incidents/{incident}").status_code == 200
    for path in (f"/items/{number}", f"/items/{number}/history", f"/incidents/{incident}"):
        hidden = reader.get(path)
        assert hidden.status_code == 404
        assert hidden.json()["title"] == reader.get("/items/99999").json()["title"]
    ways: list[dict[str, str]] = [
        {},
        {"state": "open"},
        {"owner": body["owner"]},
        {"incident": str(incident)},
        {"q": body["title"].split()[0]},
        {"updated_since": "2026-01-01T00:00:00Z"},
        {"overdue": "false"},
        {"stale": "false"},
        {"blocked": "false"},
    ]
    for way in ways:
        page = reader.get("/items", params=way | {"limit": "200"})
        assert label not in [one["label"] for one in page.json()["items"]], way
    assert incident not in [one["id"] for one in reader.get("/incidents").json()["incidents"]]


def test_nothing_that_is_read_without_the_scope_moves_when_something_private_happens(
    world: World, reader: httpx.Client, client: Client
) -> None:
    """The same bytes and headers from every address, at the same moment, whatever happened in private before it."""
    number = int(item(world, world.incident_channel()).removeprefix("AI-"))
    vault = world.incident_channel(private=True)
    hidden = item(world, vault)
    everything = client("items:read", "incidents:write", "private:read")
    incident = reader.get(f"/items/{number}").json()["incident"]
    schema = httpx.get(f"{world.bot.url}/api/v1/openapi.json").json()
    paths = [path.format(number=number, id=incident) for path, does in schema["paths"].items() if "get" in does]
    assert len(paths) >= 6
    asked: list[tuple[str, dict[str, str]]] = [(path, {}) for path in paths]
    asked += [("/items", {"updated_since": "2026-01-01T00:00:00Z", "limit": "1"}), ("/items", {"q": "Alert"})]

    def seen() -> list[tuple[str, list[tuple[str, str]]]]:
        answers = [reader.get(path, params=params) for path, params in asked]
        assert {answer.status_code for answer in answers} == {200}
        moving = ("date", "ratelimit")
        return [(a.text, [each for each in a.headers.items() if not each[0].startswith(moving)]) for a in answers]

    now = datetime.now(UTC)
    world.bot.now = lambda: now
    try:
        before = seen()
        world.bot.now = lambda: now + timedelta(hours=1)
        world.person("U0PRIYA").command(f"/actionitem start {hidden}", channel=vault)
        item(world, vault)
        secret = everything.get(f"/items/{hidden.removeprefix('AI-')}").json()["incident"]
        assert everything.patch(f"/incidents/{secret}", json={"root_cause": "Not for all"}).status_code == 200
        world.bot.now = lambda: now
        assert seen() == before
    finally:
        world.bot.now = lambda: datetime.now(UTC)


def test_token_that_is_missing_wrong_too_narrow_or_revoked_is_told_so(world: World, client: Client) -> None:
    with httpx.Client(base_url=f"{world.bot.url}/api/v1") as stranger:
        for headers in ({}, {"Authorization": "Bearer ait_wrong"}, {"Authorization": "Basic eDp5"}):
            found = stranger.get("/items", headers=headers)
            assert (found.status_code, found.headers["content-type"]) == (401, "application/problem+json")
            assert found.headers["WWW-Authenticate"].startswith("Bearer")
    narrow = client("measures:read")
    found = narrow.get("/items")
    assert found.status_code == 403
    assert "items:read" in found.json()["detail"]
    assert narrow.get("/measures").status_code == 200
    [name] = [one["name"] for one in world.bot.lines("token", "list")[-1:]]
    assert world.bot.command("token", "revoke", name).returncode == 0
    assert narrow.get("/measures").status_code == 401
    assert world.bot.command("token", "revoke", name).returncode == 1


def test_use_of_a_token_is_counted_and_its_rate_is_said(world: World, client: Client) -> None:
    one = client("items:read")
    found = [one.get("/teams") for _ in range(3)][-1]
    assert found.headers["RateLimit-Policy"] == '"default";q=600;w=60'
    assert found.headers["RateLimit"].startswith('"default";r=59')

    def used() -> bool:
        line = world.bot.lines("token", "list")[-1]
        return line["uses"] == 3 and line["last_used_at"] is not None

    assert eventually(used)


def test_token_is_shown_once_and_kept_nowhere(world: World) -> None:
    done = world.bot.command("token", "create", "pagerduty", "--scope", "incidents:write", "--expires", "30")
    secret = done.stdout.strip()
    assert secret.startswith("ait_")
    assert secret not in done.stderr
    listed = world.bot.command("token", "list").stdout
    assert secret not in listed
    line = next(each for each in map(json.loads, listed.splitlines()) if each["name"] == "pagerduty")
    assert (line["scopes"], line["state"]) == (["incidents:write"], "active")
    assert line["expires_at"]
    again = world.bot.command("token", "create", "pagerduty", "--scope", "items:read")
    assert (again.returncode, again.stdout) == (1, "")
    assert world.bot.command("token", "create", "x", "--scope", "items:wat").returncode == 1
    assert world.bot.command("token", "create", "x").returncode == 1
    assert not any(secret in line for line in world.bot.log)


def test_measures_and_teams_are_as_the_report_gives_them(world: World, reader: httpx.Client) -> None:
    found = reader.get("/measures", params={"team": "payments"})
    assert found.json()["team"] == "Payments"
    assert set(found.json()["metrics"]["completion_rate"]) == {
        "value", "numerator", "denominator", "band", "previous",
    }  # fmt: skip
    assert reader.get("/measures", params={"month": "wat"}).json()["errors"].keys() == {"month"}
    assert reader.get("/measures", params={"team": "wat"}).json()["errors"].keys() == {"team"}
    assert "Payments" in [team["name"] for team in reader.get("/teams").json()["teams"]]


def test_schema_is_valid_and_the_answers_are_what_it_says(world: World, reader: httpx.Client) -> None:
    item(world, world.incident_channel())
    schema = httpx.get(f"{world.bot.url}/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    validate(schema)
    for path in ("/items", "/teams", "/incidents", "/measures"):
        said = schema["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(reader.get(path).json(), said | {"components": schema["components"]})
    for shape in ("ItemsOut", "ItemOut", "HistoryOut", "IncidentOut", "TeamsOut", "MeasuresOut", "ProblemOut"):
        model = schema["components"]["schemas"][shape]
        for example in model["examples"]:
            jsonschema.validate(example, model | {"components": schema["components"]})


def test_readable_page_needs_nothing_from_elsewhere(world: World) -> None:
    page = httpx.get(f"{world.bot.url}/api/v1/docs").text
    assert "http://" not in page
    assert "https://" not in page
    assert "openapi.json" in page


def test_parameter_that_is_given_twice_is_refused_where_one_is_meant(reader: httpx.Client) -> None:
    """Found by Schemathesis: the last one held."""
    for path, name in (("/incidents", "external_id"), ("/items", "owner"), ("/measures", "month")):
        found = reader.get(path, params=[(name, "a"), (name, "b")])
        assert (found.status_code, found.json()["errors"].get(name)) == (422, "Give it once."), path
    assert reader.get("/items", params=[("state", "open"), ("state", "ideas")]).status_code == 200


def test_unknown_page_and_method_are_problems_too(reader: httpx.Client) -> None:
    # A line break in the address: found by Schemathesis, which got an answer that was none of the API's.
    for path in ("/items/999999%0A", "/items/%0A", "/wat%0Awat"):
        assert reader.get(path).headers["content-type"] == "application/problem+json"
    assert reader.get("/wat").headers["content-type"] == "application/problem+json"
    assert reader.delete("/items/1").status_code == 405
