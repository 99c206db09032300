"""Where guests read along: what is said aloud names only items of channels that they are in. On both databases."""

from datetime import timedelta
from time import sleep

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.mornings import in_days, nine
from tests.acceptance.test_life_of_an_item import create, submit
from tests.people import Message


def digest_in(world: World, channel: str, days: int) -> Message:
    """The digest of the team of guests, so many days from now."""
    at = nine(in_days(days))
    done = world.bot.command("ritual", "weekly-digest", "--team", "Guested", "--at", at.isoformat())
    assert done.returncode == 0, done.stderr
    week = at - timedelta(days=at.weekday())
    return eventually(lambda: find(world.person("U0PRIYA").messages(channel), f"week of {week.day} {week:%b}"))


@pytest.mark.walk
def test_digest_counts_and_does_not_name_what_a_guest_in_its_channel_may_not_see(world: World) -> None:
    priya, gil, channel = world.person("U0PRIYA"), world.person("U0GIL"), world.incident_channel(name="guests")
    priya.post("invite", {"channel": channel, "user": "U0GIL"})
    set_up = ("team", "set", "Guested", "--channel", channel, "--lead", "U0MARCO", "--member", "U0PRIYA")
    assert world.bot.command(*set_up, "--timezone", "Europe/Berlin").returncode == 0
    here = create(world, priya, channel, Action="Add a koala alert at 500 ms", Team="Guested")
    both = create(world, priya, "C0INC", Action="Add a dugong alert at 500 ms", Team="Guested")
    elsewhere = create(
        world, priya, world.incident_channel(), Action="Add a potoroo alert at 500 ms", Owner="U0PRIYA", Team="Guested"
    )
    defer = {"Why can it not be done now?": "x", "What risk do we accept meanwhile?": "y", "Trigger condition": "z"}
    understood = {"I understand that the incident can happen again": True}
    assert submit(priya, "C0PAYMENTS", f"defer {elsewhere}", defer | understood) == {}
    digest = digest_in(world, channel, 7)
    assert "3 open" in digest.text
    assert here in digest.text
    assert both in digest.text
    assert "potoroo" not in str(digest.raw)
    assert f"*{elsewhere}*" not in digest.text
    assert "1 open item counted and not named here, where guests read along" in digest.text
    assert elsewhere in digest.button("All 3 items").click().text
    assert (
        elsewhere not in next(m for m in gil.messages(channel) if m.ts == digest.ts).button("All 3 items").click().text
    )
    priya.post("kick", {"channel": channel, "user": "U0GIL"})
    priya.settle()
    assert "potoroo" in digest_in(world, channel, 14).text


def test_similar_incidents_are_named_in_a_channel_with_a_guest_only_where_the_guest_may_know_of_them(
    world: World,
) -> None:
    priya = world.person("U0PRIYA")
    cause = {"Root cause": "The wallaby ledger locks up when the nightly job overlaps with payouts"}
    create(world, priya, world.incident_channel(name="wallaby-ledger"), Action="Cap the wallaby queue at 10", **cause)
    for guest in (False, True):
        channel = world.incident_channel(name="wallaby-ledger")
        if guest:
            priya.post("invite", {"channel": channel, "user": "U0GIL"})
        create(world, priya, channel, Action=f"Alert on wallaby locks over {5 + guest} s", **cause)
        if not guest:
            assert eventually(lambda channel=channel: find(priya.messages(channel), "may have happened before"))
    sleep(4)  # what is like it is said three seconds after the card
    world.card(channel, "Alert on wallaby locks over 6 s")
    assert not find(priya.messages(channel), "may have happened before")


def test_guest_is_not_told_of_an_item_of_a_channel_that_they_are_not_in(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, Owner="U0PRIYA")
    fields = {
        "What blocks it?": "Another team",
        "Escalated to": "U0GIL",
        "Dependency": "The canary metric",
        "Temporary mitigation": "none",
    }
    errors = submit(priya, channel, f"block {label}", fields)
    assert "is a guest and not in the channel" in errors["Escalated to"]
    priya.modal.cancel()
    priya.post("invite", {"channel": channel, "user": "U0GIL"})
    priya.settle()
    assert submit(priya, channel, f"block {label}", fields) == {}


def test_guest_is_not_offered_the_review_meeting_that_they_may_not_hold(world: World) -> None:
    priya, gil, channel = world.person("U0PRIYA"), world.person("U0GIL"), world.incident_channel()
    label = create(world, priya, channel, Owner="U0PRIYA")
    priya.post("invite", {"channel": channel, "user": "U0GIL"})
    for who, offered in ((priya, True), (gil, False)):
        listed = who.command("/actionitem list incident", channel=channel)
        assert label in listed.text
        assert ("Review meeting" in listed.messages[-1].buttons) == offered
