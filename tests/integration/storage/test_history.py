"""The history of items: lines are added; the database itself refuses everything else."""

from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from bot.domain.close import close
from bot.domain.edit import edit
from bot.domain.implement import implement
from bot.domain.lifecycle import State
from bot.domain.queries import Viewer
from bot.domain.reopen import reopen
from bot.domain.start import start
from bot.domain.update import update
from bot.domain.verify import verify
from storage import changes, items
from storage.engine import Database
from storage.people import record_person
from tests.builders import LINK, NOW, TODAY, WORKSPACE, by, created, draft, evidence, person

MARCO = Viewer("U0MARCO")


def new_item(db: Database) -> int:
    with db.begin() as session:
        return items.record_item(session, WORKSPACE, created()).number


@pytest.mark.parametrize(
    "statement", ["UPDATE changes SET by_user = 'U0EVIL'", "DELETE FROM changes", "UPDATE changes SET why = ''"]
)
def test_database_refuses_to_alter_history(db: Database, statement: str) -> None:
    new_item(db)
    with pytest.raises(DatabaseError, match="the history of items cannot be altered"), db.begin() as session:
        session.execute(text(statement))


def test_postgresql_refuses_to_truncate_history(db: Database) -> None:
    if db.is_sqlite:
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DatabaseError, match="cannot be altered"), db.begin() as session:
        session.execute(text("TRUNCATE changes CASCADE"))


def test_item_with_a_history_cannot_be_deleted(db: Database) -> None:
    new_item(db)
    with pytest.raises(DatabaseError), db.begin() as session:
        session.execute(text("DELETE FROM items"))


def test_first_line_is_the_creation(db: Database) -> None:
    number = new_item(db)
    with db.begin() as session:
        (line,) = changes.list_changes(session, WORKSPACE, number)
    assert (line.action, line.before, line.after, line.by, line.at) == (
        "create", None, State.NOT_STARTED, "U0MARCO", NOW,
    )  # fmt: skip


def test_history_is_read_back_as_it_was_written(db: Database) -> None:
    number = new_item(db)
    with db.begin() as session:
        item = items.get_item_for_change(session, WORKSPACE, number, MARCO)
        moved = edit(item, by(), draft(title="Ünïcode 🔥 & <b>", collaborators=("U0AISHA",)))
        items.record_moved(session, moved)
    with db.begin() as session:
        assert changes.list_changes(session, WORKSPACE, number)[-1] == moved.change


def test_last_move_passes_over_what_moves_no_state(db: Database) -> None:
    number = new_item(db)
    with db.begin() as session:
        record_person(session, person(user="U0PRIYA"))
        item = items.get_item_for_change(session, WORKSPACE, number, MARCO)
        item = items.record_moved(session, start(item, by("U0PRIYA")))
        items.record_moved(session, update(item, by("U0AISHA"), "half done"))
        last = changes.find_last_move(session, WORKSPACE, number)
    assert last is not None
    assert (last.by_name, last.action) == ("Priya Raman", "start")


def test_new_item_has_no_last_move(db: Database) -> None:
    number = new_item(db)
    with db.begin() as session:
        assert changes.find_last_move(session, WORKSPACE, number) is None


def test_item_keeps_its_newest_line_and_what_came_after_is_found(db: Database) -> None:
    number = new_item(db)
    with db.begin() as session:
        seen = items.get_item(session, WORKSPACE, number, MARCO).last_change_id
        item = items.get_item_for_change(session, WORKSPACE, number, MARCO)
        started = items.record_moved(session, start(item, by()))
        after = changes.list_changes_after(session, WORKSPACE, number, seen)
    assert [change.action for change in after] == ["start"]
    assert started.last_change_id > seen


def test_whole_life_of_an_item_is_kept(db: Database) -> None:
    number = new_item(db)
    way = (
        lambda item: start(item, by()),
        lambda item: implement(item, by(), LINK, TODAY, TODAY),
        lambda item: verify(item, by(), evidence()),
        lambda item: close(item, by(), LINK),
        lambda item: reopen(item, by(), "It came back"),
    )
    with db.begin() as session:
        for step in way:
            items.record_moved(session, step(items.get_item_for_change(session, WORKSPACE, number, MARCO)))
        lines = changes.list_changes(session, WORKSPACE, number)
    assert [line.action for line in lines] == ["create", "start", "implement", "verify", "close", "reopen"]
    assert all(later.before is earlier.after for earlier, later in pairwise(lines))
