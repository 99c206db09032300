"""`/actionitem export`: a file for the asker alone, with what they may see and nothing else."""

import csv
import json
from typing import Any

import pytest

from tests.acceptance.conftest import World, eventually
from tests.acceptance.test_life_of_an_item import create, submit
from tests.people import Person

Rows = list[dict[str, str]]


def files_of(world: World, person: Person) -> list[Any]:
    """The files in somebody's direct messages with the bot, the oldest first."""
    named = [file["id"] for message in person.direct_messages() for file in message.raw.get("files") or []]
    return [world.sandbox.state.files[file] for file in named]


def export(world: World, person: Person, words: str = "") -> Any:
    """The file that comes of `/actionitem export`."""
    before = len(files_of(world, person))
    answer = person.command(f"/actionitem export {words}", channel="C0PAYMENTS")
    assert answer.ephemeral
    assert "Your export is on its way" in answer.text
    (file,) = eventually(lambda: files_of(world, person)[before:])
    return file


def rows(file: Any) -> Rows:
    return list(csv.DictReader(file.content.decode().splitlines()))


@pytest.mark.walk
def test_asker_gets_a_file_with_the_items(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, Action="Cap the export queue at 10,000")
    file = export(world, priya)
    assert file.name == "action-items.csv"
    (found,) = [row for row in rows(file) if f"AI-{row['number']}" == label]
    assert (found["title"], found["state"], found["team"]) == (
        "Cap the export queue at 10,000",
        "not_started",
        "Payments",
    )


@pytest.mark.walk
def test_private_items_are_in_the_file_of_those_who_may_see_them(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(private=True)
    create(world, priya, channel, Action="Rotate the leaked export key")
    create(world, priya, world.incident_channel(), Action="Page on export errors above 2 %")
    title = "Rotate the leaked export key"
    assert title in [row["title"] for row in rows(export(world, priya))]
    assert title not in [row["title"] for row in rows(export(world, world.person("U0AISHA")))]


def test_all_that_was_filled_in_is_in_the_file(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    submit(priya, channel, "incident", {"Severity": "SEV2 – major", "Services": "search, dns"}, "Save")
    label = create(world, priya, channel, Action="Page on a full export queue", References="https://example.com/r")
    (found,) = [row for row in rows(export(world, priya)) if f"AI-{row['number']}" == label]
    assert (found["severity"], found["services"]) == ("SEV2 – major", "search;dns")
    assert found["references"] == "https://example.com/r"


def test_other_formats_and_one_team(world: World) -> None:
    priya = world.person("U0PRIYA")
    create(world, priya, world.incident_channel(), Action="Alert on a full export disk at 90 %")
    lines = export(world, priya, "team payments jsonl").content.decode().splitlines()
    assert "Alert on a full export disk at 90 %" in [json.loads(line)["title"] for line in lines]
    table = export(world, priya, "markdown")
    assert (table.name, table.content.decode().splitlines()[0][:18]) == ("action-items.md", "| number | title |")


def test_nothing_to_export_is_said(world: World) -> None:
    answer = world.person("U0PRIYA").command("/actionitem export deferred", channel="C0PAYMENTS")
    assert answer.text == "There is nothing to export that you may see."


def test_unknown_team_and_unknown_words_are_refused(world: World) -> None:
    priya = world.person("U0PRIYA")
    assert "There is no team “Nobody”" in priya.command("/actionitem export team Nobody", channel="C0PAYMENTS").text
    usage = "`/actionitem export [deferred] [team NAME] [csv | jsonl | markdown]`"
    assert usage in priya.command("/actionitem export everything", channel="C0PAYMENTS").text
