"""The form “New action item”: its labels, and what it knows before anything is written."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import FIELDS, create, submit

LABELS = ["Action", "Owner", "Due date", "How will we verify it?", "Incident"]
BEHIND = [
    "Details", "Collaborators", "Root cause", "Remedy", "Impact", "Urgency", "Effort", "References",
]  # fmt: skip
"""What “More fields” adds."""


def test_form_has_every_label_of_the_contract(world: World) -> None:
    priya = world.person("U0PRIYA")
    priya.command("/actionitem new", channel=world.incident_channel())
    assert priya.modal.title == "New action item"
    assert [label for label in priya.modal.labels if label != "Team"] == LABELS  # asked for where there are several
    priya.modal.button("More fields").click()
    assert [label for label in priya.modal.labels if label != "Team"] == [*LABELS, *BEHIND]
    assert priya.modal.options("Remedy") == [
        "Automation", "Guardrail", "Validation", "Monitoring", "Process", "Documentation", "Training",
    ]  # fmt: skip


def test_text_person_and_date_of_the_command_fill_the_form(world: World) -> None:
    priya = world.person("U0PRIYA")
    priya.command("/actionitem new Cap the retry queue <@U0MARCO|marco> by tomorrow", channel=world.incident_channel())
    assert priya.modal.shown("Action") == "Cap the retry queue"
    assert priya.modal.shown("Owner") == "U0MARCO"
    assert priya.modal.shown("Due date") > datetime.now(UTC).date().isoformat()


def test_group_in_the_command_is_refused_as_owner(world: World) -> None:
    priya = world.person("U0PRIYA")
    group = {"handle": "oncall", "name": "On-call", "users": ["U0PRIYA"]}
    priya.http.post("/sandbox/usergroups", json=group).raise_for_status()
    priya.command("/actionitem new Cap the queue @oncall", channel=world.incident_channel())
    assert "A group cannot own an item" in priya.modal.text
    assert priya.modal.shown("Owner") is None


def test_incident_channel_registers_its_incident_and_preselects_it(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(name="search-is-slow")
    priya.command("/actionitem new", channel=channel)
    chosen = priya.modal.shown("Incident")
    assert chosen["text"]["text"].endswith("search is slow")


@pytest.mark.walk
def test_incident_gets_title_severity_post_mortem_and_beginning(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    priya.command("/actionitem incident", channel=channel)
    began = datetime.now(UTC) - timedelta(days=3)
    facts = {
        "Title": "Checkout down",
        "Severity": "SEV1 – critical",
        "Post-mortem link": "https://pm.example.com/12",
        "When it began": began,
    }
    assert priya.modal.fill(facts).submit("Save") == {}
    card = eventually(lambda: find(priya.messages(channel), "Checkout down"))
    assert label in card.text
    assert "https://pm.example.com/12" in card.text
    assert "SEV1 – critical" in card.text
    assert "SEV1 – critical" in priya.command(f"/actionitem show {label}", channel=channel).text


def test_severity_can_be_changed_and_taken_back(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    create(world, priya, channel)
    submit(priya, channel, "incident", {"Severity": "SEV2 – major"}, "Save")
    eventually(lambda: find(priya.messages(channel), "SEV2 – major"))
    submit(priya, channel, "incident", {"Severity": "SEV3 – minor"}, "Save")
    eventually(lambda: find(priya.messages(channel), "SEV3 – minor"))
    submit(priya, channel, "incident", {"Severity": None}, "Save")
    eventually(lambda: not any("SEV" in m.text for m in priya.messages(channel) if not m.is_ephemeral))


@pytest.mark.walk
def test_of_two_who_say_different_things_of_an_incident_at_once_nobody_s_words_are_lost(world: World) -> None:
    priya, marco, channel = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel()
    submit(priya, channel, "incident", {"Root cause": "A retry storm", "Services": "search"}, "Save")
    marco.command("/actionitem incident", channel=channel)
    said = {"Post-mortem link": "https://pm.example.com/7", "Severity": "SEV1 – critical", "Services": "search, dns"}
    submit(priya, channel, "incident", said | {"Root cause": ""}, "Save")
    assert marco.modal.fill({"Title": "Search was down", "Services": "search, cdn"}).submit("Save") == {}
    priya.command("/actionitem incident", channel=channel)
    shown = priya.modal.shown
    assert (shown("Title"), shown("Services")) == ("Search was down", "search, cdn")
    assert (shown("Severity")["value"], shown("Post-mortem link")) == (said["Severity"], said["Post-mortem link"])
    assert not shown("Root cause")


def test_incident_that_begins_in_the_future_is_refused(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem incident", channel=channel)
    errors = priya.modal.fill({"When it began": datetime.now(UTC) + timedelta(days=1)}).submit("Save")
    assert "has passed" in errors["When it began"]


def test_team_is_asked_for_only_when_there_are_several(world: World) -> None:
    priya = world.person("U0PRIYA")
    priya.command("/actionitem new", channel=world.incident_channel())
    assert priya.modal.labels == LABELS
    priya.modal.cancel()
    world.bot.command("team", "set", "Search", "--channel", "C0GENERAL", "--lead", "U0AISHA")
    priya.command("/actionitem new", channel=world.incident_channel())
    assert "Team" in priya.modal.labels
    assert priya.modal.shown("Team")["text"]["text"] == "Payments"  # the team she is in


@pytest.mark.walk
def test_message_shortcut_opens_the_form_with_the_message(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    said = priya.post("message", {"channel": channel, "text": "We have no alert on the retry queue"})["message"]
    priya.act("message_shortcut", {"callback_id": "new_from_message", "channel": channel, "ts": said["ts"]})
    assert priya.modal.shown("Action") == "We have no alert on the retry queue"
    assert said["ts"].replace(".", "") in str(priya.modal.shown("References"))


@pytest.mark.walk
def test_global_shortcut_opens_an_empty_form_and_tells_the_maker(world: World) -> None:
    priya = world.person("U0PRIYA")
    priya.act("shortcut", {"callback_id": "new_item"})
    priya.modal.fill(FIELDS | {"Action": "Rotate the signing keys by a job"}).submit("Create")
    assert eventually(lambda: find(priya.direct_messages(), "Rotate the signing keys by a job"))


def test_channel_without_the_bot_is_told_to_invite_it(world: World) -> None:
    answer = world.person("U0LENA").command("/actionitem new", channel="C0BOARD")
    assert "/invite @Action Items" in answer.text
