"""Slack slow, or the database away, in the middle of things: people are told to try again, and nothing is lost."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, make_url, text

from tests.acceptance.conftest import World, eventually, find, running_world
from tests.acceptance.test_life_of_an_item import FIELDS, IN_A_WEEK, create
from tests.conftest import fresh_postgresql, migrate_new
from tests.people import Home, Person

DATABASE_AWAY = "The database did not answer, and nothing was changed. Try again in a moment"
SLACK_AWAY = "Slack did not answer. Nothing was changed; try again in a moment."


@pytest.fixture(scope="module")
def world(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A bot whose database can be taken away."""
    with fresh_postgresql(postgresql_server) as url:
        migrate_new(url)
        yield from running_world(url, Path(tmp_path_factory.mktemp("away")), three_seconds=True)


@contextmanager
def without_database(world: World) -> Iterator[None]:
    """Within the block the database takes no connection, and the ones that it had are cut."""
    url = make_url(world.bot.environment["DATABASE_URL"])
    admin = create_engine(url.set(database="postgres", drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false"))
        cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
        connection.execute(cut, {"name": url.database})
        try:
            yield
        finally:
            connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true"))
    admin.dispose()


@contextmanager
def slow_slack(world: World) -> Iterator[None]:
    """Within the block every call of Slack's takes longer than anybody waits."""
    faults = f"{world.sandbox.url}/sandbox/faults"
    httpx.post(faults, json={"method": "*", "kind": "delay", "seconds": 10, "times": None})
    try:
        yield
    finally:
        httpx.delete(faults)


def newcomer(world: World, channel: str) -> Person:
    """Somebody in the channel of whom nobody has heard."""
    user = world.sandbox.do(lambda state: state.add_user("T0ACME", "Somebody New").id)
    world.sandbox.do(lambda state: state.direct(user, "U0BOT"))
    world.sandbox.do(lambda state: state.channel(channel).members.append(user))
    return world.person(user)


@pytest.mark.parametrize("command", ["new", "list all", "report", "idea Cap the retry queue at 1,000"])
def test_who_is_new_is_told_within_three_seconds_that_slack_is_slow(world: World, command: str) -> None:
    channel = world.incident_channel()
    somebody = newcomer(world, channel)
    with slow_slack(world):
        answer = somebody.command(f"/actionitem {command}", channel=channel)
    assert answer.text == SLACK_AWAY  # the sandbox waits for it as long as Slack does, three seconds


@pytest.mark.parametrize("command", ["new", "list", "show 1", "start 1", "update 1"])
def test_command_without_the_database_says_to_try_again(world: World, command: str) -> None:
    with without_database(world):
        answer = world.person("U0PRIYA").command(f"/actionitem {command}", channel="C0PAYMENTS")
    assert DATABASE_AWAY in answer.text
    assert answer.ephemeral


def test_help_needs_no_database(world: World) -> None:
    with without_database(world):
        assert "/actionitem new" in world.person("U0PRIYA").command("/actionitem", channel="C0PAYMENTS").text


@pytest.mark.parametrize("button", ["Start", "Update", "Defer", "Details"])
def test_button_of_a_card_without_the_database_says_to_try_again(world: World, button: str) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    card = world.card(channel, create(world, priya, channel))
    with without_database(world):
        assert DATABASE_AWAY in card.button(button).click().text
    assert "not started" in world.card(channel, card.text.split()[0].strip("*")).text


def test_button_of_the_app_home_without_the_database_says_to_try_again(world: World) -> None:
    priya = world.person("U0PRIYA")
    home: Home = priya.home()
    with without_database(world):
        home.button("New action item").click()
    assert DATABASE_AWAY in priya.modal.text
    priya.modal.cancel()


def test_global_shortcut_without_the_database_says_to_try_again(world: World) -> None:
    priya = world.person("U0PRIYA")
    with without_database(world):
        priya.shortcut("new_item")
    assert DATABASE_AWAY in priya.modal.text
    priya.modal.cancel()


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("update {item}", {"What happened?": "The dashboard is ready"}),
        ("due {item}", {"New due date": IN_A_WEEK.replace(year=IN_A_WEEK.year + 1), "Why does it move?": "Vendor"}),
        ("assign {item}", {"New owner": "U0AISHA", "Why?": "She runs it"}),
        ("edit {item}", {"Root cause": "No alert on latency"}),
        ("incident", {"Title": "Checkout down"}),
        ("new", FIELDS | {"Action": "Reject deploys without a rollback plan in CI"}),
    ],
    ids=lambda value: value.split()[0] if isinstance(value, str) else "",
)
def test_form_submitted_without_the_database_keeps_what_was_typed_until_it_is_back(
    world: World, command: str, fields: dict[str, object]
) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    priya.command(f"/actionitem {command.format(item=label)}", channel=channel)
    modal = priya.modal.fill(fields)
    with without_database(world):
        assert DATABASE_AWAY in " ".join(modal.submit().values())
    assert modal.submit() == {}
    assert not priya.has_modal


def test_what_was_accepted_while_the_database_was_there_is_delivered_when_it_is_back(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem new", channel=channel)
    title = "Alert when the ledger lags 30 seconds"
    httpx.post(f"{world.sandbox.url}/sandbox/faults", json={"method": "chat.*", "kind": "http", "times": 1})
    assert priya.modal.fill(FIELDS | {"Action": title}).submit("Create") == {}
    with without_database(world):
        time.sleep(1)
    assert eventually(lambda: find(priya.messages(channel), title))


def test_monitors_say_that_the_database_is_away(world: World) -> None:
    with without_database(world):
        answers = {path: httpx.get(f"{world.bot.url}/{path}") for path in ("healthz", "readyz", "metrics")}
    assert {path: answer.status_code for path, answer in answers.items()} == {
        "healthz": 200,
        "readyz": 503,
        "metrics": 200,
    }
    assert "actionitem_database_up 0.0" in answers["metrics"].text
