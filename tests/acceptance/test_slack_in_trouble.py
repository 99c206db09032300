"""Slack away, limiting, an archived channel, a removed bot: patience first, then the lead is told what to do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.mornings import monday, nine
from tests.acceptance.test_life_of_an_item import FIELDS
from tests.people import Message

POST = "chat.postMessage"


def slack(world: World) -> httpx.Client:
    return world.person("U0PRIYA").http


@contextmanager
def trouble(world: World, **fault: Any) -> Iterator[None]:
    """A fault of Slack's while the block lasts."""
    made = slack(world).post("/sandbox/faults", json=fault)
    assert made.is_success, made.text
    try:
        yield
    finally:
        slack(world).delete(f"/sandbox/faults/{made.json()['id']}")


def team_in(world: World, name: str, *, private: bool = False) -> str:
    """A team of Marco's that reads its digest in a channel of its own."""
    priya = world.person("U0PRIYA")
    channel = str(priya.post("create_channel", {"name": name.lower(), "private": private})["channel"]["id"])
    for member in ("U0MARCO", "U0BOT"):
        priya.post("invite", {"channel": channel, "user": member})
    words = ("--channel", channel, "--lead", "U0MARCO", "--timezone", "Europe/Berlin")
    assert world.bot.command("team", "set", name, *words).returncode == 0
    return channel


def post_digest(world: World, name: str, week: int = 0) -> None:
    runs = world.bot.lines("ritual", "weekly-digest", "--team", name, "--at", nine(monday(week)).isoformat())
    assert [run["status"] for run in runs] == ["posted"]


def digests(world: World, channel: str, name: str) -> list[Message]:
    return [m for m in world.person("U0PRIYA").messages(channel) if f"*{name} · week of" in m.text]


def waiting(world: World) -> float:
    """How many messages wait, as Prometheus reads it."""
    said = httpx.get(f"{world.bot.url}/metrics", trust_env=False).text
    found = re.findall(r'actionitem_undelivered_messages\{state="(?:enqueued|pending)"\} ([\d.]+)', said)
    assert len(found) == 2
    return sum(map(float, found))


def backlog_by_check(world: World) -> str:
    """What `actionitem check` says of messages."""
    lines = world.bot.command("check").stdout.splitlines()
    return next(line for line in lines if line.startswith("database"))


@pytest.mark.parametrize(
    "fault",
    [
        {"method": POST, "kind": "429", "retry_after": 2, "times": 2},
        {"method": POST, "kind": "http", "status": 503, "times": 2},
        {"method": POST, "kind": "drop_before", "times": 2},
        {"method": POST, "kind": "drop_after_acceptance", "times": 1},
        {"method": "chat.*", "kind": "error", "error": "fatal_error", "times": 2},
    ],
    ids=lambda fault: fault["kind"],
)
def test_digest_is_posted_once_when_slack_is_in_trouble_for_a_while(world: World, fault: dict[str, Any]) -> None:
    name = f"Team-{fault['kind'].replace('_', '-')}".lower()
    channel = team_in(world, name)
    with trouble(world, **fault, channel=channel):
        post_digest(world, name)
    assert len(digests(world, channel, name)) == 1
    assert not [m for m in world.person("U0MARCO").direct_messages() if f"weekly digest of {name}" in m.text]


@pytest.mark.walk
def test_lead_is_told_what_to_do_about_an_archived_channel(world: World) -> None:
    channel = team_in(world, "shelved")
    slack(world).patch(f"/sandbox/channels/{channel}", json={"archived": True})
    post_digest(world, "shelved")
    told = eventually(lambda: find(world.person("U0MARCO").direct_messages(), "the weekly digest of shelved"))
    assert "The channel is archived. Unarchive it, or choose another one." in told.text
    assert waiting(world) >= 1
    assert "wait" in backlog_by_check(world)


def test_bot_that_was_removed_from_a_public_channel_posts_there_all_the_same(world: World) -> None:
    channel = team_in(world, "public")
    slack(world).put(f"/sandbox/channels/{channel}/members", json={"remove": ["U0BOT"]})
    post_digest(world, "public")
    assert len(digests(world, channel, "public")) == 1


def test_lead_is_told_what_to_do_when_the_bot_was_removed_from_a_private_channel(world: World) -> None:
    channel = team_in(world, "removed", private=True)
    slack(world).put(f"/sandbox/channels/{channel}/members", json={"remove": ["U0BOT"]})
    post_digest(world, "removed")
    told = eventually(lambda: find(world.person("U0MARCO").direct_messages(), "the weekly digest of removed"))
    assert f"in <#{channel}>." in told.text
    assert "Invite me there" in told.text or "/invite @Action Items" in told.text
    assert told.text.endswith("I try it again until tomorrow.")


def test_card_that_cannot_be_posted_is_told_to_the_lead_and_the_item_is_there(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    title = "Alert when replica 2 lags 30 seconds"
    priya.command("/actionitem new", channel=channel)
    with trouble(world, method=POST, kind="error", error="restricted_action", channel=channel, times=None):
        assert priya.modal.fill(FIELDS | {"Action": title, "Owner": "U0PRIYA"}).submit("Create") == {}
        told = eventually(lambda: find(world.person("U0MARCO").direct_messages(), "the card of AI-"))
    assert "Ask an admin to allow it." in told.text
    label = re.search(r"the card of (AI-\d+)", told.text)
    assert label
    assert title in priya.command(f"/actionitem show {label[1]}", channel="C0PAYMENTS").text
