"""`stale-nudge`: after thirty days without progress a status is required, and the lead is told in the same run."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.acceptance.conftest import World, find
from tests.acceptance.mornings import item_of_priya, last, monday, nine, tick, told
from tests.people import Message

FAR = timedelta(days=300)


@pytest.mark.walk
def test_owner_must_give_a_status_and_the_lead_is_told(world: World) -> None:
    day = monday(5)
    label = item_of_priya(world, "Replay the queue from a snapshot", day + FAR)
    assert ("stale-nudge", "posted") in tick(world, nine(day))
    message = last(world, "U0PRIYA", label)
    assert "it needs a status (progress, blocked, defer, or will not do)" in message.text
    assert f"Marco Rossi is told about {label}" in message.text
    to_lead = last(world, "U0MARCO", label)
    assert "no progress for 30 days" in to_lead.text
    assert "Priya Raman" in to_lead.text
    assert {"Reassign", "Open"} <= set(to_lead.buttons)


def test_it_is_asked_again_each_week_until_it_is_answered(world: World) -> None:
    day = monday(12)
    label = item_of_priya(world, "Fail over to the second region by itself", day + FAR)
    for after in (0, 1, 7):
        tick(world, nine(day + timedelta(days=after)))
    assert len(told(world, "U0PRIYA", f"*{label}* Fail over")) == 2
    assert last(world, "U0PRIYA", f"*{label}* Fail over").button("Answer").click().opened
    modal = world.person("U0PRIYA").modal
    label = modal.text.split()[0].strip("*")  # that of the first item in the message
    assert modal.title == "Status update"
    assert modal.labels == ["Answer", "Why did it stall?", "What happened?"]
    assert modal.options("Answer") == ["Progress made", "Blocked", "Defer", "Will not do"]
    fields = {"Answer": "Progress made", "Why did it stall?": "Capacity", "What happened?": "Two people are on it now"}
    assert modal.fill(fields).submit("Update") == {}
    history = world.person("U0PRIYA").command(f"/actionitem show {label}", channel="C0INC")
    assert "Two people are on it now (“Progress made”; it had stalled because of “Capacity”)" in history.text
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    world.bot.lines("ritual", "weekly-digest", "--team", "Payments", "--at", tomorrow)
    digest = last_in(world, "C0PAYMENTS", "progress made; it had stalled because of capacity")
    assert digest.text.count(f"*{label}*") == 1


def last_in(world: World, channel: str, words: str) -> Message:
    """The newest message of the channel that says *words*."""
    found = find(world.person("U0PRIYA").messages(channel), words)
    assert found
    return found


def test_update_with_text_of_what_needs_a_status_opens_the_form_with_the_text(world: World) -> None:
    day = monday(40)
    label = item_of_priya(world, "Drain the queue before a release", day + FAR)
    tick(world, nine(day))
    priya = world.person("U0PRIYA")
    assert priya.command(f"/actionitem update {label} Waiting for the vendor", channel="C0INC").opened
    assert priya.modal.labels == ["Answer", "Why did it stall?", "What happened?"]
    assert priya.modal.shown("What happened?") == "Waiting for the vendor"
    priya.modal.cancel()


def test_answer_that_is_more_than_a_status_goes_on_to_its_modal(world: World) -> None:
    day = monday(30)
    label = item_of_priya(world, "Give each tenant a queue of its own", day + FAR)
    tick(world, nine(day))
    priya = world.person("U0PRIYA")
    priya.command(f"/actionitem update {label}", channel="C0INC")
    fields = {"Answer": "Defer", "Why did it stall?": "Priorities", "What happened?": "Nothing yet"}
    assert priya.modal.fill(fields).submit("Update") == {}
    assert priya.modal.title == "Defer"
    priya.modal.cancel()
