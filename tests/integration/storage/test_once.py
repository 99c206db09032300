"""What may happen once: a request, a schedule's turn, a ritual's run, an incident of a channel."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from storage import inbox, incidents
from storage.engine import Database
from storage.schedules import (
    MISSED,
    POSTED,
    Schedule,
    claim_schedule,
    list_schedules,
    list_schedules_due,
    record_run,
    record_schedule,
)
from storage.teams import record_team
from storage.workspaces import list_workspaces, record_workspace
from tests.builders import NOW, WORKSPACE, team

LATER = NOW + timedelta(days=7)


def at_once(db: Database, other_db: Database, act: Callable[[Database], bool]) -> list[bool]:
    """What two processes get when both do it at the same moment."""
    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(act, (db, other_db)))


@pytest.fixture
def schedule(db: Database) -> Schedule:
    with db.begin() as session:
        team_id = record_team(session, team()).id
        planned = Schedule(WORKSPACE, team_id, "weekly-digest", date(2026, 11, 23), NOW)
        record_schedule(session, planned)
    return planned


def test_request_is_claimed_once(db: Database) -> None:
    with db.begin() as session:
        assert inbox.claim(session, WORKSPACE, "view:V1:hash", NOW)
        assert not inbox.claim(session, WORKSPACE, "view:V1:hash", LATER)
        assert inbox.claim(session, "T0OTHER", "view:V1:hash", NOW)


def test_of_two_processes_one_claims_the_request(db: Database, other_db: Database) -> None:
    def claim(database: Database) -> bool:
        with database.begin() as session:
            return inbox.claim(session, WORKSPACE, "event:Ev1", NOW)

    assert at_once(db, other_db, claim) == [False, True]


def test_request_that_failed_can_be_claimed_again(db: Database) -> None:
    with suppress(ConnectionError), db.begin() as session:
        inbox.claim(session, WORKSPACE, "event:Ev1", NOW)
        raise ConnectionError
    with db.begin() as session:
        assert inbox.claim(session, WORKSPACE, "event:Ev1", NOW)


@pytest.mark.parametrize(("age", "forgotten"), [(timedelta(days=7), 0), (timedelta(days=7, seconds=1), 1)])
def test_requests_are_forgotten_after_a_week(db: Database, age: timedelta, forgotten: int) -> None:
    with db.begin() as session:
        inbox.claim(session, WORKSPACE, "event:Ev1", NOW)
        assert inbox.forget_old(session, NOW + age) == forgotten


@pytest.mark.parametrize(("seconds", "due"), [(-1, 0), (0, 1), (1, 1)])
def test_schedule_is_due_from_its_time_on(db: Database, schedule: Schedule, seconds: int, due: int) -> None:
    with db.begin() as session:
        assert len(list_schedules_due(session, NOW + timedelta(seconds=seconds), 10)) == due


def test_schedule_is_claimed_by_who_saw_it_as_it_is(db: Database, schedule: Schedule) -> None:
    stale = replace(schedule, next_due_at=NOW - timedelta(days=7))
    with db.begin() as session:
        assert not claim_schedule(session, stale, date(2026, 11, 30), LATER)
        assert claim_schedule(session, schedule, date(2026, 11, 30), LATER)
        assert not claim_schedule(session, schedule, date(2026, 11, 30), LATER)
        assert list_schedules(session) == [replace(schedule, nominal_on=date(2026, 11, 30), next_due_at=LATER)]


def test_of_two_replicas_one_takes_the_turn(db: Database, other_db: Database, schedule: Schedule) -> None:
    def claim(database: Database) -> bool:
        with database.begin() as session:
            return claim_schedule(session, schedule, date(2026, 11, 30), LATER)

    assert at_once(db, other_db, claim) == [False, True]


def test_ritual_runs_once_in_a_period(db: Database, schedule: Schedule) -> None:
    with db.begin() as session:
        assert record_run(session, schedule, "2026-W48", due_at=NOW, ran_at=NOW, status=POSTED)
        assert not record_run(session, schedule, "2026-W48", due_at=NOW, ran_at=LATER, status=MISSED)
        assert record_run(session, schedule, "2026-W49", due_at=LATER, ran_at=LATER, status=POSTED)


def test_of_two_replicas_one_records_the_run(db: Database, other_db: Database, schedule: Schedule) -> None:
    def run(database: Database) -> bool:
        with database.begin() as session:
            return record_run(session, schedule, "2026-W48", due_at=NOW, ran_at=NOW, status=POSTED)

    assert at_once(db, other_db, run) == [False, True]


def test_new_time_of_a_schedule_replaces_the_old(db: Database, schedule: Schedule) -> None:
    moved = replace(schedule, next_due_at=LATER)
    with db.begin() as session:
        record_schedule(session, moved)
        assert list_schedules(session) == [moved]


def test_channel_has_one_incident(db: Database, other_db: Database) -> None:
    def register(database: Database) -> int:
        with database.begin() as session:
            return incidents.record_incident(
                session, WORKSPACE, "C0INC", title=str(database.url), began_at=NOW, private=False
            ).id

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(register, (db, other_db)))) == 1


def test_workspace_is_recorded_once_and_keeps_its_counter(db: Database) -> None:
    with db.begin() as session:
        session.execute(text("UPDATE workspaces SET last_item_number = 7"))
        record_workspace(session, WORKSPACE)
        assert list_workspaces(session) == [WORKSPACE]
        assert session.scalar(text("SELECT last_item_number FROM workspaces")) == 7
