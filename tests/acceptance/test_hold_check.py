"""`hold-check`: a month after closing the owner is asked whether it held; “No” opens the item again."""

from datetime import date, timedelta

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.endings import DROPPED
from tests.acceptance.mornings import in_days, last, nine, tick
from tests.acceptance.test_life_of_an_item import create, submit, walk_to


def closed(world: World, title: str) -> tuple[str, str]:
    """A closed item of Priya's in a channel of its own."""
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, Action=title, Owner="U0PRIYA")
    walk_to(priya, channel, label, "closed")
    return label, channel


def working_day(day: date) -> date:
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def shown(world: World, label: str, channel: str) -> str:
    return world.person("U0PRIYA").command(f"/actionitem show {label}", channel=channel).text


@pytest.mark.walk
def test_what_held_stays_closed(world: World) -> None:
    label, channel = closed(world, "Warm the cache before a failover")
    day = working_day(in_days(30))
    assert ("hold-check", "posted") in tick(world, nine(day))
    message = last(world, "U0PRIYA", label)
    assert "did it hold?" in message.text
    assert f"*{label}* holds" in message.button("Yes").click().text
    answered = eventually(lambda: find(world.person("U0PRIYA").direct_messages(), "Yes, it holds."))
    assert answered.ts == message.ts
    assert answered.buttons == ["Details"]
    assert "_closed_" in shown(world, label, channel)
    assert "confirmed that it holds" in shown(world, label, channel)


def test_what_did_not_hold_is_open_again(world: World) -> None:
    label, channel = closed(world, "Cap the retries at three")
    day = working_day(working_day(in_days(30)) + timedelta(days=1))
    tick(world, nine(day))
    assert f"*{label}* is open again" in last(world, "U0PRIYA", label).button("No").click().text
    assert "_in progress_" in shown(world, label, channel)
    assert eventually(lambda: find(world.person("U0PRIYA").direct_messages(), "No, it was opened again."))
    assert submit(world.person("U0MARCO"), channel, f"drop {label}", DROPPED) == {}  # no other morning speaks of it
