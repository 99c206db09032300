"""`orphan-sweep`: when somebody leaves, the lead is asked for a new owner at once, and every working day."""

from datetime import timedelta

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.mornings import monday, nine, told
from tests.acceptance.test_life_of_an_item import create


def leave(world: World, user: str) -> None:
    world.person("U0MARCO").http.patch(f"/sandbox/people/{user}", json={"deleted": True}).raise_for_status()


@pytest.mark.walk
def test_lead_is_asked_at_once_and_again_until_somebody_owns_it(world: World) -> None:
    marco, channel = world.person("U0MARCO"), world.incident_channel()
    made = marco.http.post("/sandbox/people", json={"real_name": "Nia Brooks", "id": "U0NIA"})
    made.raise_for_status()
    label = create(world, marco, channel, Action="Throttle the importer at 50 rows", Owner="U0NIA")
    leave(world, "U0NIA")
    message = eventually(
        lambda: (
            find(marco.direct_messages(), "have an owner who left")
            or find(marco.direct_messages(), "has an owner who left")
        )
    )
    assert label in message.text
    assert "Nia Brooks has left" in message.text
    day = monday(0)
    world.bot.lines("tick", "--at", nine(day).isoformat())
    assert len(told(world, "U0MARCO", f"*{label}* Throttle")) >= 2
    assert message.button("Assign").click().opened
    assert marco.modal.fill({"New owner": "U0PRIYA", "Why?": "Nia has left"}).submit("Assign") == {}
    said = len(told(world, "U0MARCO", "an owner who left"))
    world.bot.lines("tick", "--at", nine(day + timedelta(days=1)).isoformat())
    assert len(told(world, "U0MARCO", "an owner who left")) == said


def test_private_item_is_asked_about_where_it_lives_and_its_lead_hears_nothing(world: World) -> None:
    marco, priya = world.person("U0MARCO"), world.person("U0PRIYA")
    vault = world.incident_channel(private=True, name="numbat")
    marco.http.post("/sandbox/people", json={"real_name": "Ola Berg", "id": "U0OLA"}).raise_for_status()
    marco.post("leave", {"channel": vault})
    label = create(world, priya, vault, Action="Rotate the numbat keys every 30 days", Owner="U0OLA")
    leave(world, "U0OLA")
    assert label in eventually(lambda: find(priya.messages(vault), "has an owner who left")).text
    assert not find(marco.direct_messages(), label)
    world.bot.lines("tick", "--at", nine(monday(7)).isoformat())
    assert not find(marco.direct_messages(), label)
