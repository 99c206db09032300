"""Who is in a workspace is read from Slack's list, at the installation and every night, and not asked one by one."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.sandbox.state import State
from bot.sandbox.world import small_world
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.mornings import in_days, nine
from tests.acceptance.test_life_of_an_item import create
from tests.conftest import emptied, migrated_copy
from tests.people import Json
from tests.running import RunningBot, local_slack

CROWD, ZOE = 500, "U0ZOE"
CROWDED = "C0CROWD"
AT_ONCE = 20
"""People who are asked about one by one."""


def crowded_world(state: State) -> None:
    """The small world with five hundred more, all in one channel; the last in Slack's list is a guest."""
    small_world(state)
    crowd = [state.add_user("T0ACME", f"Member {number}", user=f"U0M{number:04}").id for number in range(CROWD)]
    state.add_user("T0ACME", "Zoe Guest", user=ZOE, is_restricted=True)
    state.add_channel("T0ACME", "crowd", members=["U0PRIYA", "U0MARCO", "U0BOT", *crowd, ZOE], channel=CROWDED)


@pytest.fixture
def world(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    if database.startswith("sqlite"):
        url = migrated_copy(request.getfixturevalue("sqlite_template"), tmp_path)
    else:
        url = emptied(request.getfixturevalue("postgresql_in_use"))
    with local_slack(seed=crowded_world) as sandbox:
        bot = RunningBot(sandbox, url, tmp_path)
        words = ("team", "set", "Crowd", "--channel", CROWDED, "--lead", "U0MARCO", "--timezone", "Europe/Berlin")
        done = bot.command(*words, "--member", "U0PRIYA")
        assert done.returncode == 0, done.stderr
        try:
            yield World(sandbox, bot)
        finally:
            bot.stop()


def calls(world: World, method: str) -> list[Json]:
    query = {"method": method, "limit": 1000}
    found = httpx.get(f"{world.sandbox.url}/sandbox/inspector", params=query).json()
    return [entry for entry in found["entries"] if entry["kind"] == "call"]


def digest_in(world: World, days: int) -> str:
    at = nine(in_days(days))
    done = world.bot.command("ritual", "weekly-digest", "--team", "Crowd", "--at", at.isoformat())
    assert done.returncode == 0, done.stderr
    week = at - timedelta(days=at.weekday())
    said = f"week of {week.day} {week:%b}"
    return eventually(lambda: find(world.person("U0PRIYA").messages(CROWDED), said)).text


def item_elsewhere(world: World) -> None:
    """What a guest of the crowded channel may not read: an item of another channel."""
    create(world, world.person("U0PRIYA"), "C0PAYMENTS", Action="Add a bandicoot alert at 500 ms", Owner="U0PRIYA")


def test_guest_among_five_hundred_whom_nobody_knows_is_known_before_the_first_digest(world: World) -> None:
    world.bot.start()
    item_elsewhere(world)
    said = digest_in(world, 7)
    assert "1 open" in said
    assert "bandicoot" not in said
    assert len(calls(world, "users.info")) <= AT_ONCE
    pages = [entry["request"] for entry in calls(world, "users.list")]
    assert len(pages) == len({page.get("cursor") for page in pages}) == 3
    assert {page["team_id"] for page in pages} == {"T0ACME"}


def test_answer_in_a_crowded_channel_names_less_until_everybody_is_known(world: World) -> None:
    world.bot.start()
    item_elsewhere(world)
    priya = world.person("U0PRIYA")
    assert "bandicoot" not in priya.command("/actionitem list all public", channel=CROWDED).text
    assert len(calls(world, "users.info")) <= AT_ONCE
    world.sandbox.do(lambda state: state.channels[CROWDED].members.remove(ZOE))

    def named() -> bool:
        world.bot.command("tick", "--at", world.bot.now().isoformat())
        return "bandicoot" in priya.command("/actionitem list all public", channel=CROWDED).text

    moved = world.bot.now
    world.bot.now = lambda: moved() + timedelta(minutes=2)  # who is in the channel is kept for a minute
    eventually(named)
    assert len(calls(world, "users.info")) <= AT_ONCE


@pytest.mark.walk
def test_guest_of_whom_no_event_told_is_known_after_the_night(world: World) -> None:
    world.bot.start()
    item_elsewhere(world)
    world.sandbox.do(lambda state: state.channels[CROWDED].members.remove(ZOE))
    assert "bandicoot" in digest_in(world, 7)
    world.sandbox.do(lambda state: setattr(state.users["U0M0007"], "is_restricted", True))
    world.bot.command("tick", "--at", nine(in_days(1)).isoformat())
    assert "bandicoot" not in digest_in(world, 14)
