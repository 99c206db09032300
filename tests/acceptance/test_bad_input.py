"""What bad input gets: one clear sentence, beside the field where there is one, and nothing half done."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import FIELDS, create


@pytest.mark.walk
def test_item_without_an_owner_is_not_created(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem new", channel=channel)
    assert "Owner" in priya.modal.fill(FIELDS | {"Owner": None}).submit("Create")
    assert "has no action items yet" in priya.command("/actionitem list incident", channel=channel).text


def test_item_without_a_due_date_is_not_created(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem new", channel=channel)
    assert "Due date" in priya.modal.fill(FIELDS | {"Due date": None}).submit("Create")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("Due date", date(2020, 1, 1), "in the past"),
        ("Due date", datetime.now(UTC).date() - timedelta(days=2), "in the past"),
        ("Owner", "U0BOT", "An app cannot own"),
        ("Owner", "U0GIL", "is a guest"),
    ],
)
def test_field_that_cannot_be_is_refused_beside_it_and_loses_nothing(
    world: World, field: str, value: object, said: str
) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem new", channel=channel)
    errors = priya.modal.fill(FIELDS | {field: value}).submit("Create")
    assert said in errors[field]
    assert priya.modal.shown("Action") == FIELDS["Action"]
    assert priya.modal.fill({field: FIELDS[field]}).submit("Create") == {}


@pytest.mark.parametrize(
    "command", ["show", "start", "implement", "verify", "close", "update", "assign", "due", "edit"]
)
def test_item_that_does_not_exist_gets_a_clear_answer(world: World, command: str) -> None:
    answer = world.person("U0PRIYA").command(f"/actionitem {command} 99999", channel="C0PAYMENTS")
    assert "AI-99999 does not exist" in answer.text
    assert answer.ephemeral


@pytest.mark.parametrize("words", ["start", "start soon", "show AI-", "verify -3"])
def test_command_without_a_number_says_how_it_is_written(world: World, words: str) -> None:
    answer = world.person("U0PRIYA").command(f"/actionitem {words}", channel="C0PAYMENTS")
    assert "Say which item: `/actionitem" in answer.text


@pytest.mark.parametrize("written", ["{n}", "AI-{n}", "ai-{n}", "Ai-{n}"])
def test_item_is_named_by_its_number_in_any_case(world: World, written: str) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    number = create(world, priya, channel).removeprefix("AI-")
    answer = priya.command(f"/actionitem show {written.format(n=number)}", channel=channel)
    assert f"AI-{number}" in answer.text


def test_command_of_ten_thousand_characters_gets_a_clear_answer(world: World) -> None:
    answer = world.person("U0PRIYA").command("/actionitem new " + "x" * 10_000, channel="C0PAYMENTS")
    assert "10,000 characters" in answer.text


def test_command_of_a_thousand_characters_opens_the_form_with_the_text_in_details(world: World) -> None:
    priya = world.person("U0PRIYA")
    priya.command("/actionitem new " + "long " * 200, channel="C0PAYMENTS")
    assert str(priya.modal.shown("Details")).startswith("long long")
    assert priya.modal.shown("Action") is None


@pytest.mark.walk
def test_text_that_would_ping_everybody_is_shown_as_text(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem new", channel=channel)
    priya.modal.fill(FIELDS | {"Action": "Stop <!channel> pings & <@U0MARCO> *now*"}).submit("Create")
    card = eventually(lambda: find(priya.messages(channel), "Stop"))
    assert "&lt;!channel&gt;" in card.text
    assert "&lt;@U0MARCO&gt;" in card.text
    assert "<!channel>" not in card.fallback


def test_empty_command_is_help(world: World) -> None:
    assert "/actionitem new" in world.person("U0PRIYA").command("/actionitem", channel="C0PAYMENTS").text


@pytest.mark.parametrize(
    ("typed", "meant"), [("lst", "list"), ("verfy 3", "verify"), ("NEWW", "new"), ("closed", "close")]
)
def test_unknown_subcommand_names_the_nearest(world: World, typed: str, meant: str) -> None:
    answer = world.person("U0PRIYA").command(f"/actionitem {typed}", channel="C0PAYMENTS")
    assert f"Did you mean `/actionitem {meant}`?" in answer.text


@pytest.mark.walk
def test_submitting_the_same_view_twice_creates_one_item(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    title = "Reject deploys without a rollback plan"
    priya.command("/actionitem new", channel=channel)
    modal = priya.modal.fill(FIELDS | {"Action": title})
    body = {"view": modal.view["id"], "values": modal.values}
    priya.post("submit", body)
    priya.http.post("/sandbox/people/U0PRIYA/submit", json=body)  # the second press of an impatient finger
    eventually(lambda: find(priya.messages(channel), title))
    listed = priya.command("/actionitem list incident", channel=channel).text
    assert listed.count(title) == 1
