"""A workspace whose admin declined every scope that it can live without: what is off is said, and all else works."""

from collections.abc import Iterator

import pytest

from bot.slack.scopes import OPTIONAL, SCOPES
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import create
from tests.people import Person
from tests.running import manifest


@pytest.fixture
def careful(world: World) -> Iterator[World]:
    http = world.person("U0PRIYA").http
    http.patch("/sandbox/app", json={"scopes": sorted(set(SCOPES) - OPTIONAL.keys())}).raise_for_status()
    yield world
    http.patch("/sandbox/app", json={"scopes": list(SCOPES)}).raise_for_status()


@pytest.mark.walk
def test_check_says_what_each_scope_that_was_declined_takes_away(careful: World) -> None:
    done = careful.bot.command("check")
    line = next(line for line in done.stdout.splitlines() if line.startswith("scopes"))
    assert [scope for scope in OPTIONAL if f"`{scope}`" not in line] == []
    assert "ok" in line
    assert "install the app again" in line


def test_settings_say_the_same_and_nothing_where_nothing_was_declined(world: World) -> None:
    marco = world.person("U0MARCO")
    assert "Without `" not in settings(marco)
    http = marco.http
    for scope in OPTIONAL:
        http.patch("/sandbox/app", json={"scopes": sorted(set(SCOPES) - {scope})}).raise_for_status()
        said = settings(marco)
        http.patch("/sandbox/app", json={"scopes": list(SCOPES)}).raise_for_status()
        assert f"Without `{scope}`: {OPTIONAL[scope]}" in said
        assert said.count("Without `") == 1


def test_manifest_asks_for_nothing_optional_that_is_not_said() -> None:
    assert set(manifest()["oauth_config"]["scopes"]["bot_optional"]) == OPTIONAL.keys()


def test_item_lives_without_what_was_declined(careful: World) -> None:
    priya, channel = careful.person("U0PRIYA"), careful.incident_channel()
    label = create(careful, priya, channel, Action="Cap the meerkat queue at 900 requests", Owner="U0PRIYA")
    card = careful.card(channel, label)
    card.button("Start").click()
    eventually(lambda: find(priya.messages(channel), "in progress"))
    priya.react("pushpin", card)
    priya.command("/actionitem export", channel=channel)
    assert label in priya.command("/actionitem list incident", channel=channel).text


def settings(person: Person) -> str:
    person.command("/actionitem settings", channel="C0PAYMENTS")
    modal = person.modal
    said = modal.text
    modal.cancel()
    return said
