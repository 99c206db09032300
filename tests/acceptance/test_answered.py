"""Every success is answered to who did it, in a line: what is so now, and who was told."""

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.endings import NOT_NOW
from tests.acceptance.mornings import in_days
from tests.acceptance.test_blocked import ESCALATED
from tests.acceptance.test_life_of_an_item import IMPLEMENTED, VERIFIED, create, create_by_form, submit
from tests.people import Person


def said(person: Person, channel: str) -> str:
    """The newest line that they alone can read there."""
    return [message for message in person.messages(channel) if message.is_ephemeral][-1].text


@pytest.mark.walk
def test_life_of_an_item_is_answered_step_by_step(world: World) -> None:
    priya, marco, channel = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel()
    label = create_by_form(marco, channel, Owner="U0PRIYA")
    assert f"*{label}* is created, due " in said(marco, channel)
    assert "Priya Raman was told." in said(marco, channel)
    assert priya.command(f"/actionitem start {label}", channel=channel).text == f"*{label}* is in progress."
    for command, fields, words in (
        (f"update {label}", {"What happened?": "Halfway"}, f"The update of *{label}* is recorded."),
        (f"due {label}", {"New due date": in_days(30), "Why does it move?": "Leave"}, f"*{label}* is due "),
        (f"implement {label}", IMPLEMENTED, f"*{label}* is implemented and waits for verification."),
        (f"verify {label}", VERIFIED, f"*{label}* is verified. What is left is to close it."),
        (f"close {label}", {"Post-mortem link": "https://pm.example.com/1"}, f"*{label}* is closed."),
        (f"reopen {label}", {"Why?": "It came back"}, f"*{label}* is in progress again."),
    ):
        assert submit(priya, channel, command, fields) == {}
        assert words in said(priya, channel), command


def test_who_was_told_of_a_block_is_named_and_is_told_of_its_end(world: World) -> None:
    priya, lena, channel = world.person("U0PRIYA"), world.person("U0LENA"), world.incident_channel()
    label = create(world, priya, channel, Owner="U0PRIYA")
    assert submit(priya, channel, f"block {label}", ESCALATED) == {}
    assert said(priya, channel) == f"*{label}* is blocked. Lena Vogel was told."
    eventually(lambda: find(lena.direct_messages(), "is blocked and needs you"))
    answer = priya.command(f"/actionitem unblock {label}", channel=channel).text
    assert answer == f"*{label}* is not blocked any more. Lena Vogel was told."
    eventually(lambda: find(lena.direct_messages(), "is not blocked any more: it does not need you"))


@pytest.mark.walk
def test_request_and_its_decision_say_what_is_so_and_who_was_told(world: World) -> None:
    priya, marco, channel = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel()
    label = create(world, priya, channel, Owner="U0PRIYA")
    assert submit(priya, channel, f"defer {label}", NOT_NOW) == {}
    assert said(priya, channel) == f"*{label}* waits for a decision. Marco Rossi was told."
    asked = eventually(lambda: find(marco.direct_messages(), f"Priya Raman wants to defer *{label}"))
    answer = asked.button("Approve").click()
    assert f"*{label}* is deferred until " in answer.text
    assert "Priya Raman was told." in answer.text
    eventually(lambda: find(priya.direct_messages(), f"Marco Rossi approved it: {label} is deferred until "))
    eventually(lambda: find(marco.direct_messages(), f"Marco Rossi approved it: {label} is deferred until "))


def test_facts_of_an_incident_are_answered_with_what_is_known_and_what_is_missing(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    assert submit(priya, channel, "incident", {"Title": "Checkout down"}, "Save") == {}
    answer = said(priya, channel)
    assert answer.startswith("*Checkout down* is saved: no severity yet, began ")
    assert answer.endswith(", no post-mortem is linked yet.")
    fields = {"Severity": "SEV1 – critical", "Post-mortem link": "https://pm.example.com/1"}
    assert submit(priya, channel, "incident", fields, "Save") == {}
    answer = said(priya, channel)
    assert answer.startswith("*Checkout down* is saved: SEV1 – critical, began ")
    assert answer.endswith(", its post-mortem is linked.")


def test_press_on_a_card_is_answered_to_who_pressed(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, Owner="U0PRIYA")
    answer = world.card(channel, label).button("Start").click()
    assert answer.text == f"*{label}* is in progress."
