"""Erasing somebody: nothing in the whole database names them afterwards, and what is counted stays."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, Float, LargeBinary, String, Table, insert, select, text
from sqlalchemy.exc import DBAPIError

from bot.domain.messages import Post, Refresh
from storage.engine import Database
from storage.erase import all_tables, is_text
from storage.may_hold import COLUMNS, MayHold
from storage.outbox import Outbox, to_json
from storage.tables.base import Instant
from tests.builders import WORKSPACE
from tests.integration.cli.running import Run, lines, refused

PRIYA, NAME, MAIL = "U0PRIYA", "Priya Raman", "priya@acme.example"
WORDS = f"{NAME} ({MAIL}, <@{PRIYA}>) said so to <@U0MARCO>"
TABLES = {table.name: table for table in all_tables()}


def test_every_column_with_text_is_decided_on() -> None:
    """A new column: say in `storage/erase.py` what it may hold of a person."""
    there = {(table.name, each.name) for table in TABLES.values() for each in table.columns if is_text(each)}
    decided = {(table, column) for table, columns in COLUMNS.items() for column in columns}
    assert sorted(there - decided) == []
    assert sorted(decided - there) == []


PLAIN: list[tuple[type, Any]] = [
    (JSON, []),
    (Boolean, False),
    (Instant, datetime(2026, 11, 23, 9, tzinfo=UTC)),
    (Date, date(2026, 11, 23)),
    (String, "x"),
    (Float, 0.5),
    (LargeBinary, b"x"),
]
"""By the column's type; what is none of these is a number."""


def value_for(table: Table, column: Column[Any]) -> Any:
    """Something of that type; with the person in it where there may be one."""
    if column.name == "workspace" or (table.name, column.name) == ("workspaces", "id"):
        return WORKSPACE
    holds = COLUMNS.get(table.name, {}).get(column.name, MayHold.NOBODY)
    if holds is MayHold.NOBODY:
        return next((value for kind, value in PLAIN if isinstance(column.type, kind)), 1)
    if not isinstance(column.type, JSON):
        return PRIYA if holds is MayHold.PEOPLE else WORDS[: getattr(column.type, "length", None)]
    to_them = [to_json(Post("k", "C0OTHER", WORDS)), to_json(Post("k2", PRIYA, "For you"))]
    return to_them if column.name == "messages" else {"who": PRIYA, PRIYA: [WORDS]}


@pytest.fixture
def full(run: Run, folder: Path) -> Iterator[Database]:
    """A database with them in every column of every table where somebody may be, and in messages under way."""
    database = Database(f"sqlite:///{folder}/migrated.db")
    with database.begin() as session:
        session.execute(text("PRAGMA defer_foreign_keys=ON"))
        for table in TABLES.values():
            row = {each.name: value_for(table, each) for each in table.columns}
            if table.name == "people":
                row |= {"name": NAME, "timezone": "Asia/Kolkata", "is_admin": True}
            if table.name == "surfaces":
                row["key"] = f"home:{PRIYA}"
            session.execute(insert(table).values(row))
    outbox = Outbox(database)
    with database.begin() as session:
        outbox.enqueue(session, WORKSPACE, "queued", [Post("q1", "C0OTHER", WORDS), Post("q2", PRIYA, "x")], delay=9)
        outbox.enqueue(session, WORKSPACE, "home", [Refresh(f"home:{PRIYA}", f"home:{PRIYA}")], delay=9)
    yield database
    database.close()


def test_nothing_names_them_afterwards_and_what_is_counted_stays(full: Database, run: Run, folder: Path) -> None:
    with full.read() as session:
        spans = session.execute(select(TABLES["item_spans"])).all()
    done = run("erase", "--user", PRIYA)
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["becomes"].startswith("UERASED")
    assert said["changed"]["changes"] == said["changed"]["items"] == 1
    assert "was led by them. Name another lead" in done.stderr
    for file in folder.glob("migrated.db*"):
        for word in (PRIYA, NAME, MAIL, "Asia/Kolkata"):
            assert word.encode() not in file.read_bytes(), (file.name, word)
    with full.read() as session:
        assert session.execute(select(TABLES["item_spans"])).all() == spans
        person = session.execute(select(TABLES["people"])).one()
        assert (person.user_id, person.name, person.deactivated) == (said["becomes"], "Erased person", True)
        change = session.execute(select(TABLES["changes"])).one()
        assert change.by_user == said["becomes"]
        assert change.why == f"Erased person (erased@example.invalid, <@{said['becomes']}>) said so to <@U0MARCO>"
        assert change.detail["who"] == said["becomes"]
        left = session.execute(select(TABLES["outbox"])).one().messages
        assert [message["to"] for message in left] == ["C0OTHER"]
        for theirs in ("told", "snoozes", "questions", "surfaces"):
            assert session.execute(select(TABLES[theirs])).all() == []
        queued = session.execute(text("SELECT inputs FROM workflow_input")).scalars().all()
        assert len(queued) == 1
        assert "Erased person" in queued[0]


def test_history_cannot_be_altered_by_anybody_else_afterwards(full: Database, run: Run) -> None:
    assert run("erase", "--user", PRIYA).exit_code == 0
    for statement in ("UPDATE changes SET why = 'x'", "DELETE FROM changes"):
        with pytest.raises(DBAPIError, match="cannot be altered"), full.begin() as session:
            session.execute(text(statement))


def test_trying_changes_nothing_and_says_the_same(full: Database, run: Run) -> None:
    tried = run("erase", "--user", PRIYA, "--dry-run")
    assert "would be replaced" in tried.stderr
    assert lines(run("about", "--user", PRIYA))
    done = run("erase", "--user", PRIYA)
    assert json.loads(tried.stdout)["changed"] == json.loads(done.stdout)["changed"]


def test_everything_about_somebody_is_printed(full: Database, run: Run) -> None:
    found = lines(run("about", "--user", PRIYA))
    assert {"people", "items", "changes", "approvals", "questions"} <= {each["table"] for each in found}
    assert all(PRIYA in json.dumps(each["row"]) or NAME in json.dumps(each["row"]) for each in found)


def test_parts_of_a_name_stay_unless_they_are_named(full: Database, run: Run) -> None:
    with full.begin() as session:
        session.execute(text("UPDATE incidents SET title = 'Priya saw it'"))
    assert "“Priya” or “Raman”, which may be somebody else too" in run("erase", "--user", PRIYA, "--dry-run").stderr
    assert run("erase", "--user", PRIYA, "--also", "Priya").exit_code == 0
    with full.read() as session:
        assert session.execute(text("SELECT title FROM incidents")).scalar() == "Erased person saw it"


@pytest.mark.parametrize(
    ("user", "said"), [("U0NOBODY", "Nothing about U0NOBODY is kept here."), ("Priya", "“Priya” is not a person's id.")]
)
def test_who_is_not_there_is_said(full: Database, run: Run, user: str, said: str) -> None:
    assert said in refused(run("erase", "--user", user))
    assert said in refused(run("about", "--user", user))


def test_history_on_postgresql_is_erased_and_closed_again(run: Run, migrated_postgresql_url: str) -> None:
    url = {"DATABASE_URL": migrated_postgresql_url}
    team = ("team", "set", "Payments", "--channel", "C0PAYMENTS", "--lead", PRIYA, "--member", "U0MARCO")
    assert run(*team, **url).exit_code == 0
    database = Database(migrated_postgresql_url)
    with database.begin() as session:
        for name in ("items", "changes"):
            row = {each.name: value_for(TABLES[name], each) for each in TABLES[name].columns}
            session.execute(
                insert(TABLES[name]).values(row | ({"team_id": None, "incident_id": None} if name == "items" else {}))
            )
    done = run("erase", "--user", PRIYA, **url)
    assert done.exit_code == 0, done.stderr
    with database.read() as session:
        assert PRIYA not in str(session.execute(select(TABLES["changes"])).all())
        assert PRIYA not in str(session.execute(select(TABLES["teams"])).all())
    with pytest.raises(DBAPIError, match="cannot be altered"), database.begin() as session:
        session.execute(text("UPDATE changes SET why = 'x'"))
    database.close()
