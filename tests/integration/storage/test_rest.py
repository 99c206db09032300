"""Teams, people, moments, and the figures of a digest, as the database keeps them."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from bot.domain.digest import Figures, week_at
from bot.domain.errors import NotFound
from bot.domain.incident import Severity
from bot.domain.lifecycle import State
from bot.domain.queries import Viewer
from bot.domain.team import Team, WeeklyTime
from storage import inbox, incidents, items
from storage.digests import count_figures
from storage.engine import Database
from storage.people import expire_person, find_person, known_people, list_names, note_known, record_person
from storage.tables.item import ItemRow
from storage.teams import find_team, get_team, get_team_by_id, list_teams, record_team
from tests.builders import LINK, NOW, TODAY, WORKSPACE, created, person, team
from tests.measuring import history_follows

WEEK = week_at(NOW, ZoneInfo("Europe/Berlin"))
PUBLIC = Viewer("", frozenset({"C0PAYMENTS"}))


def new_team(db: Database, **facts: Any) -> Team:
    with db.begin() as session:
        return record_team(session, team(**facts))


# Teams


def test_team_is_read_back_as_it_was_written(db: Database) -> None:
    made = new_team(db, digest=WeeklyTime(4, time(16, 30)), quota=3, capacity=15, holidays="DE-BY")
    assert made == team(
        id=made.id, digest=WeeklyTime(4, time(16, 30)), quota=3, capacity=15, holidays="DE-BY",
        members=("U0AISHA", "U0PRIYA"),
    )  # fmt: skip
    with db.begin() as session:
        assert get_team_by_id(session, made.id) == made


@pytest.mark.parametrize("name", ["Payments", "payments", "PAYMENTS"])
def test_team_is_found_whatever_the_case(db: Database, name: str) -> None:
    made = new_team(db)
    with db.begin() as session:
        assert find_team(session, WORKSPACE, name) == made
        assert find_team(session, "T0OTHER", name) is None


def test_team_of_the_same_name_is_changed(db: Database) -> None:
    made = new_team(db)
    changed = new_team(db, name="PAYMENTS", lead="U0AISHA", members=("U0LENA",))
    with db.begin() as session:
        assert list_teams(session, WORKSPACE) == [changed]
    assert (changed.id, changed.members) == (made.id, ("U0LENA",))


def test_unknown_team_is_refused_with_those_that_exist(db: Database) -> None:
    new_team(db)
    new_team(db, name="Search")
    with db.begin() as session, pytest.raises(NotFound, match=r"There is no team “Pay”\. Teams: Payments, Search\."):
        get_team(session, WORKSPACE, "Pay")


# People


def test_person_is_kept_as_slack_last_described_them(db: Database) -> None:
    with db.begin() as session:
        record_person(session, person())
        record_person(session, person(name="Priya R.", is_admin=True))
        assert find_person(session, WORKSPACE, "U0PRIYA") == person(name="Priya R.", is_admin=True)
        assert list_names(session, WORKSPACE, ["U0PRIYA", "U0NOBODY"]) == {"U0PRIYA": "Priya R."}


def test_person_who_changed_keeps_the_name_and_is_asked_for_again(db: Database) -> None:
    with db.begin() as session:
        record_person(session, person())
        expire_person(session, WORKSPACE, "U0PRIYA")
        expire_person(session, WORKSPACE, "U0NOBODY")
        assert find_person(session, WORKSPACE, "U0PRIYA") == person(asked_at=datetime.fromtimestamp(0, UTC))


# Incidents and moments


def test_person_who_is_known_already_is_not_read(db: Database) -> None:
    with db.begin() as session:
        record_person(session, person())
        note_known(session, [person(name="Priya R.")])
        known = known_people(session, WORKSPACE, ["U0PRIYA", "U0NOBODY"])
    assert known == {"U0PRIYA": person(name="Priya R.")}


def test_what_only_reads_cannot_write(db: Database) -> None:
    for _ in range(2):  # over a new connection, and over one that was used
        with pytest.raises(DBAPIError), db.read() as session:
            session.execute(delete(ItemRow))


def test_incident_keeps_what_people_know_of_it(db: Database) -> None:
    began = NOW - timedelta(hours=3)
    facts = {"title": "Checkout down", "severity": Severity.SEV1, "postmortem_url": LINK, "began_at": began}
    with db.begin() as session:
        made = incidents.record_incident(session, WORKSPACE, "C0INC", title="x", began_at=NOW, private=False)
        incidents.record_facts(session, replace(made, **facts))
    with db.begin() as session:
        known = incidents.get_incident(session, WORKSPACE, made.id, None)
    assert known == replace(made, **facts)


def test_incident_of_another_workspace_is_not_found(db: Database) -> None:
    with db.begin() as session:
        made = incidents.record_incident(session, WORKSPACE, "C0INC", title="x", began_at=NOW, private=False)
        with pytest.raises(NotFound, match="Choose another one"):
            incidents.get_incident(session, "T0OTHER", made.id, None)


def test_moment_comes_back_in_utc(db: Database) -> None:
    in_berlin = NOW.astimezone(ZoneInfo("Europe/Berlin"))
    with db.begin() as session:
        number = items.record_item(session, WORKSPACE, created(at=in_berlin)).number
    with db.begin() as session:
        made = items.get_item(session, WORKSPACE, number, PUBLIC)
    assert (made.created_at, made.created_at.tzinfo) == (NOW, UTC)


def test_moment_without_an_offset_is_refused(db: Database) -> None:
    with db.begin() as session, pytest.raises(StatementError, match="without an offset"):
        inbox.claim(session, WORKSPACE, "k", NOW.replace(tzinfo=None))


# Figures

DAY = timedelta(days=1)
CASES: list[tuple[dict[str, Any], dict[str, int]]] = [
    ({}, {"open": 1}),
    ({"due": TODAY - DAY}, {"open": 1, "overdue": 1}),
    ({"due": TODAY}, {"open": 1, "due_this_week": 1}),
    ({"due": TODAY + 6 * DAY}, {"open": 1, "due_this_week": 1}),
    ({"due": TODAY + 7 * DAY}, {"open": 1}),
    ({"blocked": True}, {"open": 1, "blocked": 1}),
    ({"state": "implemented"}, {"open": 1, "awaiting_verification": 1}),
    ({"state": "verified"}, {"open": 1}),
    ({"last_progress_at": NOW - 30 * DAY}, {"open": 1, "stale": 1}),
    ({"last_progress_at": NOW - 29 * DAY}, {"open": 1}),
    ({"last_progress_at": None, "created_at": NOW - 40 * DAY}, {"open": 1, "stale": 1}),
    ({"created_at": WEEK.last_monday}, {"open": 1, "created": 1}),
    ({"created_at": WEEK.this_monday}, {"open": 1}),
    ({"state": "closed", "ended_at": WEEK.this_monday - timedelta(seconds=1)}, {"ended": 1}),
    ({"state": "wont_do", "ended_at": WEEK.last_monday}, {"ended": 1}),
    ({"state": "risk_accepted", "ended_at": WEEK.last_monday}, {"ended": 1}),
    ({"state": "merged", "ended_at": WEEK.this_monday}, {}),
    ({"state": "in_progress", "ended_at": WEEK.last_monday}, {"open": 1}),
    ({"state": "deferred", "due": TODAY - DAY}, {"deferred": 1}),
    ({"state": "future_consideration", "created_at": WEEK.last_monday}, {}),
    ({"state": "declined", "created_at": WEEK.last_monday}, {}),
    ({"private": True, "channel": "C0VAULT"}, {"private": 1}),
    ({"private": True, "channel": "C0VAULT", "state": "closed", "ended_at": WEEK.last_monday}, {}),
    ({"private": True, "channel": "C0PAYMENTS"}, {"open": 1}),
    ({"team_id": None}, {}),
]


def figures(session: Session, of: Team) -> Figures:
    return count_figures(session, [of], WEEK, NOW)[of.id].figures


@pytest.mark.parametrize(("facts", "counted"), CASES)
def test_item_is_counted_where_it_belongs(db: Database, facts: dict[str, Any], counted: dict[str, int]) -> None:
    of = new_team(db)
    began = facts.get("created_at") or facts.get("ended_at", NOW + 8 * DAY) - 8 * DAY
    with db.begin() as session:
        items.record_item(session, WORKSPACE, created(team_id=of.id, due=TODAY + 30 * DAY, at=began))
        row = session.scalars(select(ItemRow)).one()
        for name, value in facts.items():
            setattr(row, name, value)
        history_follows(session, row)
        assert replace(figures(session, of), moved_at=None) == Figures(**counted)


@pytest.mark.parametrize(
    ("facts", "moved"),
    [
        ({"last_progress_at": NOW - 20 * DAY}, NOW - 20 * DAY),
        ({"last_progress_at": None}, NOW - 40 * DAY),
        ({"state": "closed", "ended_at": NOW - 16 * DAY}, NOW - 16 * DAY),
        ({"state": "deferred", "last_progress_at": NOW - 3 * DAY}, NOW - 3 * DAY),
        ({"private": True, "channel": "C0VAULT"}, None),
    ],
)
def test_team_moved_last_when_an_item_did_or_was_made_or_ended(
    db: Database, facts: dict[str, Any], moved: datetime | None
) -> None:
    of = new_team(db)
    with db.begin() as session:
        items.record_item(session, WORKSPACE, created(team_id=of.id, at=NOW - 40 * DAY))
        row = session.scalars(select(ItemRow)).one()
        for name, value in facts.items():
            setattr(row, name, value)
        session.flush()
        assert figures(session, of).moved_at == moved


def test_figures_of_a_team_without_items_are_nought(db: Database) -> None:
    with db.begin() as session:
        assert figures(session, record_team(session, team())) == Figures()


def test_figures_are_of_one_team(db: Database) -> None:
    ours, theirs = new_team(db), new_team(db, name="Search")
    with db.begin() as session:
        for of in (ours, theirs, theirs):
            items.record_item(session, WORKSPACE, created(team_id=of.id))
        assert figures(session, ours).open == 1


def test_every_state_has_its_case() -> None:
    tried = {facts.get("state") for facts, _ in CASES} - {None}
    assert {State.NOT_STARTED} | tried == set(State)
