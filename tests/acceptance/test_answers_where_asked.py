"""Answers stand where they were asked, in a thread in the thread; what Slack refuses comes by another way."""

from typing import Any

import httpx
import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_capture import answered
from tests.acceptance.test_life_of_an_item import FIELDS, create
from tests.people import Answer, Message, Person

EXPIRED = {"method": "respond", "kind": "error", "error": "expired_url", "status": 404}


def offer_in_thread(world: World, words: str, channel: str) -> tuple[Person, Message, Message]:
    """What Priya said, and the bot's offer in the thread under it."""
    priya = world.person("U0PRIYA")
    said = priya.say(f"@Action Items add {words}", channel=channel)
    return priya, said, answered(priya, channel, said, words)


def threads_of(answer: Answer) -> set[str | None]:
    return {message.thread_ts for message in answer.messages}


def fault(world: World, **about: Any) -> None:
    httpx.post(f"{world.sandbox.url}/sandbox/faults", json={"times": 1} | about).raise_for_status()


@pytest.fixture(autouse=True)
def no_faults_left(world: World) -> Any:
    yield
    httpx.delete(f"{world.sandbox.url}/sandbox/faults")


@pytest.mark.walk
def test_answer_to_a_press_in_a_thread_stands_in_the_thread(world: World) -> None:
    priya, said, offer = offer_in_thread(world, "Shed load at 80 % of the queue", world.incident_channel())
    answer = offer.button("Keep as an idea").click()
    assert "is kept as an idea" in answer.text
    assert answer.ephemeral
    assert threads_of(answer) == {said.ts}
    refused = offer_again(priya, said).button("Details").click()
    assert threads_of(refused) == {said.ts}


def offer_again(person: Person, said: Message) -> Message:
    return eventually(lambda: find(person.messages(said.channel, thread=said.ts)[1:], "is kept as an idea."))


def test_refusal_of_a_press_in_a_thread_stands_in_the_thread(world: World) -> None:
    priya, said, offer = offer_in_thread(world, "Cap the dead letters at 9,000", world.incident_channel())
    with world.unedited():
        offer.button("Keep as an idea").click()
        again = offer.button("Keep as an idea").click()
    assert "already" in again.text
    assert threads_of(again) == {said.ts}
    assert priya.id in str(again.messages[0].raw) or again.ephemeral


def test_answer_to_a_press_on_the_first_message_of_a_thread_stands_in_the_channel(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    create(world, priya, channel, Action="Rehearse the quokka failover every month")
    card = eventually(lambda: find(priya.messages(channel), "quokka"))
    priya.say("I would help", channel=channel, thread=card.ts)
    answer = world.card(channel, "quokka").button("Details").click()
    assert threads_of(answer) == {None}


@pytest.mark.parametrize("error", ["expired_url", "used_url", "no_service"])
def test_answer_that_the_response_url_refuses_comes_as_an_ephemeral_message_there(world: World, error: str) -> None:
    _priya, said, offer = offer_in_thread(world, f"Alert on {error} in the bus", world.incident_channel())
    fault(world, **EXPIRED | {"error": error})
    answer = offer.button("Keep as an idea").click()
    assert "is kept as an idea" in answer.text
    assert answer.ephemeral
    assert threads_of(answer) == {said.ts}
    assert any("answer_refused" in line and error in line for line in world.bot.log)


@pytest.mark.parametrize("error", ["user_not_in_channel", "channel_not_found", "not_in_channel"])
def test_answer_that_has_no_place_in_the_channel_comes_as_a_direct_message(world: World, error: str) -> None:
    priya, _said, offer = offer_in_thread(world, f"Probe the mirror for {error}", world.incident_channel())
    fault(world, **EXPIRED)
    fault(world, method="chat.postEphemeral", kind="error", error=error)
    offer.button("Keep as an idea").click()
    whispered = eventually(lambda: find(priya.direct_messages(), "is kept as an idea"))
    assert not whispered.is_ephemeral


def test_answer_that_nobody_takes_is_logged_and_counted(world: World) -> None:
    _priya, _said, offer = offer_in_thread(world, "Count the numbats in the queue", world.incident_channel())
    before = lost(world)
    fault(world, **EXPIRED)
    fault(world, method="chat.postEphemeral", kind="error", error="restricted_action")
    # Twice: the channel's line of ideas is posted beside the answer, whichever of the two comes first.
    fault(world, method="chat.postMessage", kind="error", error="messages_tab_disabled", times=2)
    with world.unedited():
        offer.button("Keep as an idea").click()
    eventually(lambda: lost(world) == before + 1)
    assert any("answer_lost" in line for line in world.bot.log)
    assert 'error="messages_tab_disabled"' in metrics(world)


def metrics(world: World) -> str:
    return httpx.get(f"{world.bot.url}/metrics").text


def lost(world: World) -> float:
    found = [line for line in metrics(world).splitlines() if line.startswith("actionitem_answers_lost_total")]
    return float(found[0].split()[-1])


def test_answer_comes_once_slack_is_back(world: World) -> None:
    priya, _said, offer = offer_in_thread(world, "Drain the wombat queue by a job", world.incident_channel())
    fault(world, method="respond", kind="http", status=503)
    fault(world, method="chat.postEphemeral", kind="http", status=503)
    fault(world, method="chat.postMessage", kind="http", status=503, channel="U0PRIYA")
    offer.button("Keep as an idea").click()
    eventually(lambda: find(priya.direct_messages(), "is kept as an idea"))


def test_form_opened_in_a_thread_remembers_it(world: World) -> None:
    priya, said, offer = offer_in_thread(world, "Fence the lemur service at 40 requests", world.incident_channel())
    offer.button("Create action item").click()
    assert f'"thread": "{said.ts}"' in priya.modal.view["private_metadata"]
    assert priya.modal.fill(FIELDS | {"Action": "Fence the lemur service at 40 requests"}).submit("Create") == {}


def test_refusal_of_a_message_shortcut_in_a_thread_stands_there(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    parent = priya.say("The queue is full again", channel=channel)
    reply = priya.say("x", channel=channel, thread=parent.ts)
    fault(world, method="views.open", kind="error", error="expired_trigger_id")
    answer = priya.message_shortcut("new_from_message", reply)
    assert "too long for Slack" in answer.text
    assert threads_of(answer) == {parent.ts}
