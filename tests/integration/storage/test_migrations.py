"""Migrations: forward from empty, equal to the tables in the code, safe to run again."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

import storage.migrate
import storage.tables.delivery
import storage.tables.imports
import storage.tables.inbox
import storage.tables.incident
import storage.tables.installation
import storage.tables.item
import storage.tables.policy
import storage.tables.ritual
import storage.tables.span
import storage.tables.surface
import storage.tables.team
import storage.tables.template
import storage.tables.threshold
import storage.tables.tracker
import storage.tables.workspace
from storage.engine import Database
from storage.migrate import BESIDE, HEAD, STOP, NewerSchema, OldSchema, check_schema, migrate, revision, steps_after
from storage.tables.base import Base

VERSIONS = Path(storage.migrate.__file__).parent / "migrations" / "versions"
TABLES = {*storage.tables.item.Base.metadata.tables, *storage.tables.delivery.Base.metadata.tables}


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def test_empty_database_comes_to_the_newest_schema(empty: Database) -> None:
    assert migrate(empty) == ""
    assert revision(empty) == HEAD
    check_schema(empty)


def test_schema_is_that_of_the_tables_in_the_code(db: Database) -> None:
    with db.engine.connect() as connection:
        # Not `TABLES`: another test may have imported more of them since.
        known = set(Base.metadata.tables)
        opts = {"include_name": lambda name, kind, _parents: kind != "table" or name in known}
        ours = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(ours, Base.metadata) == []


def test_every_table_is_there(db: Database) -> None:
    assert set(inspect(db.engine).get_table_names()) >= TABLES


def test_running_again_does_nothing(db: Database) -> None:
    assert migrate(db) == HEAD
    assert revision(db) == HEAD


def test_head_is_the_newest_file() -> None:
    said = [re.search(r'^revision.*"(\d+)"$', file.read_text(), re.MULTILINE) for file in VERSIONS.glob("[0-9]*.py")]
    assert max(found.group(1) for found in said if found) == HEAD
    assert all(said)


def test_each_migration_says_whether_the_version_before_may_run_beside_it() -> None:
    said = {file.name: file.read_text(encoding="utf-8").split('"""')[1] for file in VERSIONS.glob("[0-9]*.py")}
    undecided = [name for name, text in said.items() if (BESIDE in " ".join(text.split())) == (STOP in text)]
    assert undecided == ["0001_the_first_schema.py"]
    assert {step.revision for step in steps_after("") if not step.old_code_runs_beside} == {"0006"}
    assert steps_after("0013")[0].revision == "0014"
    assert steps_after(HEAD) == []


def test_empty_schema_is_refused_with_the_command_that_helps(empty: Database) -> None:
    with pytest.raises(OldSchema, match=rf"The database is empty; this version needs {HEAD}. Run: actionitem migrate"):
        check_schema(empty)


def test_old_schema_is_refused_with_the_command_that_helps(db: Database) -> None:
    with db.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(OldSchema, match="at revision 0000"):
        check_schema(db)


@pytest.mark.parametrize("act", [check_schema, migrate])
def test_schema_of_a_newer_version_is_refused_in_one_line(db: Database, act: Callable[[Database], object]) -> None:
    with db.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchema, match=f"at revision 9999, which is newer than this version .{HEAD}.") as refused:
        act(db)
    assert "\n" not in str(refused.value)
    assert revision(db) == "9999"


def test_two_processes_may_migrate_at_once(empty: Database, database_url: str) -> None:
    other = Database(database_url)
    with ThreadPoolExecutor(2) as pool:
        before = list(pool.map(migrate, [empty, other]))
    other.close()
    assert "" in before
    assert revision(empty) == HEAD
