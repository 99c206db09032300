"""Clocks that go wrong: set back, or apart between replicas. Nobody waits for time that has passed already."""

from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from sqlalchemy import event, select

from bot.domain.delivery import Patience, Trouble
from bot.domain.messages import Post
from scheduler.delivery import attempt, sender
from storage.engine import Database
from storage.messages import Go, Pace, Wait, claim_attempt, moment, record_sent, record_trouble
from storage.tables.delivery import SentMessage
from tests import clock
from tests.integration.delivery.conftest import TEAM, Workshop

NOW = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)
SET_BACK = NOW - timedelta(minutes=2)
A_WAIT = timedelta(minutes=1)
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


def test_channel_keeps_its_pace_after_the_clock_was_set_back(each_shop: Workshop) -> None:
    """The call of before, which lies in the future now, hid all that came after it."""
    for message, at in ((FIRST, NOW), (SECOND, SET_BACK)):
        assert isinstance(claim(each_shop.database, message, at), Go)
        with each_shop.database.begin() as session:
            record_sent(session, TEAM, message.key, channel="C1", ts="1", shown="", now=at)
    soon = SET_BACK + timedelta(seconds=0.25)
    assert claim(each_shop.database, Post("third", "C1", "Third"), soon) == Wait(0.75)


def test_call_that_is_on_record_a_moment_ahead_is_waited_for(each_shop: Workshop) -> None:
    """After the database had been away it answered slowly, and two messages went to a channel within a moment."""
    assert isinstance(claim(each_shop.database, FIRST, NOW), Go)
    with each_shop.database.begin() as session:
        record_sent(session, TEAM, "first", channel="C1", ts="1", shown="", now=NOW + timedelta(seconds=0.25))
    assert claim(each_shop.database, SECOND, NOW) == Wait(1.0)


def test_wait_for_a_connection_is_no_part_of_the_attempt(each_shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """It put the call into the future, and the next one in its channel did not wait for it."""
    waited = [0.0]
    for module in (attempt, sender):
        monkeypatch.setattr(module, "monotonic", lambda: monotonic() + waited[0])
    event.listen(each_shop.database.engine, "checkout", lambda *_: waited.append(waited.pop() + A_WAIT.total_seconds()))
    each_shop.delivery()._sender.advance(TEAM, FIRST, lambda: None)
    with each_shop.database.begin() as session:
        [touched_at] = session.scalars(select(SentMessage.touched_at))
        assert touched_at is not None
        # What the database takes to say when the attempt began is counted twice, and may be longer than the rest.
        assert touched_at < moment(session, datetime.now(UTC)) + A_WAIT / 2


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
