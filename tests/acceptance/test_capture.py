"""Every way in which an item or an idea gets from a conversation into the list."""

from datetime import date, timedelta

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.mornings import in_days
from tests.acceptance.test_life_of_an_item import FIELDS
from tests.people import Message, Person

CALLBACK = "new_from_message"


def answered(person: Person, channel: str, said: Message, words: str) -> Message:
    """The bot's answer in the thread of what was said."""
    return eventually(lambda: find(person.messages(channel, thread=said.ts)[1:], words))


def friday() -> date:
    today = in_days(0)
    return today + timedelta(days=(4 - today.weekday()) % 7 or 7)


def test_mention_is_understood_and_its_button_opens_the_form(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(name="mentioned")
    said = priya.say("@Action Items add Cap the retry queue at 10,000 @Marco Rossi by friday", channel=channel)
    offer = answered(priya, channel, said, "Cap the retry queue at 10,000")
    assert "Owner Marco Rossi" in offer.text
    offer.button("Create action item").click()
    form = priya.modal
    assert form.shown("Action") == "Cap the retry queue at 10,000"
    assert form.shown("Owner") == "U0MARCO"
    assert date.fromisoformat(form.shown("Due date")) == friday()
    assert "/archives/" in form.shown("References")
    assert "mentioned" in str(form.shown("Incident"))


def test_mention_without_a_verb_is_an_action_too(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    said = priya.say("@Action Items Shed load when the queue is full", channel=channel)
    assert "Create action item" in answered(priya, channel, said, "Shed load").buttons


def test_notification_of_a_mention_pings_nobody(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    said = priya.say("@Action Items add Tell &lt;!channel&gt; when the queue is full", channel=channel)
    offer = answered(priya, channel, said, "when the queue is full")
    assert "&lt;!channel&gt;" in offer.fallback
    assert "<!channel>" not in offer.fallback


def test_mention_can_keep_an_idea_once(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    said = priya.say("@Action Items add Draw the retry queue on the dashboard", channel=channel)
    offer = answered(priya, channel, said, "Draw the retry queue")
    with world.unedited():
        assert "is kept as an idea" in offer.button("Keep as an idea").click().text
        assert "was made of this message already" in offer.button("Keep as an idea").click().text
    assert "Keep as an idea" not in answered(priya, channel, said, "is kept as an idea.").buttons


@pytest.mark.walk
def test_one_item_is_made_of_a_mention(world: World) -> None:
    priya, marco, channel = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel()
    said = priya.say("@Action Items add Cap the fan-out at 500 consumers", channel=channel)
    offer = answered(priya, channel, said, "Cap the fan-out")
    offer.button("Create action item").click()
    priya.modal.cancel()  # which makes nothing, so that the next press may
    offer.button("Create action item").click()
    theirs = answered(marco, channel, said, "Cap the fan-out")
    theirs.button("Create action item").click()
    with world.unedited():
        assert priya.modal.fill(FIELDS | {"Action": "Cap the fan-out at 500 consumers"}).submit("Create") == {}
        label = eventually(lambda: find(priya.messages(channel), "Owner Marco Rossi")).text.split()[0].strip("*")
        assert f"{label} was made of this message already" in str(marco.modal.fill(FIELDS).submit("Create"))
        marco.modal.cancel()
        for press in ("Create action item", "Keep as an idea"):
            assert f"{label} was made of this message already" in theirs.button(press).click().text
    done = answered(priya, channel, said, "was made of this.")
    assert label in done.text
    assert done.buttons == ["Details"]


@pytest.mark.walk
def test_mention_that_says_idea_keeps_one_at_once(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    said = priya.say("@Action Items idea Rehearse the failover in spring", channel=channel)
    answered(priya, channel, said, "is kept as an idea")
    assert "Rehearse the failover" in priya.command("/actionitem list ideas", channel=channel).text


@pytest.mark.parametrize(("text", "words"), [("@Action Items", "/actionitem help"), ("@Action Items add", "Say what")])
def test_mention_that_says_nothing_is_told_what_to_say(world: World, text: str, words: str) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    answered(priya, channel, priya.say(text, channel=channel), words)


def test_mention_in_a_thread_is_answered_there(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    parent = priya.say("The queue is full again", channel=channel)
    priya.say("@Action Items add Cap the queue", channel=channel, thread=parent.ts)
    answered(priya, channel, parent, "Cap the queue")


@pytest.mark.walk
def test_reaction_makes_an_idea_of_a_message_once(world: World) -> None:
    priya, marco, channel = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel(name="pinned")
    said = priya.say("We should page somebody when the queue is full", channel=channel)
    marco.react("pushpin", said)
    line = eventually(lambda: find(marco.messages(channel), "idea, no commitment"))
    assert "page somebody when the queue is full" in line.text
    kept = eventually(lambda: [each for each in marco.messages(channel) if "is kept as an idea" in each.text])
    assert [each.is_ephemeral for each in kept] == [True]
    marco.react("pushpin", said, remove=True)
    marco.react("pushpin", said)
    priya.react("pushpin", said)
    priya.settle()
    assert priya.command("/actionitem list ideas", channel=channel).text.count("page somebody") == 1
    label = line.text.split("*")[3]
    assert said.ts.replace(".", "") in priya.command(f"/actionitem show {label}", channel=channel).text


def test_reaction_in_a_thread_takes_that_message(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    parent = priya.say("The queue is full again", channel=channel)
    reply = priya.say("Drain it by hand never again", channel=channel, thread=parent.ts)
    priya.react("pushpin", reply)
    assert "Drain it by hand" in eventually(lambda: find(priya.messages(channel), "idea, no commitment")).text


@pytest.mark.parametrize("name", ["eyes", "+1"])
def test_other_reactions_mean_nothing(world: World, name: str) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.react(name, priya.say("Just saying", channel=channel))
    priya.settle()
    assert "Just saying" not in priya.command("/actionitem list ideas", channel=channel).text


def test_team_chooses_its_reaction_or_none(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    try:
        assert world.bot.command("team", "set", "Payments", "--reaction", ":bulb:").returncode == 0
        said = priya.say("Alert on the queue's age", channel=channel)
        priya.react("pushpin", said)
        priya.react("bulb", said)
        eventually(lambda: find(priya.messages(channel), "idea, no commitment"))
        assert world.bot.command("team", "set", "Payments", "--reaction", "").returncode == 0
        priya.react("bulb", priya.say("Alert on the queue's length", channel=channel))
        priya.settle()
        assert "queue's length" not in priya.command("/actionitem list ideas", channel=channel).text
    finally:
        world.bot.command("team", "set", "Payments", "--reaction", "pushpin")


@pytest.mark.walk
def test_message_shortcut_brings_text_link_and_incident(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(name="shortcut")
    said = priya.say("Cap the queue & tell @Marco Rossi\nIt grew to 2 million", channel=channel)
    priya.message_shortcut(CALLBACK, said)
    form = priya.modal
    assert form.shown("Action") == "Cap the queue & tell @Marco Rossi"
    assert "It grew to 2 million" in form.shown("Details")
    assert said.ts.replace(".", "") in form.shown("References")
    assert "shortcut" in str(form.shown("Incident"))


@pytest.mark.walk
def test_global_shortcut_opens_the_empty_form(world: World) -> None:
    priya = world.person("U0PRIYA")
    priya.shortcut("new_item")
    assert priya.modal.title == "New action item"


@pytest.mark.parametrize(("words", "days"), [("tomorrow", 1), ("in two weeks", 14), ("in 10 days", 10), ("{iso}", 40)])
def test_new_reads_dates_as_people_say_them(world: World, words: str, days: int) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    due = in_days(days)
    priya.command(f"/actionitem new Cap the queue @marco by {words.format(iso=due)}", channel=channel)
    form = priya.modal
    assert (form.shown("Action"), form.shown("Owner")) == ("Cap the queue", "U0MARCO")
    assert form.shown("Due date") == due.isoformat()


def test_day_that_has_passed_is_said_and_left_open(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem new Cap the queue by 2026-01-05", channel=channel)
    assert priya.modal.shown("Action") == "Cap the queue"
    assert priya.modal.shown("Due date") is None
    assert "Mon 5 Jan 2026 has passed: choose a later day." in priya.modal.text


def test_name_that_slack_did_not_turn_into_a_person_is_found(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem list @Marco Rossi", channel=channel)  # so that the name is known
    priya.command("/actionitem new Cap the queue @marco by friday", channel=channel, raw=True)
    assert (priya.modal.shown("Action"), priya.modal.shown("Owner")) == ("Cap the queue", "U0MARCO")
    priya.command("/actionitem new Cap the queue @nobody.here", channel=channel, raw=True)
    assert priya.modal.shown("Action") == "Cap the queue @nobody.here"


def test_idea_keeps_every_word(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    answer = priya.command("/actionitem idea Ask the vendor by friday", channel=channel)
    assert "is kept as an idea" in answer.text
    assert "Ask the vendor by friday" in priya.command("/actionitem list ideas", channel=channel).text


@pytest.mark.walk
def test_reactions_of_two_people_on_a_reply_in_a_private_channel_make_one_private_idea(world: World) -> None:
    priya, marco = world.person("U0PRIYA"), world.person("U0MARCO")
    channel = world.incident_channel(private=True, name="hushed")
    parent = priya.say("The vault is sealed", channel=channel)
    reply = priya.say("Numbat: rotate the unseal keys by a job", channel=channel, thread=parent.ts)
    priya.react("pushpin", reply)
    marco.react("pushpin", reply)
    eventually(lambda: find(priya.messages(channel), "Numbat"))
    priya.settle()
    assert priya.command("/actionitem list ideas", channel=channel).text.count("Numbat") == 1
    assert "Numbat" not in world.person("U0LENA").command("/actionitem search unseal", channel="C0GENERAL").text


def test_what_is_written_down_in_a_direct_message_is_said_to_be_seen_by_all(world: World) -> None:
    priya = world.person("U0PRIYA")
    direct = priya.post("open_dm", {"users": ["U0LENA"]})["channel"]["id"]
    said = world.person("U0LENA").say("Cap the wombat queue at 7 requests", channel="U0PRIYA")
    priya.message_shortcut("new_from_message", said)
    assert "Unlike this conversation" in priya.modal.text
    priya.modal.cancel()
    assert "Unlike this conversation" in priya.command("/actionitem idea Cap the tapir queue", channel=direct).text
    assert "Unlike this" not in priya.command("/actionitem idea Cap the okapi queue", channel="C0GENERAL").text
