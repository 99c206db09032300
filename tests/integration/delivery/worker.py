"""A replica, until it is killed; `tests/forked.py` starts it with DATABASE SLACK [slow] [monday=TIME].

It delivers; `slow`: with the settings for Slack itself; `monday`: its ticker looks for what is due from TIME on.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event
from time import monotonic

from slack_sdk import WebClient
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.deps import Deps
from bot.domain.delivery import Rendered
from bot.domain.errors import Unavailable
from bot.settings import Settings
from bot.slack.directory import Directory
from scheduler.delivery.slack_calls import delivery_client
from scheduler.delivery.worker import Delivery, DeliverySettings
from scheduler.schedules import schedule_team
from scheduler.ticker import Ticker
from storage.engine import Database
from storage.outbox import Outbox
from tests.clock import shift
from tests.integration.delivery.conftest import QUICK

LOOK_EVERY_S = 0.2


def ticker_at(database: Database, outbox: Outbox, client: WebClient, clock: Clock) -> Ticker:
    """The ticker of a replica for which it is what *clock* says."""
    directory = Directory(database, lambda _: client, clock)
    return Ticker(Deps(Settings(), database, outbox, clock, lambda _: client, directory, schedule_team))


def clock_from(moment: datetime) -> Clock:
    """A minute each second, for an hour: what a replica had in hand when it was killed is free after two minutes."""
    began = monotonic()
    return lambda: moment + min(timedelta(minutes=monotonic() - began), timedelta(hours=1))


def main(database_url: str, api_url: str, *words: str) -> None:
    """Runs until somebody ends it."""
    shift()
    database = Database(database_url)
    outbox, client = Outbox(database), delivery_client("xoxb-1", api_url)
    monday = next((word.partition("=")[2] for word in words if word.startswith("monday=")), None)
    with Delivery(
        database,
        outbox,
        client_for=lambda _: client,
        renderers={"card": lambda _, ref: Rendered(ref)},
        on_failure=lambda *_: None,
        settings=DeliverySettings() if "slow" in words else QUICK,
    ):
        if monday:
            clock = clock_from(datetime.fromisoformat(monday))
            ticker = ticker_at(database, outbox, client, clock)
            while True:
                with suppress(SQLAlchemyError, Unavailable):  # as in `bot/commands/serve.py`: the next look tries again
                    ticker.tick(clock())
                Event().wait(LOOK_EVERY_S)
        Event().wait()
