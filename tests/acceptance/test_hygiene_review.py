"""`hygiene-review`: on the first working day of a month the lead goes through every open item, one click each."""

from datetime import date, datetime, time, timedelta

import pytest

from tests.acceptance.conftest import World, eventually
from tests.acceptance.mornings import BERLIN, last, monday
from tests.acceptance.test_life_of_an_item import create, create_many, submit


def first_working_day(months: int) -> date:
    """Of the month that many months after the coming one."""
    day = monday(0).replace(day=1)
    for _ in range(months + 1):
        day = (day + timedelta(days=32)).replace(day=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def reviews(world: World, day: date) -> list[str]:
    """What became of the reviews that are due at eleven on that day, what was missed left out."""
    runs = world.bot.lines("tick", "--at", datetime.combine(day, time(11), BERLIN).isoformat())
    found = [run["status"] for run in runs if run["ritual"] == "hygiene-review"]
    return [status for status in found if status != "missed"]


@pytest.mark.walk
def test_lead_keeps_weighs_and_pages_through_every_open_item(world: World) -> None:
    marco, priya = world.person("U0MARCO"), world.person("U0PRIYA")
    create_many(
        world, priya, world.incident_channel(), [f"Give shard {number} a backup of its own" for number in range(12)]
    )
    day = first_working_day(0)
    assert reviews(world, day) == ["posted"]
    message = last(world, "U0MARCO", " review*")
    assert {"Keep", "Re-prioritise", "Merge", "Will not do"} <= set(message.buttons)
    assert "is kept." in message.button("Keep").click().text
    eventually(lambda: last(world, "U0MARCO", " review*").buttons.count("Keep") == 9)
    last(world, "U0MARCO", " review*").button("Will not do").click()
    assert marco.modal.fill({"Why?": "The shard goes away"}).submit("Will not do") == {}
    eventually(lambda: last(world, "U0MARCO", " review*").buttons.count("Keep") == 8)
    message = last(world, "U0MARCO", " review*")
    assert "Kept: " in message.text
    assert "It is marked “will not do” now." in message.text
    assert message.button(next(name for name in message.buttons if name.startswith("and "))).click().opened
    total = int(marco.modal.text.split()[0])
    marco.modal.button("Keep").click()
    assert int(marco.modal.text.split()[0]) == total - 1
    assert marco.modal.button("Re-prioritise").click().opened
    assert marco.modal.labels == ["Impact", "Urgency", "Effort"]
    assert marco.modal.fill({"Impact": "5 – shared infrastructure or every service"}).submit("Re-prioritise") == {}


def test_it_is_said_once_a_month(world: World) -> None:
    day = first_working_day(2)
    create(world, world.person("U0PRIYA"), world.incident_channel(), Action="Sign every artefact before a release")
    statuses = [status for after in (0, 0, 1) for status in reviews(world, day + timedelta(days=after))]
    assert statuses == ["posted"]


def test_themes_and_symptoms_of_sprawl_follow_the_items(world: World) -> None:
    priya, theme, labels = world.person("U0PRIYA"), "certificates that expire", list[str]()
    for place in ("load balancer", "message broker"):
        channel = world.incident_channel()
        labels.append(create(world, priya, channel, Action=f"Renew the certificate of the {place} by itself"))
        submit(priya, channel, f"edit {labels[-1]}", {"Themes": theme}, "Save")
    create_many(
        world, priya, world.incident_channel(), [f"Give queue {number} an alert on its length" for number in range(8)]
    )
    assert reviews(world, first_working_day(5)) == ["posted"]
    message = last(world, "U0MARCO", " review*")
    total = int(message.text.partition(" open items")[0].split()[-1])
    assert f"*{theme}* · 2 open items of 2 incidents" in message.text
    assert f"{total} open items are older than 90 days." in message.text
    assert f"Open items of one owner: Marco Rossi {total}." in message.text
    assert "pairs say nearly the same: AI-" in message.text
    assert f"“{theme}” in 2 incidents, 2 open" in message.text
    assert message.button("Make it one project").click().opened
    marco = world.person("U0MARCO")
    assert marco.modal.submit("Merge") == {}
    said = marco.modal.text
    assert "merged into" in said
    assert all(label in said for label in labels)
