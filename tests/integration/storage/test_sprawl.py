"""How a backlog went, read for the symptoms of sprawl: by month, as of now, and only what its reader may see."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.domain.lifecycle import State
from bot.domain.queries import Viewer
from bot.domain.sprawl import Sprawl, symptoms
from bot.domain.team import Team
from bot.services.similar_titles import COMPARED, Alike, find_similar, list_alike, list_those_alike, pairs_alike
from storage.engine import Database
from storage.incidents import record_incident
from storage.items import record_item
from storage.sprawl import read_sprawl
from storage.teams import record_team
from tests.builders import WORKSPACE, created, team
from tests.measuring import Event, History, write

NOW = datetime(2026, 11, 2, 11, tzinfo=UTC)
LEAD = Viewer("U0MARCO")
FAR = date(2027, 6, 30)


def at(month: int, day: int = 15) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def two_teams(session: Session) -> tuple[Team, Team]:
    return record_team(session, team()), record_team(session, team(name="Search", channel="C0SEARCH"))


def read(db: Database, histories: Sequence[History]) -> Sprawl:
    """What is read of the first of two teams."""
    with db.begin() as session:
        teams = two_teams(session)
        write(session, teams, histories)
        return read_sprawl(session, teams[0], NOW, LEAD)


def test_backlog_is_that_of_the_ends_of_the_last_four_months(db: Database) -> None:
    made = [History(at(month), FAR) for month in (6, 7, 8, 8, 9, 10)]
    closed = History(at(6), FAR, events=(Event(at(8), State.CLOSED),))
    elsewhere, this_month = History(at(8), FAR, team=1), History(NOW - timedelta(hours=1), FAR)
    found = read(db, [*made, closed, elsewhere, this_month])
    assert found.backlog == [3, 4, 5, 6]
    assert str(symptoms(found)[0].words) == "The backlog has grown 3 months running: 3 → 4 → 5 → 6."


def test_months_end_at_midnight_where_the_team_is(db: Database) -> None:
    last_of_october_in_berlin = datetime(2026, 10, 31, 22, 59, tzinfo=UTC)
    found = read(
        db, [History(last_of_october_in_berlin, FAR), History(last_of_october_in_berlin + timedelta(1 / 24), FAR)]
    )
    assert found.backlog == [0, 0, 0, 1]


def test_item_is_old_when_it_was_made_more_than_90_days_ago(db: Database) -> None:
    days_old = [90 * timedelta(days=1), timedelta(days=90, seconds=1), timedelta(days=200)]
    deferred = History(at(1), FAR, events=(Event(at(2), State.DEFERRED),))
    assert read(db, [*(History(NOW - age, FAR) for age in days_old), deferred]).over_90_days == 2


def test_completion_is_that_of_the_measures_and_none_without_items(db: Database) -> None:
    def due(month: int, *, done: bool) -> History:
        return History(at(7, 1), date(2026, month, 20), events=(Event(at(month, 10), State.CLOSED),) if done else ())

    found = read(db, [due(8, done=True), due(8, done=False), due(8, done=True), due(10, done=False)])
    assert found.completion == [67, None, 0]


def test_open_items_are_counted_by_owner(db: Database) -> None:
    with db.begin() as session:
        ours, theirs = two_teams(session)
        for owner, of in (("U0PRIYA", ours), ("U0PRIYA", ours), ("U0MARCO", ours), ("U0PRIYA", theirs)):
            record_item(session, WORKSPACE, created(owner=owner, team_id=of.id))
        assert read_sprawl(session, ours, NOW, LEAD).by_owner == {"U0PRIYA": 2, "U0MARCO": 1}


@pytest.mark.parametrize(("channels", "seen"), [((), 1), (("G0SECRET",), 2)])
def test_no_figure_tells_of_what_its_reader_may_not_see(db: Database, channels: tuple[str, ...], seen: int) -> None:
    viewer = Viewer("U0LENA", frozenset(channels))
    old = NOW - timedelta(days=200)
    with db.begin() as session:
        ours, _ = two_teams(session)
        for channel, private in (("C0INC", False), ("G0SECRET", True)):
            incident = record_incident(session, WORKSPACE, channel, title=channel, began_at=old, private=private)
            facts = {"team_id": ours.id, "incident_id": incident.id, "themes": ("dns",)}
            record_item(session, WORKSPACE, created(at=old, channel=channel, private=private, **facts))
        found = read_sprawl(session, ours, NOW, viewer)
        alike = list_alike(session, ours, viewer)
    assert (found.backlog[-1], found.over_90_days, found.by_owner) == (seen, seen, {"U0PRIYA": seen})
    assert (len(found.projects), len(alike)) == (seen - 1, seen - 1)


def test_titles_are_alike_in_any_order_of_words_and_only_within_a_team(db: Database) -> None:
    title = "Alert on checkout errors above 2 %"
    with db.begin() as session:
        ours, theirs = two_teams(session)
        for words, of in ((title, ours), ("Rotate the keys", ours), (title.upper(), ours), (title, theirs)):
            record_item(session, WORKSPACE, created(title=words, team_id=of.id))
        assert list_alike(session, ours, LEAD) == [(1, 3)]


def test_who_compares_once_more_finds_what_was_made_since(db: Database) -> None:
    title = "Alert on checkout errors above 2 %"
    with db.begin() as session:
        ours, _ = two_teams(session)
        record_item(session, WORKSPACE, created(title="Rotate the keys", team_id=ours.id))
        before = list_those_alike(session, WORKSPACE, LEAD, title, ours.id)
        record_item(session, WORKSPACE, created(title=title, team_id=ours.id))
        draft = created(title=title, team_id=ours.id).draft
        found = find_similar(session, WORKSPACE, LEAD, draft, None, after=before.nothing_up_to)
    assert (before.nothing_up_to, found and found.number) == (1, 2)


def test_where_something_is_alike_all_is_compared_once_more() -> None:
    assert Alike("Cap it at 10", [(7, "Cap it at 20")], newest=9).nothing_up_to == 0


def test_as_many_titles_as_are_compared_make_as_many_pairs_as_there_are() -> None:
    assert len(pairs_alike(dict.fromkeys(range(COMPARED), "Add an alert"))) == COMPARED * (COMPARED - 1) // 2
