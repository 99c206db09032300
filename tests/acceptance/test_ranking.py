"""`ranking`: what nobody has prioritised is put before the lead once a week, and ranked in the message."""

from datetime import timedelta

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.mornings import last, monday, nine
from tests.acceptance.test_short_form import REST, opened


@pytest.mark.walk
def test_lead_ranks_what_nobody_prioritised_in_one_message_a_week(world: World) -> None:
    channel, day = world.incident_channel(), monday(1)
    priya, marco = opened(world, channel=channel), world.person("U0MARCO")
    fields = REST | {"Action": "Cap the pool of /fx at 99", "Due date": day + timedelta(days=200)}
    assert priya.modal.fill(fields).submit("Create") == {}
    eventually(lambda: find(priya.messages(channel), "/fx at 99"))
    ran = {run["ritual"]: run["status"] for run in world.bot.lines("tick", "--at", nine(day).isoformat())}
    assert ran["ranking"] == "posted"
    asked = last(world, "U0MARCO", "Nobody has prioritised 1 item of Payments")
    assert "*AI-1* Cap the pool of /fx at 99" in asked.text
    asked.choose("Rank", "Major project")
    eventually(lambda: "major project" in world.card(channel, "/fx at 99").text)
    eventually(lambda: find(marco.direct_messages(), "Ranked: major project."))
    again = world.bot.lines("tick", "--at", nine(day + timedelta(days=7)).isoformat())
    assert "ranking" not in {run["ritual"] for run in again if run["status"] == "posted"}
