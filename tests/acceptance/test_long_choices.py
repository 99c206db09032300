"""Incidents, teams and items are searched as one types, however many there are, and only what the asker may see."""

import csv
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from bot.blocks.ids import Search
from tests import signing
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.mornings import in_days
from tests.acceptance.test_life_of_an_item import FIELDS, create
from tests.people import Modal

MANY = 130
NEEDLE = "Ledger of the aardvark drifts"


@pytest.fixture(scope="module")
def full(world: World) -> World:
    """A workspace with more incidents than a menu of Slack's holds."""
    names = ["title", "owner", "team", "state", "created_at", "due", "incident", "incident_started_at"]
    rows = [[f"Item {n} of the wall", f"Wall {n} cracks in zone {n % 7}", n] for n in range(MANY)]
    rows.insert(0, ["Item of the ledger", NEEDLE, MANY + 40])
    file = world.bot.folder / "many.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(names)
        for title, incident, ago in rows:
            began = (in_days(0) - timedelta(days=200 + int(ago))).isoformat()
            writer.writerow(
                [title, "U0PRIYA", "Walls", "not_started", f"{began}T10:00:00Z", in_days(30).isoformat()]
                + [incident, f"{began}T09:00:00Z"]
            )
    # A team of their own: a backlog like this one freezes its team's intake.
    walls = ("team", "set", "Walls", "--channel", "C0GENERAL", "--lead", "U0MARCO", "--member", "U0PRIYA")
    assert world.bot.command(*walls).returncode == 0
    done = world.bot.command("import", str(file))
    assert done.returncode == 0, done.stderr
    return world


@pytest.fixture
def many_teams(full: World) -> None:
    for n in range(12):
        named = ("team", "set", f"Guild {n:02}", "--channel", "C0GENERAL", "--lead", "U0MARCO", "--member", "U0LENA")
        assert full.bot.command(*named).returncode == 0


def form(world: World, channel: str, who: str = "U0PRIYA") -> Modal:
    person = world.person(who)
    person.command("/actionitem new", channel=channel)
    return person.modal


def suggested(
    world: World, user: str, action_id: str, value: str, metadata: dict[str, Any] | None = None, team: str = "T0ACME"
) -> list[str]:
    """What Slack would be answered to what *user* types into a menu of a form of ours."""
    view = {"id": "V1", "type": "modal", "private_metadata": json.dumps(metadata or {}), "state": {"values": {}}}
    payload = {
        "type": "block_suggestion", "user": {"id": user, "team_id": team}, "team": {"id": "T0ACME", "domain": "acme"},
        "container": {"type": "view", "view_id": "V1"}, "api_app_id": "A0", "token": "", "view": view,
        "action_id": action_id, "block_id": "into", "value": value,
    }  # fmt: skip
    body = urlencode({"payload": json.dumps(payload)})
    headers = signing.signed(world.sandbox.signing_secret, body) | {"content-type": "application/x-www-form-urlencoded"}
    answer = httpx.post(f"{world.bot.url}/slack/events", content=body, headers=headers, trust_env=False, timeout=30)
    offered = answer.json()["options"]
    assert len(offered) <= 100
    assert all(len(each["text"]["text"]) <= 75 and len(each["value"]) <= 150 for each in offered)
    return [each["text"]["text"] for each in offered]


@pytest.mark.walk
def test_incident_is_found_by_its_words_among_more_than_a_menu_holds(full: World) -> None:
    channel = full.incident_channel(name="searched")
    modal = form(full, channel)
    assert "earched" in str(modal.shown("Incident"))
    at_once = modal.options("Incident")
    assert len(at_once) == 100
    assert NEEDLE not in at_once
    assert modal.searched("Incident", "aardvark") == [NEEDLE]
    assert modal.searched("Incident", "DRIFTS led") == [NEEDLE]
    assert modal.searched("Incident", "zone 3 cracks 17") == ["Wall 17 cracks in zone 3"]
    assert modal.searched("Incident", "nothing says this") == []
    modal.fill(FIELDS | {"Action": "Reconcile the ledger nightly at 02:00 UTC", "Incident": NEEDLE})
    assert modal.submit("Create") == {}
    priya = full.person("U0PRIYA")
    found = priya.command("/actionitem search reconcile nightly", channel=channel).text
    number = re.findall(r"AI-\d+", found)[0]
    assert NEEDLE in priya.command(f"/actionitem show {number}", channel=channel).text


def test_incident_is_found_by_the_name_of_its_channel(full: World) -> None:
    channel = full.incident_channel(name="marmoset-down")
    create(full, full.person("U0PRIYA"), channel, Action="Alert on marmoset errors above 2 %")
    name = next(name for name, key in full.person("U0PRIYA").channels().items() if key == channel)
    found = form(full, "C0GENERAL").searched("Incident", f"#{name}")
    assert len(found) == 1
    assert "marmoset down" in found[0]


def test_incidents_of_the_same_name_are_told_apart_by_their_day(full: World) -> None:
    modal = form(full, "C0GENERAL")
    offered = modal._asked_for(*modal._field("Incident"), "aardvark")["options"]
    assert str((in_days(0) - timedelta(days=200 + MANY + 40)).year) in offered[0]["description"]["text"]


def test_private_incident_is_offered_to_its_members_alone(full: World) -> None:
    priya = full.person("U0PRIYA")
    private = full.incident_channel(private=True, name="pangolin")
    create(full, priya, private, Action="Rotate the pangolin keys every 30 days")
    assert [one for one in form(full, private).searched("Incident", "pangolin") if "angolin" in one]
    assert form(full, "C0GENERAL", "U0LENA").searched("Incident", "pangolin") == []
    assert suggested(full, "U0LENA", Search.INCIDENT, "pangolin") == []
    assert suggested(full, "U0LENA", Search.ITEM, "pangolin") == []
    assert suggested(full, "U0PRIYA", Search.ITEM, "pangolin") != []


def test_guest_and_outsider_are_offered_what_is_in_their_channels(full: World) -> None:
    assert suggested(full, "U0GIL", Search.INCIDENT, "aardvark") == []
    assert suggested(full, "U0GIL", Search.ITEM, "ledger") == []
    assert suggested(full, "U0STRANGER", Search.ITEM, "ledger", team="T0OTHER") == []


def test_items_are_found_by_number_and_by_words_but_not_the_one_that_asks(full: World) -> None:
    found = suggested(full, "U0PRIYA", Search.ITEM, "ledger aardvark")
    by_words = suggested(full, "U0PRIYA", Search.ITEM, "item of the ledger")
    assert by_words == ["AI-1 Item of the ledger"]
    assert found == []
    for typed in ("1", "AI-1", "ai–1", "#1"):
        assert suggested(full, "U0PRIYA", Search.ITEM, typed)[0] == "AI-1 Item of the ledger"
    assert suggested(full, "U0PRIYA", Search.ITEM, "AI-1 Item of the ledger") == by_words
    assert "AI-1 Item of the ledger" not in suggested(full, "U0PRIYA", Search.ITEM, "1", {"number": 1})
    assert len(suggested(full, "U0PRIYA", Search.ITEM, "")) == 100


def test_item_that_has_ended_is_not_offered(full: World) -> None:
    priya, channel = full.person("U0PRIYA"), full.incident_channel()
    label = create(full, priya, channel, Action="Page on dormouse errors above 2 %", Owner="U0PRIYA")
    assert suggested(full, "U0PRIYA", Search.ITEM, "dormouse") == [f"{label} Page on dormouse errors above 2 %"]
    aisha = full.person("U0AISHA")  # an admin, who decides alone
    aisha.command(f"/actionitem drop {label}", channel="C0PAYMENTS")
    assert aisha.modal.fill({"Why?": "The dormouse is retired"}).submit() == {}
    assert suggested(full, "U0PRIYA", Search.ITEM, label) == []


@pytest.mark.parametrize("typed", ["x" * 5000, "%", "_", "\\", "AI-99999999999999999999", "<!channel>", "…"])
def test_whatever_is_typed_is_answered(full: World, typed: str) -> None:
    for search in Search:
        suggested(full, "U0PRIYA", search, typed)


def test_menu_whose_database_or_slack_fails_offers_nothing(full: World) -> None:
    httpx.post(f"{full.sandbox.url}/sandbox/faults", json={"method": "users.conversations", "kind": "http"})
    try:
        assert isinstance(suggested(full, "U0KIM", Search.INCIDENT, "aardvark"), list)
    finally:
        httpx.delete(f"{full.sandbox.url}/sandbox/faults")


def test_team_is_searched_where_there_are_many(full: World, many_teams: None) -> None:
    modal = form(full, "C0GENERAL")
    assert modal.is_searched("Team")
    assert modal.searched("Team", "guild 07") == ["Guild 07"]
    modal.fill(FIELDS | {"Action": "Shed the gecko load at 300 requests", "Team": "Guild 07"})
    assert modal.submit("Create") == {}


def test_incident_of_the_home_is_searched(full: World) -> None:
    priya = full.person("U0PRIYA")
    priya.home().choose("Team", "Walls")
    priya.home(reopen=False).choose("Incident", NEEDLE)
    shown = priya.home(reopen=False).text
    assert "Item of the ledger" in shown
    assert "Item 12 of the wall" not in shown
    priya.home(reopen=False).choose("Incident", "Any incident")
    eventually(lambda: "Item 12" in priya.home(reopen=False).text or "of the wall" in priya.home(reopen=False).text)


def test_earlier_incident_is_searched_to_link_a_recurrence(full: World) -> None:
    priya = full.person("U0PRIYA")
    channel = full.incident_channel(name="okapi-again")
    answer = priya.command("/actionitem recurrence", channel=channel)
    answer.messages[0].choose("Same as another one", NEEDLE)
    eventually(lambda: find(priya.messages(channel), NEEDLE))
