"""What is written in the bot's Messages tab is answered like a mention; newcomers are told what the bot is for."""

import base64
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests import signing
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import FIELDS
from tests.people import Message, Person

BOT = "U0BOT"
FOR = "keep the action items of incidents from being forgotten"


def direct(person: Person) -> str:
    """The channel of the Messages tab."""
    return str(person.post("open_dm", {})["channel"]["id"])


def written(world: World, user: str, text: str) -> tuple[Person, Message]:
    person = world.person(user)
    return person, person.say(text, channel=BOT)


def answered(person: Person, words: str) -> Message:
    return eventually(lambda: find(from_bot(person), words))


def all_answered(person: Person) -> list[Message]:
    """What the bot has said once it has answered what was written now: all that came before is answered too."""
    marked = f"Alert on the marker queue {uuid4().hex} above 90"
    person.say(marked, channel=BOT)
    answered(person, marked)
    return from_bot(person)


def from_bot(person: Person) -> list[Message]:
    return [message for message in person.direct_messages() if message.sender == BOT]


def sent(world: World, event_id: str | None = None, **event: Any) -> httpx.Response:
    """An event of a direct message, as Slack would send it."""
    priya = world.person("U0PRIYA")
    said = {"type": "message", "channel": direct(priya), "channel_type": "im", "ts": "1700000000.000100"} | event
    body = json.dumps(
        {
            "token": "", "team_id": "T0ACME", "api_app_id": "A0", "type": "event_callback", "event": said,
            "event_id": event_id or f"Ev{uuid4().hex}", "event_time": 1, "authorizations": [
                {"team_id": "T0ACME", "user_id": BOT, "is_bot": True, "is_enterprise_install": False}
            ],
        }
    )  # fmt: skip
    headers = signing.signed(world.sandbox.signing_secret, body) | {"content-type": "application/json"}
    return httpx.post(f"{world.bot.url}/slack/events", content=body, headers=headers, trust_env=False, timeout=30)


@pytest.mark.walk
def test_sentence_in_the_messages_tab_is_offered_as_an_item_and_made_one(world: World) -> None:
    priya, _said = written(world, "U0PRIYA", "Cap the tapir queue at 10,000 @Marco Rossi by friday")
    offer = answered(priya, "Cap the tapir queue at 10,000")
    assert "Owner Marco Rossi" in offer.text
    assert offer.thread_ts is None
    offer.button("Create action item").click()
    priya.modal.button("More fields").click()
    form = priya.modal
    assert form.shown("Action") == "Cap the tapir queue at 10,000"
    assert form.shown("Owner") == "U0MARCO"
    assert not form.shown("References")
    assert "Unlike this conversation" in form.text
    assert form.fill(FIELDS | {"Action": "Cap the tapir queue at 10,000"}).submit("Create") == {}
    answered(priya, "was made of this.")


def test_newcomer_is_told_once_what_the_bot_is_for(world: World) -> None:
    kim = newcomer(world)
    kim.say("Alert on the kiwi queue's age above 5 minutes", channel=BOT)
    offer = answered(kim, "Alert on the kiwi queue")
    hello = answered(kim, FOR)
    assert {"New action item", "What can I do?"} <= set(hello.buttons)
    assert "Create action item" in offer.buttons
    kim.say("Alert on the emu queue's age above 5 minutes", channel=BOT)
    answered(kim, "Alert on the emu queue")
    assert len([one for one in all_answered(kim) if FOR in one.text]) == 1


@pytest.mark.parametrize("text", ["hi", "help", "Help?", "list", "AI-12", "thanks", "@Action Items"])
def test_who_asks_for_help_or_says_one_word_gets_help(world: World, text: str) -> None:
    lena = world.person("U0LENA")
    before = len([one for one in from_bot(lena) if FOR in one.text])
    lena.say(text, channel=BOT)
    eventually(lambda: len([one for one in from_bot(lena) if FOR in one.text]) > before)
    said = [one.text for one in all_answered(lena) if "Create action item" in one.buttons]
    assert not [one for one in said if "marker" not in one]


def test_idea_is_kept_at_once_and_who_sees_it_is_said(world: World) -> None:
    marco, _said = written(world, "U0MARCO", "idea Rehearse the bongo failover in spring")
    assert "is kept as an idea" in answered(marco, "Unlike this conversation").text
    assert "Rehearse the bongo failover" in marco.command("/actionitem list ideas", channel="C0GENERAL").text


def test_message_in_a_thread_is_answered_there(world: World) -> None:
    marco, said = written(world, "U0MARCO", "Drain the coati queue by a job each night")
    answered(marco, "Drain the coati queue by")
    marco.say("Alert on the coati queue's length above 90", channel=BOT, thread=said.ts)
    eventually(lambda: find(marco.messages(said.channel, thread=said.ts)[1:], "coati queue's length"))


def test_alert_without_text_is_read_by_its_attachments(world: World) -> None:
    attachment = {
        "title": "Ibis latency high",
        "title_link": "https://x.example/7",
        "text": "P99 above 900 ms",
        "id": 1,
    }
    for text in ("", f"<@{BOT}>"):
        assert sent(
            world, user="U0PRIYA", text=text, attachments=[attachment], ts=f"17.{uuid4().int % 10**6}"
        ).is_success
    priya = world.person("U0PRIYA")
    eventually(lambda: len([one for one in from_bot(priya) if "Ibis latency high" in one.text]) == 2 or None)
    offer = answered(priya, "Ibis latency high")
    offer.button("Create action item").click()
    assert "Ibis latency high" in priya.modal.shown("Action")


def test_mention_of_the_bot_alone_over_a_passed_on_alert_takes_the_alert(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(name="alerted")
    attachment = {"fallback": "Egret errors at 7 %", "id": 1}
    event = {"type": "app_mention", "channel": channel, "channel_type": None, "user": "U0PRIYA", "text": f"<@{BOT}>"}
    parent = priya.say("The egret is down", channel=channel)
    assert sent(world, **event, ts=parent.ts, attachments=[attachment]).is_success
    eventually(lambda: find(priya.messages(channel, thread=parent.ts)[1:], "Egret errors at 7 %"))


def test_file_without_words_is_read_by_its_title(world: World) -> None:
    priya = world.person("U0PRIYA")
    content = base64.b64encode(b"x").decode()
    priya.post("upload", {"channel": direct(priya), "name": "Restart the heron by hand.txt", "content": content})
    answered(priya, "Restart the heron by hand")


@pytest.mark.parametrize(
    "event",
    [
        {"user": BOT, "text": "Alert on the lynx queue"},
        {"user": "U0PRIYA", "bot_id": "B0OTHER", "text": "Alert on the lynx queue"},
        {"user": "USLACKBOT", "text": "Alert on the lynx queue"},
        {"subtype": "bot_message", "bot_id": "B0OTHER", "text": "Alert on the lynx queue"},
        {
            "subtype": "message_changed",
            "hidden": True,
            "message": {"user": "U0PRIYA", "text": "Alert on the lynx queue"},
        },
        {"subtype": "message_deleted", "hidden": True, "previous_message": {"text": "Alert on the lynx queue"}},
        {"user": "U0PRIYA", "subtype": "channel_topic", "text": "Alert on the lynx queue"},
        {"user": "U0PRIYA", "channel_type": "mpim", "text": "Alert on the lynx queue"},
        {"text": "Alert on the lynx queue"},
    ],
    ids=str,
)
def test_what_no_person_wrote_to_the_bot_is_not_answered(world: World, event: dict[str, Any]) -> None:
    assert sent(world, **event).is_success
    assert not [one for one in all_answered(world.person("U0PRIYA")) if "lynx" in one.text]


def test_edit_and_deletion_are_not_answered_again(world: World) -> None:
    aisha, said = written(world, "U0AISHA", "Cap the vole queue at 700 requests")
    answered(aisha, "Cap the vole queue")
    aisha.act("edit_message", said.where["message"] | {"text": "Cap the vole queue at 800 requests"})
    aisha.act("delete_message", said.where["message"])
    assert len([one for one in all_answered(aisha) if "vole" in one.text]) == 1


def test_message_that_slack_sends_again_is_answered_once(world: World) -> None:
    event = {"user": "U0PRIYA", "text": "Cap the shrew queue at 300 requests"}
    for _attempt in range(3):
        assert sent(world, "EvSHREW", **event).is_success
    priya = world.person("U0PRIYA")
    answered(priya, "shrew")
    assert len([one for one in all_answered(priya) if "shrew" in one.text]) == 1


def test_guest_is_answered_and_offered_nothing_of_other_channels(world: World) -> None:
    gil, _said = written(world, "U0GIL", "Cap the gnu queue at 300 requests")
    answered(gil, "Cap the gnu queue").button("Create action item").click()
    assert gil.modal.title == "New action item"
    assert "Incident" not in gil.modal.labels or "lerted" not in str(gil.modal.options("Incident"))


def test_answer_is_in_the_language_of_who_wrote(world: World) -> None:
    jonas = newcomer(world, locale="de-DE")
    jonas.say("Die Otter-Queue auf 300 Anfragen begrenzen", channel=BOT)
    offer = answered(jonas, "Otter-Queue")
    assert "Maßnahme anlegen" in offer.fallback
    assert "Das Formular fragt nach dem, was fehlt." in offer.text
    assert "nicht vergessen werden" in answered(jonas, "Schreib mir, was sich ändern soll").text


def newcomer(world: World, locale: str = "en-US") -> Person:
    made = world.person("U0PRIYA").http.post(
        "/sandbox/people", json={"real_name": f"New {uuid4().hex[:6]}", "locale": locale}
    )
    assert made.is_success, made.text
    return world.person(str(made.json()["id"]))
