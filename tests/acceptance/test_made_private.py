"""A public channel that is made private takes what was made in it along. On both databases."""

from collections.abc import Iterator

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import FIELDS, create
from tests.people import Person


def make_private(world: World, channel: str) -> None:
    done = world.person("U0PRIYA").http.patch(f"/sandbox/channels/{channel}", json={"private": True})
    assert done.is_success, done.text


def sees(person: Person, label: str, title: str) -> bool:
    shown = person.command(f"/actionitem show {label}", channel="C0GENERAL").text
    listed = title in person.command("/actionitem list all", channel="C0GENERAL").text
    assert listed == (title in shown)
    assert listed or f"{label} does not exist" in shown
    return listed


def private_at_once(world: World, channel: str, animal: str) -> None:
    """What was made in the channel is seen outside until the channel is made private, and no longer."""
    priya, lena = world.person("U0PRIYA"), world.person("U0LENA")
    label = create(world, priya, channel, Action=f"Alert on the {animal} queue at 500 ms")
    assert sees(lena, label, animal)
    make_private(world, channel)
    priya.settle()
    assert not sees(lena, label, animal)
    assert sees(priya, label, animal)


@pytest.fixture
def messages_are_events(world: World) -> Iterator[None]:
    """As where an operator subscribed the app to messages, which the manifest does not."""
    http = world.person("U0PRIYA").http
    events = http.get("/sandbox/app").json()["events"]
    http.patch("/sandbox/app", json={"events": [*events, "message.groups"]}).raise_for_status()
    yield
    http.patch("/sandbox/app", json={"events": events}).raise_for_status()


@pytest.mark.walk
@pytest.mark.usefixtures("messages_are_events")
def test_items_of_a_channel_that_is_made_private_are_private_at_once_where_slack_says_so(world: World) -> None:
    priya, lena, channel = world.person("U0PRIYA"), world.person("U0LENA"), world.incident_channel(name="made-private")
    private_at_once(world, channel, "axolotl")
    lena.command("/actionitem new", channel="C0PAYMENTS")
    assert "ade private" not in lena.modal.text
    lena.modal.cancel()
    another = create(world, priya, channel, Action="Add a second axolotl alert at 300 ms")
    assert not sees(lena, another, "axolotl")


@pytest.mark.walk
def test_joining_of_all_members_by_nobodys_invitation_is_a_sign_that_counts_at_once(world: World) -> None:
    private_at_once(world, world.incident_channel(name="joined-anew"), "bilby")


def test_sign_counts_at_once_also_while_slack_limits_the_question(world: World) -> None:
    priya, lena, channel = world.person("U0PRIYA"), world.person("U0LENA"), world.incident_channel(name="limited")
    label = create(world, priya, channel, Action="Add a quoll alert at 500 ms")
    fault = {"method": "conversations.info", "kind": "429", "retry_after": 1, "times": 1}
    priya.http.post("/sandbox/faults", json=fault).raise_for_status()
    make_private(world, channel)
    priya.settle()
    assert not sees(lena, label, "quoll")  # the bot has looked at its channels anew
    assert sees(priya, label, "quoll")
    eventually(lambda: priya.command("/actionitem new", channel=channel).opened)  # Slack's time is over
    priya.modal.cancel()


def test_form_that_was_open_while_its_channel_was_made_private_makes_a_private_item(world: World) -> None:
    priya, lena, channel = world.person("U0PRIYA"), world.person("U0LENA"), world.incident_channel(name="typing")
    create(world, priya, channel, Action="Add a numbat alert at 500 ms")
    priya.command("/actionitem new", channel=channel)
    make_private(world, channel)
    priya.settle()
    title = "Alert when the dunnart queue is over 500"
    assert priya.modal.fill(FIELDS | {"Action": title}).submit("Create") == {}
    label = eventually(lambda: find(priya.messages(channel), title)).text.split()[0].strip("*")
    assert not sees(lena, label, "dunnart")


def test_command_from_a_channel_that_slack_calls_private_is_a_sign_too(world: World) -> None:
    priya, lena, channel = world.person("U0PRIYA"), world.person("U0LENA"), world.incident_channel(name="named")
    label = create(world, priya, channel, Action="Add a woylie alert at 500 ms")
    world.sandbox.do(lambda state: setattr(state.channels[channel], "kind", "private"))  # and no event tells of it
    priya.command("/actionitem list incident", channel=channel)
    assert not sees(lena, label, "woylie")


def test_bot_that_is_not_told_finds_out_by_itself(world: World) -> None:
    priya, lena, channel = world.person("U0PRIYA"), world.person("U0LENA"), world.incident_channel()
    label = create(world, priya, channel, Action="Add a pangolin alert at 500 ms")
    assert sees(lena, label, "pangolin")
    make_private(world, channel)
    world.bot.stop()
    world.bot.start()  # what it knew of Slack's channels is forgotten, as it is after five minutes
    assert not sees(lena, label, "pangolin")
    assert sees(priya, label, "pangolin")


@pytest.mark.walk
def test_digest_counts_what_has_become_private(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    create(world, priya, channel, Action="Add a narwhal alert at 500 ms")
    make_private(world, channel)
    assert world.bot.command("ritual", "weekly-digest", "--team", "Payments").returncode == 0
    said = eventually(lambda: [m for m in priya.messages("C0PAYMENTS") if "not shown" in m.text])
    assert "narwhal" not in said[-1].text


def test_bot_that_was_never_in_the_channel_learns_it_from_who_asks_there(world: World) -> None:
    priya, lena, channel = world.person("U0PRIYA"), world.person("U0LENA"), world.incident_channel()
    label = create(world, priya, channel, Action="Add an okapi alert at 500 ms")
    priya.post("kick", {"channel": channel, "user": "U0BOT"})
    make_private(world, channel)
    world.bot.stop()
    world.bot.start()
    assert "Invite me first" in priya.command("/actionitem list incident", channel=channel).text
    assert not sees(lena, label, "okapi")
