"""“New action item” in its short form: few fields, the coach first, what says nearly the same, and one press."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.sandbox.shapes import view_json
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.drawn import Sender
from tests.acceptance.test_life_of_an_item import create
from tests.acceptance.test_moment_of_creation import fill_quota
from tests.people import Person

SHORT = ["Action", "Owner", "Due date", "How will we verify it?", "Incident"]
BEHIND = ["Details", "Collaborators", "Root cause", "Remedy", "Impact", "Urgency", "Effort", "References"]
IN_A_WEEK = datetime.now(UTC).date() + timedelta(days=7)
REST = {"Owner": "U0PRIYA", "Due date": IN_A_WEEK, "How will we verify it?": "Fire it on purpose in staging"}


def opened(world: World, text: str = "", channel: str = "", user: str = "U0PRIYA") -> Person:
    """Somebody with the form before them."""
    person = world.person(user)
    person.command(f"/actionitem new {text}".strip(), channel=channel or world.incident_channel())
    return person


@pytest.mark.walk
def test_form_is_short_and_more_fields_keeps_what_was_typed(world: World) -> None:
    priya = opened(world)
    assert priya.modal.labels == SHORT
    modal = priya.modal.fill({"Action": "Cap the pool of /pay at 50", "How will we verify it?": "Open 60 connections"})
    modal.button("More fields").click()
    assert priya.modal.labels == [*SHORT, *BEHIND]
    assert "More fields" not in priya.modal.buttons
    assert priya.modal.shown("Action") == "Cap the pool of /pay at 50"
    assert priya.modal.shown("How will we verify it?") == "Open 60 connections"
    assert priya.modal.shown("Remedy")["value"] == "Guardrail"
    assert [priya.modal.shown(name) for name in ("Impact", "Urgency", "Effort")] == [None, None, None]


def test_two_presses_of_more_fields_at_once_lose_nothing(world: World) -> None:
    priya = opened(world)
    first = priya.modal.fill({"Action": "Cap the pool of /cart at 50"})
    second = priya.modal.fill({"Action": "Cap the pool of /cart at 50"})
    first.button("More fields").click()
    priya.modal.fill({"Details": "Fifty is what the database takes"})
    refused = httpx.post(
        f"{world.sandbox.url}/sandbox/people/U0PRIYA/action",
        json=second.where | {"block_id": "more", "action_id": "form.more", "value": "more", "values": {}},
    )
    assert refused.status_code in (200, 400)  # the button is gone; a press that was under way changes nothing
    assert priya.modal.labels == [*SHORT, *BEHIND]


def test_coach_speaks_before_anything_else_is_filled_in(world: World) -> None:
    priya = opened(world)
    assert priya.modal.fill({"Action": "Improve monitoring"}).submit("Create") == {}
    assert "“Improve monitoring” has no target" in priya.modal.text
    assert "For example: Improve monitoring of *[component]*" in priya.modal.text
    assert "Use this wording" in priya.modal.buttons
    assert "Keep my wording" in priya.modal.fill(REST).submit("Create")["Action"]


@pytest.mark.walk
def test_better_wording_is_taken_over_and_its_gaps_are_asked_for(world: World) -> None:
    channel = world.incident_channel()
    priya = opened(world, channel=channel)
    priya.modal.fill({"Action": "Improve monitoring"}).submit("Create")
    priya.modal.button("Use this wording").click()
    offered = "Improve monitoring of [component]: alert when [signal] is over [threshold] for [how long]"
    assert priya.modal.shown("Action") == offered
    assert "has no target" not in priya.modal.text
    refused = priya.modal.fill(REST).submit("Create")
    assert "[component], [signal], [threshold], [how long]" in refused["Action"]
    title = "Improve monitoring of checkout: alert when errors are over 2 % for 5 minutes"
    assert priya.modal.fill({"Action": title}).submit("Create") == {}
    assert "Owner Priya Raman" in eventually(lambda: find(priya.messages(channel), title)).text


def test_kept_wording_needs_the_rest_and_then_creates(world: World) -> None:
    channel = world.incident_channel()
    priya = opened(world, channel=channel)
    priya.modal.fill({"Action": "Improve the alerting"}).submit("Create")
    missing = priya.modal.fill({"Keep my wording": True}).submit("Create")
    assert list(missing) == ["Owner", "Due date", "How will we verify it?"]
    assert priya.modal.fill(REST).submit("Create") == {}
    assert eventually(lambda: find(priya.messages(channel), "Improve the alerting"))


def test_all_that_is_missing_is_said_at_once(world: World) -> None:
    priya = opened(world)
    missing = priya.modal.fill({"Action": "Cap the pool of /search at 40"}).submit("Create")
    assert list(missing) == ["Owner", "Due date", "How will we verify it?"]
    assert missing["Due date"] == "Choose a due date."


@pytest.mark.walk
def test_what_nobody_prioritised_says_so_and_stands_before_fill_ins(world: World) -> None:
    channel = world.incident_channel()
    little = create(
        world, world.person("U0PRIYA"), channel, Action="Cap the pool of /b at 1", Impact="1 – one rarely used path"
    )
    much = create(world, world.person("U0PRIYA"), channel, Action="Cap the pool of /c at 2")
    priya = opened(world, channel=channel)
    assert priya.modal.fill(REST | {"Action": "Cap the pool of /d at 333"}).submit("Create") == {}
    card = eventually(lambda: find(priya.messages(channel), "/d at 333"))
    label = card.text.split()[0].strip("*")
    assert "not prioritised" in card.text
    listed = priya.command("/actionitem list incident", channel=channel).text
    assert listed.index(much) < listed.index(label) < listed.index(little)
    shown = priya.command(f"/actionitem show {label}", channel=channel).text
    assert "*Remedy* Guardrail" in shown
    assert "created it, as Guardrail, which its wording speaks of" in shown
    assert "*Impact* not said" in shown


@pytest.mark.walk
def test_open_item_that_says_nearly_the_same_is_shown_with_its_state(world: World) -> None:
    channel = world.incident_channel()
    first = create(world, world.person("U0PRIYA"), channel, Action="Shed load of the billing gateway above 90 % CPU")
    again = "Shed the load of billing gateway above 90 % CPU"
    priya = opened(world, channel=channel)
    # Typed last: “Create” shows it once, and then creates.
    assert priya.modal.fill(REST | {"Action": again}).submit("Create") == {}
    assert f"*{first}* says nearly the same and is open" in priya.modal.text
    assert "Marco Rossi, not started" in priya.modal.text
    priya.modal.button(f"Show {first}").click()
    assert first in priya.modal.text
    priya.modal.cancel()
    assert priya.modal.shown("Action") == again
    assert priya.modal.submit("Create") == {}
    assert eventually(lambda: find(priya.messages(channel), again))


def test_item_that_says_nearly_the_same_is_shown_while_the_form_is_filled_in(world: World) -> None:
    first = create(
        world, world.person("U0PRIYA"), world.incident_channel(), Action="Expire idle ledger sessions after 30 s"
    )
    priya = opened(world)
    priya.modal.fill({"Action": "Expire the idle ledger sessions after 30 s", "Owner": "U0MARCO"})
    assert f"*{first}* says nearly the same" in priya.modal.text
    opened(world, "Expire idle sessions of the ledger after 30 s")
    assert f"*{first}* says nearly the same" in priya.modal.text


def test_nobody_learns_of_a_private_item_from_the_form(world: World) -> None:
    title = "Pin the version of the vault client to 4.2"
    create(world, world.person("U0PRIYA"), world.incident_channel(private=True), Action=title)
    for user, sees in (("U0AISHA", False), ("U0MARCO", True)):
        person = opened(world, title, channel="C0GENERAL", user=user)
        assert ("says nearly the same" in person.modal.text) is sees
        person.modal.cancel()


@pytest.mark.walk
def test_one_sentence_opens_a_form_that_needs_one_press(world: World) -> None:
    channel = world.incident_channel()
    words = "Add a P95 alert for /refund at 800 ms <@U0MARCO> by friday verify by firing the alert"
    priya = opened(world, words, channel)
    assert priya.modal.shown("Action") == "Add a P95 alert for /refund at 800 ms"
    assert priya.modal.shown("How will we verify it?") == "firing the alert"
    assert priya.modal.submit("Create") == {}
    card = eventually(lambda: find(priya.messages(channel), "/refund at 800 ms"))
    assert "Owner Marco Rossi" in card.text
    assert "Verify by: firing the alert" in card.text


def test_message_shortcut_reads_the_sentence_too(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    text = "Add a P95 alert for /void at 700 ms <@U0MARCO> by friday verify with a drill"
    said = priya.post("message", {"channel": channel, "text": text})["message"]
    priya.act("message_shortcut", {"callback_id": "new_from_message", "channel": channel, "ts": said["ts"]})
    modal = priya.modal
    assert (modal.shown("Action"), modal.shown("Owner")) == ("Add a P95 alert for /void at 700 ms", "U0MARCO")
    assert modal.shown("How will we verify it?") == "a drill"


def test_mention_reads_the_sentence_too(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    text = "<@U0BOT> Add a P95 alert for /capture at 700 ms <@U0MARCO> by friday verify with a drill"
    said = priya.say(text, channel=channel)
    offer = eventually(lambda: find(priya.messages(channel, thread=said.ts), "verify by: a drill"))
    offer.button("Create action item").click()
    assert priya.modal.shown("How will we verify it?") == "a drill"
    assert priya.modal.shown("Action") == "Add a P95 alert for /capture at 700 ms"


def test_with_the_quota_used_up_the_action_alone_makes_an_idea(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    fill_quota(world, priya, channel, 5)
    opened(world, channel=channel)
    assert priya.modal.labels == SHORT
    assert "5 of 5 items" in priya.modal.text
    assert priya.modal.fill({"Action": "Cap the pool of /tax at 77"}).submit("Create idea") == {}
    assert "1 idea, no commitment" in eventually(lambda: find(priya.messages(channel), "/tax at 77")).text


def test_lead_overrides_in_the_short_form(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    fill_quota(world, priya, channel, 5)
    marco = opened(world, channel=channel, user="U0MARCO")
    fields = {"Action": "Cap the pool of /vat at 78", "Override, because": "The auditor asks for it"}
    assert list(marco.modal.fill(fields).submit()) == ["Owner", "Due date", "How will we verify it?"]
    assert marco.modal.fill(REST).submit() == {}
    assert "_not started_" in eventually(lambda: find(priya.messages(channel), "/vat at 78")).text


def test_press_of_more_fields_is_done_also_where_a_note_has_changed_the_form_meanwhile(world: World) -> None:
    priya = opened(world)
    view = priya.modal.view["id"]
    before = world.sandbox.do(lambda state: view_json(state, state.views[view]))
    priya.modal.fill({"Owner": "U0MARCO"})  # says what he has open, so the form is another one now
    more = {"action_id": "form.more", "block_id": "more", "type": "button", "value": "more"}
    pressed = Sender(world, priya.id).interaction({"type": "block_actions", "view": before, "actions": [more]})
    assert pressed.status_code == 200
    assert priya.modal.labels == [*SHORT, *BEHIND]
