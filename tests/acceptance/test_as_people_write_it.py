"""What people type, paste and press as they do it: the field reports that only a running product can show.

Which report is held by which test stands in `tests/unit/test_field_reports.py`.
"""

import re
from typing import Any

import httpx
import pytest

from bot.sandbox.messages import say
from bot.sandbox.model import Message as SandboxMessage
from bot.sandbox.state import State
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_capture import CALLBACK
from tests.acceptance.test_life_of_an_item import FIELDS, create, create_by_form, submit
from tests.acceptance.test_postmortem import says, table
from tests.people import Message, Person

LETTERS = (
    "https://dev.azure.example/a/_git/b https://m.example/~bob/ https://logs.example/logs-*/_search?var=* "
    "https://m.example/@here/x ops@here.example `~/.cache`"
)
MARKS = ("\u200b", "\u2060", "\ufeff", "\u200c", "\u200d")
"""What makes a mark harmless and is not seen."""


def new(person: Person, channel: str, text: str) -> Person:
    """With the form of a new item open."""
    person.command(f"/actionitem new {text}", channel=channel, raw=True)
    return person


def sent(world: World, channel: str, **content: Any) -> Message:
    """A message of Marco's as Slack's own client sends it: links, people and days in brackets."""

    def send(state: State) -> str:
        message = SandboxMessage(state.new_ts(), channel, "U0MARCO", **{"text": "", **content})
        say(state, message)
        return message.ts

    ts = world.sandbox.do(send)
    return next(each for each in world.person("U0PRIYA").messages(channel) if each.ts == ts)


def find_ephemeral(person: Person, channel: str, button: str) -> Message | None:
    """The newest answer with that button."""
    return next((each for each in reversed(person.messages(channel)) if button in each.buttons), None)


@pytest.mark.walk
def test_links_addresses_and_code_stay_to_the_letter_wherever_they_are_shown(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create_by_form(priya, channel, Action="Move the job off https://m.example/@here/x", Details=LETTERS)
    card = world.card(channel, label)
    shown = priya.command(f"/actionitem show {label}", channel=channel)
    for text in (card.text, shown.text, priya.command("/actionitem list incident", channel=channel).text):
        assert "https://m.example/@here/x" in text
    for letters in LETTERS.split():
        assert letters in shown.text
    # In a date Slack is told by one not to begin a sentence there.
    assert not set(MARKS) & set(re.sub(r"<!date[^>]*>", "", shown.text))


def test_link_works_when_the_table_or_the_canvas_is_pasted(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    link = "https://ci.example/load_test/12?x=a*b"
    create_by_form(priya, channel, Action=f"Run {link} each night")
    assert f"Run {link} each night" in table(priya, channel)
    assert says(world, channel, f"Run {link} each night")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Ask &lt;x&gt; <mailto:a@b.example|a@b.example> for keys", "Ask <x> a@b.example for keys"),
        ("Read the <https://x.example|failover runbook> aloud", "Read the failover runbook (https://x.example) aloud"),
        ("Watch <#C0PAYMENTS> at night", "Watch #payments at night"),
        ("Tell <#C0PAYMENTS|> at night", "Tell #payments at night"),
        ("Freeze from <!date^1770249600^{date_short}|Feb 5> on", "Freeze from Feb 5 on"),
    ],
)
def test_what_slack_puts_into_brackets_is_read_as_people_see_it(world: World, typed: str, shown: str) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    assert new(priya, channel, typed).modal.shown("Action") == shown
    priya.modal.cancel()
    said = sent(world, channel, text=f"<@U0BOT> add {typed}")
    offer = eventually(
        lambda: next((each for each in priya.messages(channel, thread=said.ts)[1:] if each.buttons), None)
    )
    offer.button("Create action item").click()
    assert priya.modal.shown("Action") == shown


def test_message_with_an_address_brings_it_by_the_shortcut_and_the_reaction(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    said = sent(world, channel, text="Write to <mailto:a@b.example|a@b.example> first")
    priya.message_shortcut(CALLBACK, said)
    assert priya.modal.shown("Action") == "Write to a@b.example first"
    priya.modal.cancel()
    priya.react("pushpin", said)
    assert "Write to a@b.example first" in eventually(lambda: find(priya.messages(channel), "idea, no commitment")).text


def test_second_person_of_a_mention_stays_in_the_text_by_name(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    said = priya.say("@Action Items add Pair @Marco Rossi with @Priya Raman on the failover", channel=channel)
    offer = eventually(lambda: find(priya.messages(channel, thread=said.ts)[1:], "on the failover"))
    assert "<@U" not in offer.text
    offer.button("Create action item").click()
    assert (priya.modal.shown("Owner"), priya.modal.shown("Action")) == (
        "U0MARCO", "Pair with @Priya Raman on the failover",
    )  # fmt: skip


def test_title_blank_line_and_details_are_title_and_details(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    form = new(priya, channel, "Cap the retry queue\n\nIt grew to 2 million\nand took the broker down").modal
    assert form.shown("Action") == "Cap the retry queue"
    assert form.shown("Details") == "It grew to 2 million\nand took the broker down"


@pytest.mark.parametrize(
    "text",
    [
        "1. Cap the retry queue\n2. Alert on its age\n3. Drain it nightly",
        "| Action | Owner |\n|---|---|\n| Cap the retry queue | Priya |\n| Alert on its age | Marco |",
    ],
    ids=["numbers", "table"],
)
def test_several_items_at_once_do_not_become_one_title(world: World, text: str) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    answer = priya.command(f"/actionitem new {text}", channel=channel, raw=True)
    title = priya.modal.shown("Action") if priya.has_modal else ""
    assert "Alert on its age" not in str(title or "")
    assert "Alert on its age" in (priya.modal.text if priya.has_modal else answer.text)


def test_alert_that_says_everything_in_an_attachment_can_be_captured(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    alert = {"title": "p99 over 2 s", "text": "checkout is slow", "fallback": "p99 over 2 s"}
    said = sent(world, channel, attachments=[alert])
    priya.message_shortcut(CALLBACK, said)
    assert priya.modal.shown("Action") == "p99 over 2 s"
    assert "checkout is slow" in priya.modal.shown("Details")
    priya.modal.cancel()
    priya.react("pushpin", said)
    assert "p99 over 2 s" in eventually(lambda: find(priya.messages(channel), "idea, no commitment")).text


def test_message_that_begins_with_code_has_the_first_line_with_words_as_its_title(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.message_shortcut(CALLBACK, priya.say("```\nERROR: queue full\nat line 7\n```", channel=channel))
    assert priya.modal.shown("Action") == "ERROR: queue full"


@pytest.mark.parametrize("quoted", ["“retry queue”", '"retry queue"', "„retry queue“", "«retry queue»"])
def test_quotes_around_what_is_searched_are_no_part_of_it(world: World, quoted: str) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, Action="Cap the retry queue at 10,000")
    assert label in priya.command(f"/actionitem search {quoted}", channel=channel).text


def test_theme_in_quotes_and_number_behind_a_dash_of_any_kind_are_found(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    submit(priya, channel, f"edit {label}", {"Themes": "retry storms"}, "Save")
    assert label in priya.command('/actionitem list theme "retry storms"', channel=channel).text
    number = label.removeprefix("AI-")
    for dash in "–—‑−":
        assert label in priya.command(f"/actionitem show AI{dash}{number}", channel=channel).text


def test_titles_without_letters_are_compared_as_they_are(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    create_by_form(priya, channel, Action="!!!")
    priya.command("/actionitem new", channel=channel)
    priya.modal.fill(FIELDS | {"Action": "???"}).submit("Create")
    assert "nearly the same" not in (priya.modal.text if priya.has_modal else "")


def test_table_of_three_thousand_characters_is_shown_whole_in_pages(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    lines = [f"| row {number:02} | {'x' * 60} | {'&<>' * 3} |" for number in range(34)]
    details = "\n".join(lines)
    assert 2_800 < len(details) <= 3_000
    label = create_by_form(priya, channel, Details=details)
    shown = priya.command(f"/actionitem show {label}", channel=channel).text
    missing = [line for number, line in enumerate(lines) if f"row {number:02} " not in shown]
    assert not missing


def test_texts_for_which_a_message_has_no_room_are_a_press_away(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    told = {
        name: f"{name} begins " + "a <&> b " * 360 + f"{name} ends" for name in ("Details", "Root cause", "References")
    }
    label = create_by_form(priya, channel, **told)
    shown = priya.command(f"/actionitem show {label}", channel=channel)
    eventually(lambda: find_ephemeral(priya, channel, "Whole texts")).button("Whole texts").click()
    for name in told:
        assert f"{name} begins" in shown.text
        assert f"{name} ends" in priya.modal.text


def test_reaction_on_a_message_that_slack_does_not_find_does_nothing(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    said = priya.say("We should page somebody for the gone message", channel=channel)
    url = f"{world.sandbox.url}/sandbox/faults"
    httpx.post(url, json={"method": "reactions.get", "kind": "error", "error": "message_not_found", "times": None})
    httpx.post(
        url, json={"method": "conversations.history", "kind": "error", "error": "message_not_found", "times": None}
    )
    try:
        priya.react("pushpin", said)
        priya.settle()
    finally:
        httpx.delete(url)
    assert "gone message" not in priya.command("/actionitem list ideas", channel=channel).text
