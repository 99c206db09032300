"""From every schema that there has been, with something in every table, to the newest: nothing is lost on the way."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config

import storage.migrate
from scheduler.delivery.dbos_queue import ensure_dbos_schema
from storage.engine import Database
from storage.items import list_where
from storage.migrate import HEAD, migrate, steps_after
from storage.teams import list_teams
from storage.workspaces import list_workspaces
from tests.builders import WORKSPACE

REVISIONS = [step.revision for step in steps_after("") if step.revision != HEAD]
WORDS = {
    "state": "not_started", "after": "not_started", "before": None, "action": "defer", "status": "declined",
    "timezone": "Europe/Berlin", "digest": "mon 09:00", "id": WORKSPACE, "remedy": None,
    "verification_method": None, "blocked_reason": None, "deferred_from": None, "risk_reason": None, "holidays": "",
}  # fmt: skip
"""What must be read by the code; anything else is “x”."""
MOMENT, DAY = "2026-11-23 09:00:00.000000", "2026-11-23"


def value_for(name: str, kind: str) -> Any:
    if name == "workspace":
        return WORKSPACE
    if kind == "DATETIME":
        return None if name in ("deferred_at", "blocked_since") else MOMENT
    if kind.startswith(("VARCHAR", "TEXT", "STRING")):
        return WORDS.get(name, "x")
    return {"DATE": DAY, "JSON": "{}", "BOOLEAN": 0}.get(kind, 1)


@pytest.fixture(scope="module")
def every_schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The empty file that each version left, by revision: all from one walk."""
    file = tmp_path_factory.mktemp("walk") / "walk.db"
    database, config = Database(f"sqlite:///{file}"), Config()
    config.set_main_option("script_location", str(Path(storage.migrate.__file__).parent / "migrations"))
    walked = {}
    for revision in REVISIONS:
        with database.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        with closing(sqlite3.connect(file)) as opened:
            walked[revision] = opened.serialize()
    database.close()
    return walked


def fill(file: Path) -> None:
    """Puts a row into every table."""
    with closing(sqlite3.connect(file)) as opened:  # it has no foreign keys unless it is asked for
        for table in tables(opened):
            columns = opened.execute(f"PRAGMA table_info({table})").fetchall()
            values = [value_for(name, kind) for _, name, kind, *_ in columns]
            opened.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)
        opened.commit()


def tables(opened: sqlite3.Connection) -> list[str]:
    found = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return [name for (name,) in found if name != "alembic_version"]


def content(opened: sqlite3.Connection, names: list[str]) -> dict[str, list[dict[str, Any]]]:
    opened.row_factory = sqlite3.Row
    return {name: [dict(row) for row in opened.execute(f"SELECT * FROM {name}")] for name in names}


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_row_of_every_schema_is_there_after_the_upgrade(
    revision: str, every_schema: dict[str, bytes], tmp_path: Path
) -> None:
    file = tmp_path / "old.db"
    file.write_bytes(every_schema[revision])
    fill(file)
    with closing(sqlite3.connect(file)) as opened:
        before = content(opened, tables(opened))
    database = Database(f"sqlite:///{file}")
    assert migrate(database) == revision
    ensure_dbos_schema(database)
    with closing(sqlite3.connect(file)) as opened:
        after = content(opened, list(before))
    for name, rows in before.items():
        kept = [{column: row[column] for column in rows[0] if column in row} for row in after[name]]
        assert kept == [{column: row[column] for column in rows[0] if column in after[name][0]} for row in rows], name
    # … and this version reads it.
    with database.read() as session:
        assert list_workspaces(session) == [WORKSPACE]
        assert [team.lead for team in list_teams(session, WORKSPACE)] == ["x"]
        assert [item.title for item in list_where(session, WORKSPACE, limit=5)] == ["x"]
    database.close()
