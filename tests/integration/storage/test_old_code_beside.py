"""The version before goes on writing while and after the new one migrates, where `migrate --check` says that it may.

Old code names the columns that it knows. So what it writes is written here by the columns that there were.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

import storage.migrate
from storage.engine import Database
from storage.migrate import HEAD, migrate, steps_after
from tests.builders import WORKSPACE

BESIDE_SINCE = [step.revision for step in steps_after("") if not step.old_code_runs_beside][-1]
"""From here on every version may run beside the newest."""
MOMENT = "2026-11-23 09:00:00+00"
Columns = dict[str, list[dict[str, Any]]]


def upgrade(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.migrate.__file__).parent / "migrations"))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def columns_of(database: Database) -> Columns:
    """What code of that schema knows of each table."""
    found = inspect(database.engine)
    return {name: list(found.get_columns(name)) for name in found.get_table_names() if name != "alembic_version"}


def written(columns: list[dict[str, Any]], number: int) -> dict[str, Any]:
    """A row as old code writes it: each column that it knows, and of what may be empty nothing."""
    return {each["name"]: _value(each, number) for each in columns if not (each["nullable"] or each.get("default"))}


def _value(known: dict[str, Any], number: int) -> Any:
    kind = str(known["type"]).partition("(")[0]
    values = {"DATETIME": MOMENT, "TIMESTAMP": MOMENT, "DATE": MOMENT[:10], "JSON": "{}", "BOOLEAN": False}
    return values.get(kind, f"x{number}" if kind in ("VARCHAR", "TEXT") else number)


def statement(name: str, row: dict[str, Any], place: str) -> str:
    return f"INSERT INTO {name} ({', '.join(row)}) VALUES ({', '.join(place.format(each) for each in row)})"


def test_what_each_older_version_writes_and_reads_is_taken_by_the_newest_schema(tmp_path: Path) -> None:
    database, known = Database(f"sqlite:///{tmp_path}/old.db"), dict[str, Columns]()
    for step in steps_after(""):
        upgrade(database, step.revision)
        if step.revision >= BESIDE_SINCE:
            known[step.revision] = columns_of(database)
    database.close()
    refused = []
    with closing(sqlite3.connect(tmp_path / "old.db")) as newest:  # it has no foreign keys unless it is asked for
        for revision, tables in known.items():
            for name, columns in tables.items():
                row = written(columns, 1)
                try:
                    newest.execute(statement(name, row, "?"), list(row.values()))
                    newest.execute(f"SELECT {', '.join(each['name'] for each in columns)} FROM {name}")
                except sqlite3.Error as error:
                    refused.append((revision, name, str(error)))
                newest.rollback()
    assert refused == []


class OldCode(Thread):
    """Writes an item after the other, by the columns that it knows, until it is told to end."""

    def __init__(self, database: Database, columns: Columns) -> None:
        super().__init__(daemon=True)
        self.database, self.columns = database, columns
        self.wrote, self.may_end, self.numbers = Event(), Event(), list[int]()
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            while not self.may_end.is_set():
                self._write(len(self.numbers) + 1)
        except Exception as error:  # noqa: BLE001 – the test says what it was
            self.error = error
            self.wrote.set()

    def _write(self, number: int) -> None:
        row = written(self.columns["items"], number) | {"workspace": WORKSPACE, "state": "not_started"}
        with self.database.engine.begin() as connection:
            connection.execute(text(statement("items", row, ":{}")), row)
        self.numbers.append(number)
        self.wrote.set()


@pytest.fixture
def old(postgresql_url: str) -> Iterator[Database]:
    database = Database(postgresql_url)
    upgrade(database, BESIDE_SINCE)
    yield database
    database.close()


def test_old_code_that_writes_while_the_new_one_migrates_loses_nothing(old: Database) -> None:
    columns = columns_of(old)
    with old.engine.begin() as connection:
        row = written(columns["workspaces"], 1) | {"id": WORKSPACE}
        connection.execute(text(statement("workspaces", row, ":{}")), row)
    writer, new = OldCode(old, columns), Database(old.url.render_as_string(hide_password=False))
    writer.start()
    assert writer.wrote.wait(30)
    assert migrate(new) == BESIDE_SINCE
    writer.wrote.clear()  # … and goes on afterwards
    assert writer.wrote.wait(30)
    writer.may_end.set()
    writer.join(30)
    assert writer.error is None
    with new.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD
        kept = connection.execute(text("SELECT number FROM items ORDER BY number")).scalars().all()
    new.close()
    assert kept == writer.numbers
