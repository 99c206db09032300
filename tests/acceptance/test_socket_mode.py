"""Socket Mode: the same product without an address of its own, over a connection that it opens itself."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.sandbox.model import Json
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import IMPLEMENTED, create, submit
from tests.conftest import migrated_copy
from tests.people import Person
from tests.running import BotProcess, RunningBot, local_slack


@pytest.fixture(scope="module")
def world(sqlite_template: Path, folder: Path) -> Iterator[World]:
    """A bot that was given SLACK_APP_TOKEN and no signing secret; Slack knows no address of it."""
    with local_slack() as sandbox:
        bot = RunningBot(sandbox, migrated_copy(sqlite_template, folder), folder)
        del bot.environment["SLACK_SIGNING_SECRET"]
        bot.environment["SLACK_APP_TOKEN"] = sandbox.app_token
        bot.start()
        sandbox.app_url = None
        yield World(sandbox, bot)
        bot.stop()


def asked(world: World, path: str) -> httpx.Response:
    return httpx.get(f"{world.bot.url}/{path}", timeout=60)


def answered_over(world: World, request: int | None) -> str:
    entry: Json = httpx.get(f"{world.sandbox.url}/sandbox/inspector/{request}").json()
    return str(entry["transport"])


def list_command(world: World) -> bool:
    """Whether the bot answers a command now."""
    priya = Person(world.sandbox, "U0PRIYA", strict=False)
    return priya.command("/actionitem list", channel="C0INC").error is None


def test_command_modal_card_button_and_direct_message_go_over_the_connection(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    pressed = world.card(channel, label).button("Start").click()
    assert answered_over(world, pressed.result["request"]) == "socket"
    assert eventually(lambda: "in progress" in world.card(channel, label).text)
    assert submit(priya, channel, f"implement {label}", IMPLEMENTED, "Implemented") == {}
    assert eventually(lambda: find(world.person("U0MARCO").direct_messages(), "You now own"))


def test_field_s_error_comes_back_over_the_connection(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    errors = submit(priya, channel, f"due {label}", {"New due date": "2020-01-01"}, "Move")
    assert "in the past" in errors["New due date"]


def test_event_goes_over_the_connection(world: World) -> None:
    priya = world.person("U0PRIYA")
    assert "Your action items" in priya.home().text


@pytest.mark.parametrize("path", ["healthz", "readyz", "metrics"])
def test_monitors_are_answered_over_http(world: World, path: str) -> None:
    assert asked(world, path).status_code == 200


def test_readiness_says_how_the_connection_stands(world: World) -> None:
    eventually(lambda: asked(world, "readyz").json()["socket"] == "connected")


def test_nobody_is_answered_over_http_without_a_signature(world: World) -> None:
    command = {"command": "/actionitem", "text": "list all", "team_id": "T0ACME", "user_id": "U0PRIYA"}
    assert httpx.post(f"{world.bot.url}/slack/events", data=command).status_code == 401


def test_bot_connects_again_when_slack_says_goodbye(world: World) -> None:
    world.sandbox.do(lambda _state: world.sandbox.sockets.disconnect())
    assert eventually(lambda: list_command(world))


def test_bot_connects_again_when_the_connection_is_cut_without_a_word(world: World) -> None:
    world.sandbox.do(lambda _state: world.sandbox.sockets.cut())
    assert eventually(lambda: list_command(world))


def test_bot_connects_again_when_slack_was_away(world: World) -> None:
    faults = f"{world.sandbox.url}/sandbox/faults"
    httpx.post(faults, json={"kind": "away"})
    eventually(lambda: asked(world, "readyz").json()["socket"] == "connecting")
    httpx.delete(faults)
    assert eventually(lambda: list_command(world))


def test_token_that_slack_does_not_take_is_said_with_what_to_do(world: World, tmp_path: Path) -> None:
    bot = BotProcess(world.sandbox, "sqlite:///other.db", tmp_path)
    done = bot.command("serve", SLACK_APP_TOKEN="xapp-s3cr3t")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Slack says invalid_auth to SLACK_APP_TOKEN. Make an app-level")
    assert "Traceback" not in done.stderr
    assert "s3cr3t" not in done.stderr
