"""The ticker: each ritual once in its period, whoever looks and whenever, on both databases."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.deps import Deps, MessageOutbox
from bot.domain.messages import Message, Post
from bot.domain.queries import Viewer
from bot.domain.team import Team, parse_weekly_time
from bot.settings import Settings
from bot.slack.installations import NotInstalled
from scheduler.delivery.backlog import backlog
from scheduler.due import ASKED_AT_ONCE
from scheduler.rituals.registry import RITUALS
from scheduler.runs import LONGEST_AWAY, Run
from scheduler.schedules import schedule_team
from scheduler.ticker import Ticker
from storage import inbox, items
from storage.engine import Database
from storage.messages import Pace, claim_attempt, find_posted, record_failed, record_sent
from storage.outbox import Outbox
from storage.schedules import (
    LEASE,
    Schedule,
    lease_schedules,
    list_schedules,
    record_schedule,
    release_schedules,
)  # fmt: skip
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.builders import WORKSPACE, SettledDirectory, created, slack_is_away, team

pytestmark = pytest.mark.mostly_sqlite


def at(said: str) -> datetime:
    """A moment in Berlin's winter."""
    return datetime.fromisoformat(f"{said}+01:00")


MADE_ON = at("2026-11-25T12:00")
"""The Wednesday on which the team is created: its first digest is due on Monday the 30th at 09:00."""


class RecordingOutbox(MessageOutbox):
    """Keeps what it is given, whether the transaction is committed or not."""

    def __init__(self) -> None:
        self.deliveries: list[tuple[str, list[Message]]] = []

    def enqueue(
        self, session: Session, workspace: str, delivery_id: str, messages: Sequence[Message], **_: Any
    ) -> None:
        self.deliveries.append((delivery_id, list(messages)))

    @property
    def ids(self) -> list[str]:
        """Of the digests."""
        return [delivery_id for delivery_id, _ in self.deliveries if delivery_id.startswith("weekly-digest:")]


class Watch:
    """A ticker with its outbox, as one replica has them."""

    def __init__(self, db: Database, outbox: Any = None) -> None:
        self.outbox = outbox or RecordingOutbox()
        directory = SettledDirectory(db, slack_is_away, lambda: MADE_ON)
        self.deps = Deps(Settings(), db, self.outbox, lambda: MADE_ON, slack_is_away, directory, schedule_team)
        self.ticker = Ticker(self.deps)

    def tick(self, said: str) -> list[tuple[str, str]]:
        """Period and status of each run."""
        return digests_of(self.ticker.tick(at(said)))

    def tick_as_of(self, said: str) -> list[tuple[str, str]]:
        return digests_of(self.ticker.tick_as_of(at(said), WORKSPACE))


def digests_of(runs: Sequence[Run]) -> list[tuple[str, str]]:
    """Period and status of each digest."""
    return [(run.period, run.status) for run in runs if run.ritual == "weekly-digest"]


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


@pytest.mark.walk
def test_digest_is_posted_once(watch: Watch, payments: Team) -> None:
    assert watch.tick("2026-11-30T09:00") == [("2026-W49", "posted")]
    assert watch.tick("2026-11-30T09:00") == []
    assert watch.tick("2026-12-06T23:00") == []
    assert watch.outbox.ids == [f"weekly-digest:{payments.id}:2026-W49"]


@pytest.mark.walk
def test_digest_goes_to_the_teams_channel_with_its_items(watch: Watch, db: Database, payments: Team) -> None:
    with db.begin() as session:
        items.record_item(session, WORKSPACE, created(team_id=payments.id, title="Cap the retries"))
    watch.tick("2026-11-30T09:00")
    ((_, [post]),) = [each for each in watch.outbox.deliveries if each[1]]
    assert isinstance(post, Post)
    assert (post.to, post.key) == ("C0PAYMENTS", f"weekly-digest:{payments.id}:2026-W49")
    assert "Cap the retries" in str(post.blocks)


def test_digest_is_posted_every_week(watch: Watch) -> None:
    weeks = [watch.tick(f"{day}T09:00") for day in ("2026-11-30", "2026-12-07", "2026-12-14")]
    assert weeks == [[("2026-W49", "posted")], [("2026-W50", "posted")], [("2026-W51", "posted")]]


@pytest.mark.walk
def test_of_two_replicas_at_once_one_posts(watch: Watch, other_db: Database) -> None:
    other = Watch(other_db, watch.outbox)
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda one: one.tick("2026-11-30T09:00"), (watch, other)))
    assert sorted(map(len, runs)) == [0, 1]
    assert len(watch.outbox.ids) == 1


def test_what_one_replica_has_in_hand_another_passes_over_and_does_not_ask_slack_about(
    watch: Watch, other_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, meanwhile, asked = Watch(other_db, watch.outbox), [], []

    def readers_in(_workspace: str, channel: str) -> Viewer:
        meanwhile.append(other.tick("2026-11-30T09:00"))
        return Viewer("", frozenset({channel}))

    monkeypatch.setattr(watch.deps.directory, "readers_in", readers_in)
    monkeypatch.setattr(other.deps.directory, "readers_in", lambda *what: asked.append(what))
    assert watch.tick("2026-11-30T09:00") == [("2026-W49", "posted")]
    assert (meanwhile, asked) == ([[]], [])


@pytest.mark.walk
def test_what_a_replica_had_in_hand_when_it_died_is_taken_over(watch: Watch, db: Database) -> None:
    def lease(now: datetime) -> list[Schedule]:
        with db.begin() as session:
            return lease_schedules(session, at("2026-11-30T09:00"), now, 50, None, ["weekly-digest"])

    assert [one.ritual for one in lease(MADE_ON)] == ["weekly-digest"]
    assert lease(MADE_ON + LEASE - timedelta(seconds=1)) == []
    assert watch.tick("2026-11-30T09:00") == []
    with db.begin() as session:
        release_schedules(session, lease(MADE_ON + LEASE))
    assert watch.tick("2026-11-30T09:00") == [("2026-W49", "posted")]


def test_slack_is_asked_about_many_teams_at_once(db: Database, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, ASKED_AT_ONCE):
        add_team(db, name=f"Team {number}", channel=f"C0TEAM{number}")
    together = Barrier(ASKED_AT_ONCE, timeout=60)

    def readers_in(workspace: str, channel: str) -> Viewer:
        watch.deps.directory._client_for(workspace)  # as every question to Slack
        together.wait()  # of one alone it would never end
        return Viewer("", frozenset({channel}))

    monkeypatch.setattr(watch.deps.directory, "readers_in", readers_in)
    assert len(watch.tick("2026-11-30T09:00")) == ASKED_AT_ONCE


@pytest.mark.parametrize("late", ["2026-11-30T09:01", "2026-12-02T17:00", "2026-12-06T23:59"])
def test_late_within_its_week_is_made_up(watch: Watch, late: str) -> None:
    assert watch.tick(late) == [("2026-W49", "posted")]


@pytest.mark.parametrize("late", ["2026-12-07T00:00", "2026-12-07T08:59"])
def test_when_its_week_is_over_it_is_missed_and_does_not_tell_of_the_next(watch: Watch, late: str) -> None:
    assert watch.tick(late) == [("2026-W49", "missed")]


def test_later_than_its_week_is_missed_and_the_next_is_posted(watch: Watch) -> None:
    assert watch.tick("2026-12-07T09:00") == [("2026-W49", "missed"), ("2026-W50", "posted")]


@pytest.mark.walk
def test_long_outage_misses_each_week_once(watch: Watch) -> None:
    runs = watch.tick("2026-12-24T09:00")
    assert [status for _, status in runs] == ["missed", "missed", "missed", "posted"]
    assert len(watch.outbox.ids) == 1


def test_clock_that_jumps_back_posts_nothing_twice(watch: Watch) -> None:
    watch.tick("2026-11-30T09:00")
    watch.tick("2026-12-07T09:00")
    assert watch.tick("2026-11-30T09:00") == []
    assert watch.tick_as_of("2026-11-30T09:00") == []
    assert len(watch.outbox.ids) == 2


def test_what_was_missed_is_posted_when_its_own_time_is_asked_for(watch: Watch) -> None:
    assert watch.tick("2026-12-07T09:00") == [("2026-W49", "missed"), ("2026-W50", "posted")]
    assert watch.tick("2026-11-30T09:00") == []
    assert watch.tick_as_of("2026-11-30T09:00") == [("2026-W49", "posted")]
    assert watch.tick_as_of("2026-11-30T10:00") == []


def test_time_before_the_schedule_began_is_posted_once_when_asked_for(watch: Watch) -> None:
    assert watch.tick_as_of("2026-11-09T09:00") == [("2026-W46", "posted")]
    assert watch.tick_as_of("2026-11-09T09:00") == []
    assert watch.tick("2026-11-30T09:00") == [("2026-W49", "posted")]


def test_day_just_before_the_schedule_began_is_posted_when_asked_for(watch: Watch) -> None:
    assert watch.tick_as_of("2026-11-23T09:00") == [("2026-W48", "posted")]
    assert watch.tick_as_of("2026-11-23T09:00") == []


@pytest.mark.parametrize("not_its_time", ["2026-11-24T09:00", "2026-11-23T08:59"])
def test_nothing_earlier_is_posted_on_another_day_or_when_it_is_still_to_come(watch: Watch, not_its_time: str) -> None:
    assert watch.tick_as_of(not_its_time) == []


def test_team_whose_schedule_begins_later_is_posted_beside_one_whose_digest_is_due(db: Database, watch: Watch) -> None:
    add_team(db, at("2026-12-03T12:00"), name="Search")
    runs = watch.ticker.tick_as_of(at("2026-11-30T09:00"), WORKSPACE)
    said = [(run.team, run.status) for run in runs if run.ritual == "weekly-digest"]
    assert said == [("Payments", "posted"), ("Search", "posted")]


@pytest.mark.walk
def test_team_that_moves_its_digest_gets_one_in_a_week(watch: Watch, db: Database, payments: Team) -> None:
    watch.tick("2026-11-30T09:00")
    with db.begin() as session:
        moved = record_team(session, team(digest=parse_weekly_time("fri 16:00")))
        schedule_team(session, moved, at("2026-12-01T12:00"))
    assert watch.tick("2026-12-04T16:00") == []
    assert watch.tick("2026-12-11T16:00") == [("2026-W50", "posted")]
    assert len(watch.outbox.ids) == 2


@pytest.mark.parametrize(
    ("moved_at", "to", "then"),
    [
        ("2026-11-30T08:00", "mon 07:00", "2026-11-30T08:00"),  # later in the day than the new time
        ("2026-11-30T08:00", "mon 11:00", "2026-11-30T11:00"),
        ("2026-11-30T08:00", "fri 16:00", "2026-12-04T16:00"),
    ],
)
def test_digest_whose_time_is_moved_on_its_day_is_posted_in_that_week(
    watch: Watch, db: Database, moved_at: str, to: str, then: str
) -> None:
    with db.begin() as session:
        moved = record_team(session, team(digest=parse_weekly_time(to)))
        schedule_team(session, moved, at(moved_at))
    assert watch.tick(then) == [("2026-W49", "posted")]


def test_team_changed_after_it_was_due_is_posted_where_it_reads_now(watch: Watch, db: Database) -> None:
    with db.begin() as session:
        record_team(session, team(channel="C0NEW"))
    watch.tick("2026-11-30T09:05")
    ((_, [post]),) = [each for each in watch.outbox.deliveries if each[1]]
    assert post.to == "C0NEW"


@pytest.mark.walk
def test_other_workspaces_are_left_alone(db: Database, watch: Watch) -> None:
    with db.begin() as session:
        record_workspace(session, "T0OTHER")
        schedule_team(session, record_team(session, team(workspace="T0OTHER")), MADE_ON)
    runs = watch.ticker.tick_as_of(at("2026-11-30T09:00"), WORKSPACE)
    assert {run.workspace for run in runs} == {WORKSPACE}
    runs = watch.ticker.tick_as_of(at("2026-11-30T09:00"), "T0OTHER")
    assert {run.workspace for run in runs} == {"T0OTHER"}


def test_rituals_of_a_workspace_without_the_bot_do_not_run(db: Database, payments: Team) -> None:
    def gone(_workspace: str) -> WebClient:
        raise NotInstalled

    deps = replace(Watch(db).deps, client_for=gone)
    assert Ticker(deps).tick(at("2026-11-30T09:00")) == []
    assert Watch(db).tick("2026-11-30T09:00") == []
    assert Watch(db).tick("2026-12-07T09:00") == [("2026-W50", "posted")]


@pytest.mark.walk
def test_failure_of_one_team_does_not_hold_up_another(db: Database, payments: Team) -> None:
    class BrokenForPayments(RecordingOutbox):
        def enqueue(
            self, session: Session, workspace: str, delivery_id: str, messages: Sequence[Message], **_: Any
        ) -> None:
            if delivery_id.startswith(f"weekly-digest:{payments.id}:"):
                raise ConnectionError
            super().enqueue(session, workspace, delivery_id, messages)

    other = add_team(db, name="Search")
    outbox = BrokenForPayments()
    with suppress(ConnectionError):
        Watch(db, outbox).tick("2026-11-30T09:00")
    assert outbox.ids == [f"weekly-digest:{other.id}:2026-W49"]


@pytest.mark.walk
def test_ritual_that_is_new_to_a_team_begins_from_now_on(db: Database, payments: Team, watch: Watch) -> None:
    with db.begin() as session:
        session.execute(text("DELETE FROM ritual_schedules"))
    assert watch.tick("2026-11-30T09:00") == [("2026-W49", "posted")]


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
    assert digests_of(ticker.tick(datetime.fromisoformat(last_second))) == []
    assert [status for _, status in digests_of(ticker.tick(datetime.fromisoformat(due)))] == ["posted"]


@pytest.mark.walk
def test_every_team_is_served_in_the_order_of_time(db: Database, watch: Watch) -> None:
    add_team(db, name="Search", timezone="Asia/Tokyo")
    runs = watch.ticker.tick(at("2026-11-30T09:00"))
    assert [run.team for run in runs if run.ritual == "weekly-digest"] == ["Search", "Payments"]


@pytest.mark.walk
def test_more_teams_than_a_batch_are_all_served(db: Database) -> None:
    for number in range(60):
        add_team(db, name=f"Team {number}")
    assert len(Watch(db).tick("2026-11-30T09:00")) == 60


def test_run_asked_for_now_takes_the_place_of_the_weeks(watch: Watch, payments: Team) -> None:
    now = at("2026-11-30T08:00")
    ritual = RITUALS["weekly-digest"]
    statuses = [run.status for _ in range(2) for run in watch.ticker.run_now(ritual, WORKSPACE, payments, now)]
    assert statuses == ["posted", "already_posted"]
    assert watch.tick("2026-11-30T09:00") == [("2026-W49", "already_posted")]


def test_run_is_told_as_json(watch: Watch) -> None:
    run = next(run for run in watch.ticker.tick(at("2026-11-30T09:00")) if run.ritual == "weekly-digest")
    assert run.as_json() == {
        "ritual": "weekly-digest",
        "workspace": WORKSPACE,
        "team": "Payments",
        "period": "2026-W49",
        "due_at": "2026-11-30T08:00:00+00:00",
        "status": "posted",
        "messages": 1,
    }


class Broken(MessageOutbox):
    """An outbox that cannot be written to."""

    def enqueue(self, *_: object, **_more: object) -> None:
        raise ConnectionError


@pytest.mark.walk
def test_ritual_that_fails_is_due_again(db: Database, payments: Team) -> None:
    with suppress(ConnectionError):
        Watch(db, Broken()).tick("2026-11-30T09:00")
    assert Watch(db).tick("2026-11-30T09:00") == [("2026-W49", "posted")]


@pytest.mark.walk
def test_rolled_back_ritual_leaves_nothing_in_the_real_outbox(db: Database, payments: Team) -> None:
    class Interrupted(Outbox):
        def enqueue_all(self, *args: Any) -> None:
            super().enqueue_all(*args)
            raise ConnectionError

    with suppress(ConnectionError):
        Watch(db, Interrupted(db)).tick("2026-11-30T09:00")
    assert backlog(db).enqueued == 0
    Watch(db, Outbox(db)).tick("2026-11-30T09:00")
    assert backlog(db).enqueued == 1


def test_schedule_moves_to_the_next_week(watch: Watch, db: Database) -> None:
    watch.tick("2026-11-30T09:00")
    with db.begin() as session:
        schedule = next(each for each in list_schedules(session) if each.ritual == "weekly-digest")
    assert schedule.next_due_at == at("2026-12-07T09:00")


@pytest.mark.walk
def test_cleaning_forgets_old_requests(watch: Watch, db: Database) -> None:
    with db.begin() as session:
        inbox.claim(session, WORKSPACE, "event:Ev1", MADE_ON - timedelta(days=8))
    watch.ticker.clean()
    with db.begin() as session:
        assert inbox.claim(session, WORKSPACE, "event:Ev1", MADE_ON)


def test_ritual_that_only_a_newer_version_knows_is_left_to_it_and_holds_up_nothing(
    watch: Watch, db: Database, payments: Team
) -> None:
    due = at("2026-11-30T08:00")
    with db.begin() as session:
        record_schedule(session, Schedule(WORKSPACE, payments.id, "escalation", due.date(), due))
    assert watch.tick_as_of("2026-11-30T09:00") == [("2026-W49", "posted")]
    with db.begin() as session:
        assert [each.next_due_at for each in list_schedules(session) if each.ritual == "escalation"] == [due]


def test_tick_decades_ahead_passes_over_what_was_due_long_before(watch: Watch) -> None:
    runs = watch.ticker.tick_as_of(at("2099-12-28T09:00"), WORKSPACE)
    assert digests_of(runs)[-1] == ("2099-W53", "posted")
    missed = [run for run in runs if run.status == "missed"]
    assert min(run.due_at for run in missed) >= at("2099-12-28T09:00") - LONGEST_AWAY
    assert len(missed) < 800  # of six rituals, two of them on each working day


REFUSED = "invalid_auth"


@pytest.mark.parametrize("name", ["weekly-digest", "hygiene-review", "monthly-report"])
def test_ritual_that_slack_refused_for_good_is_said_when_it_is_asked_for_again_and_then_once(
    watch: Watch, db: Database, payments: Team, name: str
) -> None:
    with db.begin() as session:
        items.record_item(session, WORKSPACE, created(team_id=payments.id))
    now, ritual = at("2026-12-01T12:00"), RITUALS[name]

    def ask() -> str:
        (run,) = watch.ticker.run_now(ritual, WORKSPACE, payments, now)
        return run.status

    assert [ask(), ask()] == ["posted", "already_posted"]
    (first,) = said_of(watch, name)
    give_up(db, first, "2026-12-01T12:01")
    assert [ask(), ask()] == ["posted", "already_posted"]
    assert [post.key for post in said_of(watch, name)] == [first.key] * 2
    with db.begin() as session:
        standing = find_posted(session, WORKSPACE, first.key)
    assert standing
    assert standing.attempted_at  # so it is looked for before it is posted: an attempt of then may have been taken
    give_up(db, first, "2026-12-01T12:02")
    assert ask() == "posted"
    ids = [delivery_id for delivery_id, messages in watch.outbox.deliveries if first in messages]
    assert len(set(ids)) == 3  # of which none is ignored as done before


def test_what_waits_or_was_sent_is_not_said_again(watch: Watch, db: Database, payments: Team) -> None:
    now, ritual = at("2026-12-01T12:00"), RITUALS["weekly-digest"]
    watch.ticker.run_now(ritual, WORKSPACE, payments, now)
    (post,) = said_of(watch, "weekly-digest")
    with db.begin() as session:
        claim_attempt(session, WORKSPACE, post, now=now, pace=Pace(), take=lambda: 0.0)
    assert watch.ticker.run_now(ritual, WORKSPACE, payments, now)[0].status == "already_posted"
    with db.begin() as session:
        record_sent(session, WORKSPACE, post.key, channel=post.to, ts="1.0", shown=None, now=now)
    assert watch.ticker.run_now(ritual, WORKSPACE, payments, now)[0].status == "already_posted"


def said_of(watch: Watch, name: str) -> list[Post]:
    said = [each for _, messages in watch.outbox.deliveries for each in messages]
    return [each for each in said if isinstance(each, Post) and each.key.startswith(f"{name}:")]


def give_up(db: Database, post: Post, failed_at: str) -> None:
    """Slack refuses it for good."""
    with db.begin() as session:
        record_failed(session, WORKSPACE, post, REFUSED, now=at(failed_at))
