"""Clocks that go wrong: set back, or apart between replicas. Nobody waits for time that has passed already."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.delivery import Patience, Trouble
from bot.domain.messages import Post
from storage.engine import Database
from storage.messages import Go, Pace, Wait, claim_attempt, moment, record_sent, record_trouble
from tests import clock
from tests.integration.delivery.conftest import TEAM, Workshop

NOW = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)
SET_BACK = NOW - timedelta(minutes=2)
FIRST, SECOND = Post("first", "C1", "First"), Post("second", "C1", "Second")


def claim(database: Database, message: Post, now: datetime) -> object:
    with database.begin() as session:
        return claim_attempt(session, TEAM, message, now=now, pace=Pace(), take=lambda: 0.0)


def test_channel_is_not_silent_for_as_long_as_the_clock_was_set_back(shop: Workshop) -> None:
    assert isinstance(claim(shop.database, FIRST, NOW), Go)
    with shop.database.begin() as session:
        record_sent(session, TEAM, "first", channel="C1", ts="1", shown="", now=NOW)
    assert isinstance(claim(shop.database, SECOND, NOW + timedelta(seconds=0.4)), Wait)
    assert isinstance(claim(shop.database, SECOND, SET_BACK), Go)


def test_retry_does_not_wait_for_the_time_that_was_before_the_clock_was_set_back(shop: Workshop) -> None:
    assert isinstance(claim(shop.database, FIRST, NOW), Go)
    with shop.database.begin() as session:
        record_trouble(session, TEAM, FIRST, Trouble("dropped"), patience=Patience(first=30), now=NOW)
    assert claim(shop.database, FIRST, NOW + timedelta(seconds=10)) == Wait(20.0)
    assert isinstance(claim(shop.database, FIRST, SET_BACK), Go)


@pytest.mark.skipif(clock.is_shifted(), reason="the database's clock is not this process's")
def test_replicas_five_minutes_apart_share_the_clock_of_the_database(
    each_shop: Workshop,
) -> None:
    late = datetime.now(UTC) - timedelta(minutes=5)
    with each_shop.database.begin() as session:
        behind = datetime.now(UTC) - moment(session, late)
    assert (behind < timedelta(minutes=1)) is not each_shop.database.is_sqlite  # its processes share one machine's
