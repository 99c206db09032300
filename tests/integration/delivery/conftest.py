"""A workshop for delivery tests: a database with its tables, an outbox, a recording Slack, quick settings."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from time import monotonic, sleep

import pytest
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.domain.delivery import Patience, Posted, Rendered
from bot.domain.messages import Message
from scheduler.delivery.backlog import backlog, wait_until_delivered
from scheduler.delivery.limits import Limits
from scheduler.delivery.signs import Signs
from scheduler.delivery.slack_calls import delivery_client
from scheduler.delivery.worker import Delivery, DeliverySettings
from storage.delivery_queue import DeliveryBacklog
from storage.engine import Database
from storage.messages import Pace, find_posted
from storage.outbox import Outbox
from tests.forked import Forked
from tests.integration.delivery.slack_stub import SlackStub

TEAM = "T1"
QUICK = DeliverySettings(
    limits=Limits(
        pace=Pace(interval=0.0, settle=0.05),
        patience=Patience(first=0.02, longest=0.2, give_up_after=timedelta(minutes=1), attempts_at_the_unknown=4),
    ),
    signs=Signs(beat_every=0.1, dead_after=1.0),
    polling=0.2,
    pause=0.02,
    put_aside_after=0.1,
    parent_waits=(0.1, 0.4, 1.5),
    grace=2.0,
)


def eventually(condition: Callable[[], object], within: float = 60.0) -> None:
    """Waits until the condition holds; fails after that many seconds."""
    deadline = monotonic() + within
    while not condition():
        assert monotonic() < deadline, "it did not happen in time"
        sleep(0.01)


@dataclass
class Workshop:
    """What a delivery test works with."""

    database: Database
    outbox: Outbox
    slack: SlackStub
    shows: dict[str, str] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)

    def enqueue(self, *messages: Message, change: str = "change:1") -> None:
        with self.database.begin() as session:
            self.outbox.enqueue(session, TEAM, change, messages)

    def client(self, _workspace: str) -> WebClient:
        return delivery_client("xoxb-1", self.slack.api_url)

    def render(self, _workspace: str, ref: str) -> Rendered | None:
        return Rendered(self.shows[ref]) if self.shows.get(ref) else None

    def tell(self, _session: Session, _workspace: str, message: Message, error: str) -> None:
        self.told.append((message.key, error))

    def delivery(self, settings: DeliverySettings = QUICK) -> Delivery:
        return Delivery(
            self.database,
            self.outbox,
            client_for=self.client,
            renderers={"card": self.render},
            on_failure=self.tell,
            settings=settings,
        )

    def deliver(self, *messages: Message, change: str = "change:1", settings: DeliverySettings = QUICK) -> None:
        """Enqueues and delivers, until nothing is left."""
        with self.delivery(settings):
            self.enqueue(*messages, change=change)
            self.wait()

    def wait(self, within: float = 60.0) -> None:
        assert wait_until_delivered(self.database, within)

    def standing(self, key: str) -> Posted | None:
        with self.database.begin() as session:
            return find_posted(session, TEAM, key)

    def remembered(self) -> int:
        """How many deliveries the queue knows, done or not."""
        return len(self.outbox.client.list_workflows(load_input=False, load_output=False))

    @property
    def backlog(self) -> DeliveryBacklog:
        return backlog(self.database)

    @contextmanager
    def other_process(self) -> Iterator[Forked]:
        """Another process that delivers from the same database."""
        url = self.database.url.render_as_string(hide_password=False)
        from tests.integration.delivery import worker  # which uses what stands above

        with Forked(worker.main, url, self.slack.api_url) as process:
            yield process


def paced(seconds: float) -> DeliverySettings:
    """Quick, but with that pace for each recipient."""
    return replace(QUICK, limits=replace(QUICK.limits, pace=replace(QUICK.limits.pace, interval=seconds)))


def steady(times: Sequence[float]) -> float:
    """The shortest time between two of them."""
    return min(later - earlier for earlier, later in pairwise(times))


@pytest.fixture
def slack() -> Iterator[SlackStub]:
    with SlackStub() as stub:
        yield stub


@pytest.fixture
def shop(migrated_sqlite_url: str, slack: SlackStub) -> Iterator[Workshop]:
    """On SQLite: for what has nothing to do with the database."""
    yield from _workshop(migrated_sqlite_url, slack)


@pytest.fixture
def each_shop(migrated_url: str, slack: SlackStub) -> Iterator[Workshop]:
    """On SQLite, then on PostgreSQL."""
    yield from _workshop(migrated_url, slack)


def _workshop(url: str, slack: SlackStub) -> Iterator[Workshop]:
    database = Database(url)
    yield Workshop(database, Outbox(database), slack)
    database.close()
