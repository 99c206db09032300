"""The weekly digest: once on Monday 09:00 in the team's zone, however often it is ticked."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import create, create_many
from tests.people import Message

BERLIN = ZoneInfo("Europe/Berlin")


def monday(weeks: int) -> datetime:
    """Monday 09:00 in Berlin, *weeks* weeks after the coming one."""
    now = datetime.now(UTC).astimezone(BERLIN)
    day = now.date() - timedelta(days=now.weekday())
    this = datetime(day.year, day.month, day.day, 9, tzinfo=BERLIN)
    # On a Monday before nine it is today: a digest that is due then and is not asked for counts as missed a week later.
    return this + timedelta(weeks=weeks if now < this else weeks + 1)


def digests(world: World, week: datetime, team: str = "Payments") -> list[Message]:
    """The digests of the week that begins on *week* in the team's channel."""
    heading = f"{team} · week of {week.day} {week:%b}"
    return [message for message in world.person("U0PRIYA").messages("C0PAYMENTS") if heading in message.text]


def digest_runs(world: World, at: datetime) -> list[dict[str, Any]]:
    """What a tick says of digests."""
    return [run for run in world.bot.lines("tick", "--at", at.isoformat()) if run["ritual"] == "weekly-digest"]


def set_team(world: World, name: str, channel: str, lead: str, *words: str) -> None:
    """A team in Berlin, as all of these are, so that every digest is due at the same moment."""
    more = ("--timezone", "Europe/Berlin", *words)
    assert world.bot.command("team", "set", name, "--channel", channel, "--lead", lead, *more).returncode == 0


@pytest.mark.walk
def test_monday_ticked_twice_posts_one_digest_with_the_item_in_it(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    set_team(world, "Edge", "C0PAYMENTS", "U0MARCO")
    label = create(world, priya, channel, Action="Shed load at the edge above 2,000 requests", Team="Edge")
    at = monday(0)
    first = digest_runs(world, at)
    second = world.bot.lines("tick", "--at", at.isoformat())
    assert [(run["team"], run["status"]) for run in first if run["team"] == "Edge"] == [("Edge", "posted")]
    assert second == []
    (digest,) = digests(world, at, "Edge")
    assert f"*{label}* Shed load at the edge" in digest.text
    assert "Marco Rossi" in digest.text


def test_minute_before_nothing_is_due(world: World) -> None:
    world.bot.lines("tick", "--at", monday(0).isoformat())
    assert digest_runs(world, monday(1) - timedelta(minutes=1)) == []


def test_dry_run_prints_the_messages_and_sends_nothing(world: World) -> None:
    at = monday(2)
    done = world.bot.command("ritual", "weekly-digest", "--team", "Payments", "--at", at.isoformat(), "--dry-run")
    (message,) = json.loads(done.stdout)
    assert message["to"] == "C0PAYMENTS"
    assert message["blocks"]
    assert digests(world, at) == []


@pytest.mark.walk
def test_digest_counts_private_items_and_says_no_more(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(private=True)
    create(world, priya, channel, Action="Okapi: rotate the vault keys every day")
    at = monday(3)
    world.bot.lines("ritual", "weekly-digest", "--team", "Payments", "--at", at.isoformat())
    (digest,) = digests(world, at)
    assert "private item" in digest.text
    assert "not shown" in digest.text
    assert "Okapi" not in digest.text


@pytest.mark.walk
def test_rest_of_a_long_digest_is_behind_its_button(world: World) -> None:
    titles = [f"Cap retry queue number {number} at 10,000 messages" for number in range(11)]
    create_many(world, world.person("U0PRIYA"), world.incident_channel(), titles)
    at = monday(4)
    world.bot.lines("ritual", "weekly-digest", "--team", "Payments", "--at", at.isoformat())
    (digest,) = digests(world, at)
    button = next(name for name in digest.buttons if name.startswith("All "))
    answer = digest.button(button).click()
    assert answer.ephemeral
    assert "Open items of Payments" in answer.text


@pytest.mark.walk
def test_ritual_of_a_period_that_was_posted_is_not_posted_again(world: World) -> None:
    at = monday(5)
    world.bot.lines("ritual", "weekly-digest", "--team", "Payments", "--at", at.isoformat())
    (again,) = world.bot.lines("ritual", "weekly-digest", "--team", "Payments", "--at", at.isoformat())
    assert again["status"] == "already_posted"
    assert len(digests(world, at)) == 1


@pytest.mark.walk
def test_quiet_week_is_said_in_the_channel(world: World) -> None:
    set_team(world, "Quiet", "C0GENERAL", "U0AISHA")
    at = monday(6)
    world.bot.lines("ritual", "weekly-digest", "--team", "Quiet", "--at", at.isoformat())
    message = eventually(lambda: find(world.person("U0PRIYA").messages("C0GENERAL"), "Quiet · week of"))
    assert "Nothing is open." in message.text


def test_time_without_an_offset_is_wrong_usage(world: World) -> None:
    done = world.bot.command("tick", "--at", "2026-12-07T09:00")
    assert done.returncode == 2
    assert "has no offset" in done.stderr


@pytest.mark.parametrize("holidays", ["DE"])
def test_digest_on_a_holiday_moves_to_the_next_working_day(world: World, holidays: str) -> None:
    set_team(world, "Resting", "C0GENERAL", "U0AISHA", "--holidays", holidays)
    easter_monday = datetime(2027, 3, 29, 9, tzinfo=BERLIN)
    runs = digest_runs(world, easter_monday)
    assert not [run for run in runs if run["team"] == "Resting" and run["status"] == "posted"]
    tuesday = digest_runs(world, easter_monday + timedelta(days=1))
    assert [(run["period"], run["status"]) for run in tuesday if run["team"] == "Resting"] == [("2027-W13", "posted")]


@pytest.mark.walk
def test_new_digest_takes_the_buttons_of_the_last_one_away(world: World) -> None:
    create(world, world.person("U0PRIYA"), world.incident_channel(), Action="Pin the base image to a digest")
    for week in (20, 21):
        world.bot.lines("ritual", "weekly-digest", "--team", "Payments", "--at", monday(week).isoformat())
    (older,), (newer,) = digests(world, monday(20)), digests(world, monday(21))
    assert newer.buttons
    assert older.buttons == []
    assert "A newer digest has taken its place." in older.text


def test_digest_of_an_earlier_week_that_comes_afterwards_leaves_the_newer_one_its_buttons(world: World) -> None:
    create(
        world, world.person("U0PRIYA"), world.incident_channel(), Action="Pin the base image of the gateway to a digest"
    )
    for week in (24, 23, 25):
        world.bot.lines("ritual", "weekly-digest", "--team", "Payments", "--at", monday(week).isoformat())
        if week == 23:
            (newer,) = digests(world, monday(24))
            assert newer.buttons
    ((newest,), (replaced,)) = digests(world, monday(25)), digests(world, monday(24))
    assert newest.buttons
    assert replaced.buttons == []
