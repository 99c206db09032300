"""Items as the database keeps them: numbers, lists and their order, search, and changes that roll back."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.assign import assign
from bot.domain.close import close
from bot.domain.errors import NotFound
from bot.domain.item import Item
from bot.domain.lifecycle import OPEN, State
from bot.domain.queries import Today, Viewer, Wanted, today_of
from bot.domain.start import start
from storage import incidents, items
from storage.changes import list_changes, record_change
from storage.engine import Database
from storage.items import record_moved
from storage.load import count_other_open
from storage.tables.item import ItemRow
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.builders import DUE, LINK, NOW, TODAY, WORKSPACE, by, change, created, team

ANYBODY = Viewer("U0ANY")


class Interrupted(Exception):
    """Something fails before the end of a transaction."""


def new_item(db: Database, workspace: str = WORKSPACE, **facts: Any) -> Item:
    with db.begin() as session:
        return items.record_item(session, workspace, created(**facts))


def put(db: Database, **facts: Any) -> Item:
    """An item as it stands after whatever brought it there."""
    made = new_item(db)
    with db.begin() as session:
        row = session.scalars(select(ItemRow).where(ItemRow.number == made.number)).one()
        for name, value in facts.items():
            setattr(row, name, value)
        session.flush()
        session.expire_all()
        found = items.get_item_as_it_is(session, WORKSPACE, made.number)
    assert found
    return found


def numbers(db: Database, wanted: Wanted, viewer: Viewer | None = ANYBODY) -> list[int]:
    with db.begin() as session:
        found = items.list_items(session, WORKSPACE, wanted, viewer)
        assert items.count_items(session, WORKSPACE, wanted, viewer) == len(found)
        return [item.number for item in found]


# Creating and changing


def test_item_is_read_back_as_it_was_written(db: Database) -> None:
    made = new_item(db, details="a\nb 🔥", collaborators=("U0LENA", "U0AISHA"), references=LINK, channel="C0INC")
    with db.begin() as session:
        assert items.get_item(session, WORKSPACE, made.number, ANYBODY) == made
    assert (made.collaborators, made.created_at, made.due) == (("U0AISHA", "U0LENA"), NOW, DUE)
    assert made.last_progress_at == NOW


def test_owner_is_no_collaborator(db: Database) -> None:
    assert new_item(db, collaborators=("U0PRIYA", "U0AISHA", "U0AISHA")).collaborators == ("U0AISHA",)


def test_numbers_count_up_in_each_workspace(db: Database) -> None:
    with db.begin() as session:
        record_workspace(session, "T0OTHER")
    made = [new_item(db), new_item(db, "T0OTHER"), new_item(db)]
    assert [item.number for item in made] == [1, 1, 2]


def test_numbers_are_unique_and_without_gaps_whoever_creates_at_once(db: Database, other_db: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda turn: new_item((db, other_db)[turn % 2]).number, range(24)))
    assert sorted(made) == list(range(1, 25))


def test_number_of_an_item_that_was_rolled_back_is_given_to_the_next(db: Database) -> None:
    with suppress(Interrupted), db.begin() as session:
        items.record_item(session, WORKSPACE, created())
        raise Interrupted
    assert new_item(db).number == 1


def test_new_item_is_not_among_what_its_owner_has_besides(db: Database) -> None:
    new_item(db)
    with db.begin() as session:
        made = (created(), replace(created(), state=State.FUTURE_CONSIDERATION))
        first, idea = (items.record_item(session, WORKSPACE, each) for each in made)
        assert [count_other_open(session, each) for each in (first, idea)] == [1, 2]
        # What was counted while it was made is said once: after that its owner may have more.
        items.record_item(session, WORKSPACE, created())
        assert count_other_open(session, first) == 2


def test_change_and_its_line_are_kept_both_or_neither(db: Database) -> None:
    made = new_item(db)
    with suppress(Interrupted), db.begin() as session:
        record_moved(session, start(made, by()))
        raise Interrupted
    with db.begin() as session:
        assert items.get_item(session, WORKSPACE, made.number, ANYBODY) == made


def test_owner_and_collaborators_can_change_places(db: Database) -> None:
    made = new_item(db, collaborators=("U0AISHA",))
    with db.begin() as session:
        moved = record_moved(session, assign(made, by(), "U0AISHA", "She knows it"))
    assert (moved.owner, moved.collaborators) == ("U0AISHA", ())


def test_second_of_two_people_sees_what_the_first_did(db: Database, other_db: Database) -> None:
    made = new_item(db)

    def start_it(database: Database) -> str:
        with database.begin() as session:
            item = items.get_item_for_change(session, WORKSPACE, made.number, ANYBODY)
            if item.state is State.IN_PROGRESS:
                return "second"
            record_moved(session, start(item, by()))
            return "first"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(start_it, (db, other_db))) == ["first", "second"]


def test_closing_gives_the_incident_its_postmortem(db: Database) -> None:
    with db.begin() as session:
        incident = incidents.record_incident(
            session, WORKSPACE, "C0INC", title="Checkout down", began_at=NOW, private=False
        )
    made = put(db, incident_id=incident.id, state=State.VERIFIED.value)
    with db.begin() as session:
        item = items.get_item_for_change(session, WORKSPACE, made.number, ANYBODY)
        assert record_moved(session, close(item, by(), LINK)).postmortem_url == LINK
        assert incidents.get_incident(session, WORKSPACE, incident.id, None).postmortem_url == LINK


@pytest.mark.parametrize(("workspace", "number"), [(WORKSPACE, 2), ("T0OTHER", 1), (WORKSPACE, 999_999_999)])
def test_item_that_does_not_exist_is_not_found(db: Database, workspace: str, number: int) -> None:
    new_item(db)
    with db.begin() as session, pytest.raises(NotFound, match=rf"AI-{number} does not exist"):
        items.get_item(session, workspace, number, ANYBODY)


# Lists


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), [1, 2, 3]),
        (Wanted(states=OPEN), [1, 2]),
        (Wanted(states=frozenset()), []),
        (Wanted(owner="U0AISHA"), [2]),
        (Wanted(overdue=Today(DUE)), [2]),
        (Wanted(overdue=Today(DUE), states=OPEN, owner="U0PRIYA"), []),
        (Wanted(no_progress_since=NOW - timedelta(days=30)), [2]),
        (Wanted(blocked=True), [1]),
        (Wanted(team_id=77), []),
    ],
)
def test_list_holds_what_meets_every_condition(db: Database, wanted: Wanted, found: list[int]) -> None:
    put(db, blocked=True)
    put(db, owner="U0AISHA", due=DUE - timedelta(days=1), last_progress_at=NOW - timedelta(days=30))
    put(db, state=State.CLOSED.value)
    assert sorted(numbers(db, wanted)) == found


def test_list_is_read_in_pages(db: Database) -> None:
    for _ in range(5):
        new_item(db)
    with db.begin() as session:
        page = items.list_items(session, WORKSPACE, Wanted(), ANYBODY, limit=2, offset=2)
    assert [item.number for item in page] == [3, 4]


scale = st.none() | st.integers(1, 5)
scales = st.tuples(scale, scale, scale, st.integers(0, 3))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(scales, min_size=2, max_size=12))
def test_list_stands_in_the_order_of_rank(
    db: Database, some: list[tuple[int | None, int | None, int | None, int]]
) -> None:
    team = f"U{len(some)}{abs(hash(tuple(some)))}"[:20]
    for impact, urgency, effort, days in some:
        new_item(db, owner=team, impact=impact, urgency=urgency, effort=effort, due=TODAY + timedelta(days=days))
    with db.begin() as session:
        found = items.list_items(session, WORKSPACE, Wanted(owner=team), ANYBODY)
    assert found == sorted(found, key=lambda item: item.rank)


def test_ended_items_stand_last(db: Database) -> None:
    put(db, state=State.CLOSED.value, impact=5, urgency=5, effort=1)
    put(db, impact=1, urgency=1, effort=5)
    assert numbers(db, Wanted()) == [2, 1]


# Search


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("checkout",), [1]),
        (("CHECKOUT", "alert"), [1]),
        (("100%",), [2]),
        (("%",), [2]),
        (("snake_case",), [3]),
        (("_",), [3]),
        (("a_b",), []),
        (("/",), [3]),
        (("\\",), []),
        (("'; DROP TABLE items; --",), []),
        (("retries", "missing"), []),
        (("über",), [4]),
        (("ÜBER", "straße"), [4]),
        (("élan",), [4]),
    ],
)
def test_search_takes_words_literally(db: Database, words: tuple[str, ...], found: list[int]) -> None:
    new_item(db, title="Alert on checkout errors")
    new_item(db, title="x", details="Cap retries at 100%")
    new_item(db, title="aXb", root_cause="snake_case in a/b")
    new_item(db, title="Über die Straße", root_cause="ÉLAN")
    assert sorted(numbers(db, Wanted(words=words))) == found


def test_history_is_of_one_workspace(db: Database) -> None:
    with db.begin() as session:
        record_workspace(session, "T0OTHER")
    new_item(db)
    new_item(db, "T0OTHER")
    with db.begin() as session:
        record_change(session, "T0OTHER", 1, change())
        assert len(list_changes(session, WORKSPACE, 1)) == 1


@pytest.mark.parametrize(("hour", "overdue"), [(3, []), (5, [1])])
def test_item_is_overdue_when_its_day_has_passed_in_its_teams_zone(db: Database, hour: int, overdue: list[int]) -> None:
    """Due on 1 November in New York: there it is still that day at 03:00 UTC of the second."""
    with db.begin() as session:
        record_workspace(session, WORKSPACE)
        new_york = record_team(session, team(id=0, timezone="America/New_York"))
    put(db, team_id=new_york.id, due=date(2026, 11, 1))
    today = today_of([new_york], datetime(2026, 11, 2, hour, tzinfo=UTC))
    assert numbers(db, Wanted(overdue=today)) == overdue
    with db.read() as session:
        found = items.find_page(session, WORKSPACE, Wanted(), Viewer("U0PRIYA"), today=today, limit=5)
    assert found.overdue == len(overdue)
