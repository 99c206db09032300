"""The ticker: each ritual once in its period, whoever looks and whenever, on both databases."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.directory import Directory
from bot.domain.messages import Message, Post
from bot.domain.teams import Team, parse_weekly_time
from bot.settings import Settings
from scheduler.delivery import backlog
from scheduler.rituals.registry import RITUALS
from scheduler.schedules import schedule_team
from scheduler.ticker import Ticker
from storage import inbox, items
from storage.engine import Database
from storage.outbox import Outbox
from storage.schedules import list_schedules
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.builders import WORKSPACE, created, team


def at(text: str) -> datetime:
    """A moment in Berlin's winter."""
    return datetime.fromisoformat(f"{text}+01:00")


MADE_ON = at("2026-11-25T12:00")
"""The Wednesday on which the team is created: its first digest is due on Monday the 30th at 09:00."""


class RecordingOutbox:
    """Keeps what it is given, whether the transaction is committed or not."""

    def __init__(self) -> None:
        self.deliveries: list[tuple[str, list[Message]]] = []

    def enqueue(self, session: Session, workspace: str, delivery_id: str, messages: Sequence[Message]) -> None:
        self.deliveries.append((delivery_id, list(messages)))

    @property
    def ids(self) -> list[str]:
        return [delivery_id for delivery_id, _ in self.deliveries]


class Watch:
    """A ticker with its outbox, as one replica has them."""

    def __init__(self, db: Database, outbox: Any = None) -> None:
        self.outbox = outbox or RecordingOutbox()
        directory = Directory(db, lambda _: WebClient(), lambda: MADE_ON)
        deps = Deps(Settings(), db, self.outbox, lambda: MADE_ON, lambda _: WebClient(), directory)
        self.ticker = Ticker(deps)

    def tick(self, text: str) -> list[tuple[str, str]]:
        """Period and status of each run."""
        return [(run.period, run.status) for run in self.ticker.tick(at(text))]

    def tick_before(self, text: str) -> list[tuple[str, str]]:
        return [(run.period, run.status) for run in self.ticker.tick_before_schedules(at(text))]


@pytest.fixture
def payments(db: Database) -> Team:
    return add_team(db)


@pytest.fixture
def watch(db: Database, payments: Team) -> Watch:
    return Watch(db)


def add_team(db: Database, on: datetime = MADE_ON, **facts: Any) -> Team:
    with db.begin() as session:
        record_workspace(session, WORKSPACE)
        made = record_team(session, team(**facts))
        schedule_team(session, made, on)
    return made


@pytest.mark.parametrize("too_early", ["2026-11-25T12:00", "2026-11-30T08:59:59"])
def test_nothing_is_posted_before_its_time(watch: Watch, too_early: str) -> None:
    assert watch.tick(too_early) == []
    assert watch.outbox.ids == []


def test_digest_is_posted_once(watch: Watch, payments: Team) -> None:
    assert watch.tick("2026-11-30T09:00") == [("2026-W49", "posted")]
    assert watch.tick("2026-11-30T09:00") == []
    assert watch.tick("2026-12-06T23:00") == []
    assert watch.outbox.ids == [f"weekly-digest:{payments.id}:2026-W49"]


def test_digest_goes_to_the_teams_channel_with_its_items(watch: Watch, db: Database, payments: Team) -> None:
    with db.begin() as session:
        items.record_item(session, WORKSPACE, created(team_id=payments.id, title="Cap the retries"))
    watch.tick("2026-11-30T09:00")
    ((_, [post]),) = watch.outbox.deliveries
    assert isinstance(post, Post)
    assert (post.to, post.key) == ("C0PAYMENTS", f"weekly-digest:{payments.id}:2026-W49")
    assert "Cap the retries" in str(post.blocks)


def test_digest_is_posted_every_week(watch: Watch) -> None:
    weeks = [watch.tick(f"{day}T09:00") for day in ("2026-11-30", "2026-12-07", "2026-12-14")]
    assert weeks == [[("2026-W49", "posted")], [("2026-W50", "posted")], [("2026-W51", "posted")]]


def test_of_two_replicas_at_once_one_posts(watch: Watch, other_db: Database) -> None:
    other = Watch(other_db, watch.outbox)
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda one: one.tick("2026-11-30T09:00"), (watch, other)))
    assert sorted(map(len, runs)) == [0, 1]
    assert len(watch.outbox.ids) == 1


@pytest.mark.parametrize("late", ["2026-11-30T09:01", "2026-12-02T17:00", "2026-12-07T08:59"])
def test_late_within_its_week_is_made_up(watch: Watch, late: str) -> None:
    assert watch.tick(late) == [("2026-W49", "posted")]


def test_later_than_its_week_is_missed_and_the_next_is_posted(watch: Watch) -> None:
    assert watch.tick("2026-12-07T09:00") == [("2026-W49", "missed"), ("2026-W50", "posted")]


def test_long_outage_misses_each_week_once(watch: Watch) -> None:
    runs = watch.tick("2026-12-24T09:00")
    assert [status for _, status in runs] == ["missed", "missed", "missed", "posted"]
    assert len(watch.outbox.ids) == 1


def test_clock_that_jumps_back_posts_nothing_twice(watch: Watch) -> None:
    watch.tick("2026-12-07T09:00")
    assert watch.tick("2026-11-30T09:00") == []
    assert watch.tick_before("2026-11-30T09:00") == []
    assert len(watch.outbox.ids) == 1


def test_time_before_the_schedule_began_is_posted_once_when_asked_for(watch: Watch) -> None:
    assert watch.tick_before("2026-11-09T09:00") == [("2026-W46", "posted")]
    assert watch.tick_before("2026-11-09T09:00") == []
    assert watch.tick("2026-11-30T09:00") == [("2026-W49", "posted")]


def test_day_just_before_the_schedule_began_is_posted_when_asked_for(watch: Watch) -> None:
    assert watch.tick_before("2026-11-23T09:00") == [("2026-W48", "posted")]
    assert watch.tick_before("2026-11-23T09:00") == []


@pytest.mark.parametrize(
    "not_its_day", ["2026-11-24T09:00", "2026-11-23T08:59", "2026-11-30T09:00", "2026-12-07T09:00"]
)
def test_nothing_earlier_is_posted_on_another_day_or_when_it_is_still_to_come(watch: Watch, not_its_day: str) -> None:
    assert watch.tick_before(not_its_day) == []


def test_team_that_moves_its_digest_gets_one_in_a_week(watch: Watch, db: Database, payments: Team) -> None:
    watch.tick("2026-11-30T09:00")
    with db.begin() as session:
        moved = record_team(session, team(digest=parse_weekly_time("fri 16:00")))
        schedule_team(session, moved, at("2026-12-01T12:00"))
    assert watch.tick("2026-12-04T16:00") == [("2026-W49", "already_posted")]
    assert watch.tick("2026-12-11T16:00") == [("2026-W50", "posted")]
    assert len(watch.outbox.ids) == 2


@pytest.mark.parametrize(
    ("digest", "holidays", "quiet", "then", "week"),
    [
        ("sat 09:00", "", "2026-11-28T09:00", "2026-11-30T09:00", "2026-W48"),
        ("fri 09:00", "DE", "2026-12-25T09:00", "2026-12-28T09:00", "2026-W52"),
        ("fri 09:00", "DE", "2027-01-01T09:00", "2027-01-04T09:00", "2026-W53"),
    ],
)
def test_digest_of_a_day_off_is_posted_on_the_next_working_day(
    db: Database, digest: str, holidays: str, quiet: str, then: str, week: str
) -> None:
    day_before = at(quiet) - timedelta(days=1)
    add_team(db, day_before, digest=parse_weekly_time(digest), holidays=holidays)
    assert Watch(db).tick(quiet) == []
    assert Watch(db).tick(then) == [(week, "posted")]


@pytest.mark.parametrize(
    ("made_on", "last_second", "due"),
    [
        ("2027-03-24T12:00:00+01:00", "2027-03-29T08:59:59+02:00", "2027-03-29T09:00:00+02:00"),  # summer began
        ("2026-10-21T12:00:00+02:00", "2026-10-26T08:59:59+01:00", "2026-10-26T09:00:00+01:00"),  # winter began
    ],
)
def test_nine_is_nine_also_after_the_clocks_changed(db: Database, made_on: str, last_second: str, due: str) -> None:
    add_team(db, datetime.fromisoformat(made_on))
    ticker = Watch(db).ticker
    assert ticker.tick(datetime.fromisoformat(last_second)) == []
    assert [run.status for run in ticker.tick(datetime.fromisoformat(due))] == ["posted"]


def test_every_team_is_served_in_the_order_of_time(db: Database, watch: Watch) -> None:
    add_team(db, name="Search", timezone="Asia/Tokyo")
    runs = watch.ticker.tick(at("2026-11-30T09:00"))
    assert [run.team for run in runs] == ["Search", "Payments"]


def test_more_teams_than_a_batch_are_all_served(db: Database) -> None:
    for number in range(60):
        add_team(db, name=f"Team {number}")
    assert len(Watch(db).tick("2026-11-30T09:00")) == 60


def test_run_asked_for_now_takes_the_place_of_the_weeks(watch: Watch, payments: Team) -> None:
    now = at("2026-11-30T08:00")
    ritual = RITUALS["weekly-digest"]
    statuses = [watch.ticker.run_now(ritual, payments, now).status for _ in range(2)]
    assert statuses == ["posted", "already_posted"]
    assert watch.tick("2026-11-30T09:00") == [("2026-W49", "already_posted")]


def test_run_is_told_as_json(watch: Watch) -> None:
    (run,) = watch.ticker.tick(at("2026-11-30T09:00"))
    assert run.as_json() == {
        "ritual": "weekly-digest",
        "workspace": WORKSPACE,
        "team": "Payments",
        "period": "2026-W49",
        "due_at": "2026-11-30T08:00:00+00:00",
        "status": "posted",
        "messages": 1,
    }


class Broken:
    """An outbox that cannot be written to."""

    def enqueue(self, *_: object) -> None:
        raise ConnectionError


def test_ritual_that_fails_is_due_again(db: Database, payments: Team) -> None:
    with suppress(ConnectionError):
        Watch(db, Broken()).tick("2026-11-30T09:00")
    assert Watch(db).tick("2026-11-30T09:00") == [("2026-W49", "posted")]


def test_rolled_back_ritual_leaves_nothing_in_the_real_outbox(db: Database, payments: Team) -> None:
    class Interrupted(Outbox):
        def enqueue(self, *args: Any, **kwargs: Any) -> None:
            super().enqueue(*args, **kwargs)
            raise ConnectionError

    with suppress(ConnectionError):
        Watch(db, Interrupted(db)).tick("2026-11-30T09:00")
    assert backlog(db).enqueued == 0
    Watch(db, Outbox(db)).tick("2026-11-30T09:00")
    assert backlog(db).enqueued == 1


def test_schedule_moves_to_the_next_week(watch: Watch, db: Database) -> None:
    watch.tick("2026-11-30T09:00")
    with db.begin() as session:
        (schedule,) = list_schedules(session)
    assert schedule.next_due_at == at("2026-12-07T09:00")


def test_cleaning_forgets_old_requests(watch: Watch, db: Database) -> None:
    with db.begin() as session:
        inbox.claim(session, WORKSPACE, "event:Ev1", MADE_ON - timedelta(days=8))
    watch.ticker.clean()
    with db.begin() as session:
        assert inbox.claim(session, WORKSPACE, "event:Ev1", MADE_ON)
