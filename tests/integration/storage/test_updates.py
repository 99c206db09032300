"""When items last changed: nothing is missed by who reads what is new, and nothing private is told by it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.domain.item import By
from bot.domain.queries import Viewer, Wanted
from bot.domain.update import update
from storage import items
from storage.engine import Database
from storage.updates import newest_change
from tests.builders import NOW, WORKSPACE, created

PUBLIC, ALL = Viewer(""), None
READERS = pytest.mark.parametrize("viewer", [PUBLIC, ALL], ids=["public", "all"])
LATER = NOW + timedelta(hours=1)


def made(db: Database, at: datetime, *, private: bool = False) -> int:
    with db.begin() as session:
        new = replace(created(channel="C0VAULT" if private else "C0INC", private=private), at=at)
        return items.record_item(session, WORKSPACE, new).number


def changed(db: Database, number: int, at: datetime) -> None:
    with db.begin() as session:
        item = items.get_item_for_change(session, WORKSPACE, number, None)
        items.record_moved(session, update(item, By(item.owner, at), "It goes on"))


def as_of(db: Database, viewer: Viewer | None) -> datetime:
    with db.read() as session:
        newest = newest_change(session, WORKSPACE, everything=viewer is None)
    assert newest
    return newest


def since(db: Database, moment: datetime, viewer: Viewer | None) -> dict[int, datetime | None]:
    with db.read() as session:
        found = items.list_by_number(session, WORKSPACE, Wanted(), viewer, after=0, limit=100, since=moment)
    return {one.item.number: one.updated_at for one in found}


def test_what_everybody_reads_does_not_move_with_what_is_private(db: Database) -> None:
    public, private = made(db, NOW), made(db, NOW, private=True)
    before = as_of(db, PUBLIC), since(db, NOW, PUBLIC)
    changed(db, private, LATER)
    made(db, LATER, private=True)
    assert (as_of(db, PUBLIC), since(db, NOW, PUBLIC)) == before
    # A clock that is behind: the next public change tells its own moment.
    changed(db, public, NOW + timedelta(minutes=1))
    assert as_of(db, PUBLIC) == since(db, NOW, PUBLIC)[public] == NOW + timedelta(minutes=1)


@READERS
@pytest.mark.parametrize("earlier_is_private", [False, True])
@pytest.mark.parametrize("later_is_private", [False, True])
def test_nothing_is_missed_after_a_clock_went_back(
    db: Database, viewer: Viewer | None, earlier_is_private: bool, later_is_private: bool
) -> None:
    made(db, NOW)
    made(db, LATER, private=earlier_is_private)
    begin = as_of(db, viewer)
    new = made(db, NOW, private=later_is_private)
    assert (new in since(db, begin, viewer)) == (viewer is ALL or not later_is_private)
    begin = as_of(db, viewer)
    changed(db, new, NOW - timedelta(hours=1))
    assert (new in since(db, begin, viewer)) == (viewer is ALL or not later_is_private)


@READERS
def test_who_reads_on_from_the_newest_item_that_they_have_misses_nothing(db: Database, viewer: Viewer | None) -> None:
    """As a client does that knows no `As-Of`."""
    have: dict[int, datetime | None] = {}
    for turn, (minutes, private) in enumerate([(5, False), (9, True), (1, False), (0, True), (3, False)]):
        new = made(db, NOW + timedelta(minutes=minutes), private=private)
        newest = max((moment for moment in have.values() if moment), default=NOW)
        have |= since(db, newest, viewer)
        assert (new in have) == (viewer is ALL or not private), turn


@READERS
def test_nothing_is_missed_when_what_was_newest_became_private(db: Database, viewer: Viewer | None) -> None:
    newest, other = made(db, LATER), made(db, NOW)
    begin = as_of(db, viewer)
    with db.begin() as session:
        session.execute(text("UPDATE items SET private = true WHERE number = :number"), {"number": newest})
    changed(db, other, NOW)
    assert other in since(db, begin, viewer)
    before = as_of(db, PUBLIC)
    changed(db, newest, LATER + timedelta(hours=1))
    assert as_of(db, PUBLIC) == before


@READERS
def test_item_that_an_older_version_wrote_is_told(db: Database, viewer: Viewer | None) -> None:
    number = made(db, NOW)
    with db.begin() as session:
        session.execute(text("UPDATE items SET updated_at = NULL, ordered_at = NULL"))
    assert since(db, LATER, viewer) == {number: None}
