"""A world for acceptance: the sandbox, the bot in the test's own process, and a team."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

import httpx
import pytest

from bot.domain.item import Created, Draft
from bot.sandbox.server import Sandbox
from storage.engine import Database
from storage.items import get_item_as_it_is, record_item
from tests.conftest import emptied, migrated_copy
from tests.people import Message, Person
from tests.running import Bot, RunningBot, local_slack

T = TypeVar("T")
PATIENCE_S = 60
_channels = count(3000)


@dataclass
class World:
    """Everything that an acceptance test touches. Each test uses an incident channel of its own."""

    sandbox: Sandbox
    bot: Bot

    def person(self, user: str) -> Person:
        """Somebody of the sandbox."""
        return Person(self.sandbox, user)

    def incident_channel(self, *, private: bool = False, name: str = "checkout") -> str:
        """A new incident channel with Priya, Marco and the bot in it."""
        priya = self.person("U0PRIYA")
        made = priya.post("create_channel", {"name": f"inc-{next(_channels)}-{name}", "private": private})
        channel = str(made["channel"]["id"])
        for member in ("U0MARCO", "U0BOT"):
            priya.post("invite", {"channel": channel, "user": member})
        return channel

    @contextmanager
    def unedited(self) -> Iterator[None]:
        """Within the block Slack edits no message: people go on to see what they saw, as on a slow connection."""
        faults = f"{self.sandbox.url}/sandbox/faults"
        httpx.post(faults, json={"method": "chat.update", "kind": "http", "times": None})
        try:
            yield
        finally:
            httpx.delete(faults)

    def card(self, channel: str, label: str, viewer: str = "U0PRIYA") -> Message:
        """The card of an item, by its label or some of its words, once it has arrived."""
        # Not one that names the item, nor one whose number begins alike.
        words = f"*{label}  " if label.startswith("AI-") else label
        return eventually(lambda: find(self.person(viewer).messages(channel), words))

    def copies(self, label: str, titles: Sequence[str]) -> list[str]:
        """The labels of more items like that one. They go into the database itself: a form each takes half a second."""
        database = Database(self.bot.environment["DATABASE_URL"])
        try:
            with database.begin() as session:
                item = get_item_as_it_is(session, "T0ACME", int(label.removeprefix("AI-")))
                assert item
                draft = Draft(**{one.name: getattr(item, one.name) for one in fields(Draft)})
                drafts = [replace(draft, title=title) for title in titles]
                told = (item.created_by, item.created_at, item.channel, item.private)
                return [record_item(session, "T0ACME", Created(each, *told)).label for each in drafts]
        finally:
            database.close()


def find(messages: list[Message], words: str) -> Message | None:
    """The newest message that is not ephemeral and says *words*."""
    said = [message for message in messages if words in message.text and not message.is_ephemeral]
    return said[-1] if said else None


def eventually(look: Callable[[], T | None], patience: float = PATIENCE_S, pause: float = 0.05) -> T:
    """What *look* finds, as soon as it does; fails when it has found nothing for *patience* seconds. *pause*: seconds
    between two looks, more than usual where a look costs much and nothing is to be found soon."""
    deadline = monotonic() + patience
    while not (found := look()):
        assert monotonic() < deadline, "it did not happen in time"
        sleep(pause)
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests run on SQLite; those that are marked as the walk of a capability run on PostgreSQL too."""
    if "database" in metafunc.fixturenames:
        kinds = ["sqlite", "postgresql"] if metafunc.definition.get_closest_marker("walk") else ["sqlite"]
        metafunc.parametrize("database", kinds, indirect=True, scope="module")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the bot of a module is run."""
    return tmp_path_factory.mktemp("world")


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest, folder: Path) -> str:
    """The URL of a migrated database with nothing in it, for all tests of a module."""
    if request.param == "sqlite":
        return migrated_copy(request.getfixturevalue("sqlite_template"), folder)
    return emptied(request.getfixturevalue("postgresql_in_use"))


@pytest.fixture(scope="module")
def world(database: str, folder: Path) -> Iterator[World]:
    """A running product, for all tests of a module."""
    yield from running_world(database, folder)


@pytest.fixture
def own_world(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Iterator[World]:
    """The same for one test alone: where days pass, everybody's items come due."""
    if database.startswith("sqlite"):
        yield from running_world(migrated_copy(request.getfixturevalue("sqlite_template"), tmp_path), tmp_path)
    else:
        yield from running_world(emptied(request.getfixturevalue("postgresql_in_use")), tmp_path)


def running_world(
    url: str, folder: Path, run: Callable[[Sandbox, str, Path], Bot] = RunningBot, *, three_seconds: bool = False
) -> Iterator[World]:
    """The bot on that database, and a team; stopped when the generator goes on. *three_seconds*: as `local_slack`."""
    with local_slack(three_seconds=three_seconds) as sandbox:
        bot = run(sandbox, url, folder)
        done = bot.command(
            "team", "set", "Payments", "--channel", "C0PAYMENTS", "--lead", "U0MARCO",
            "--timezone", "Europe/Berlin", "--member", "U0PRIYA",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        bot.start()
        try:
            yield World(sandbox, bot)
        finally:
            bot.stop()
