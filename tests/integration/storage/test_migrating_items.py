"""Items that were there before 0006 get the spans that they would have had if they had been measured from the start."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, Table, insert, select

import storage.migrate
from bot.domain.lifecycle import State
from bot.domain.month import Month
from bot.domain.team import Team
from storage.engine import Database
from storage.migrate import HEAD, migrate, revision
from storage.reports import report
from storage.tables.span import SpanRow
from storage.teams import list_teams, record_team
from storage.workspaces import record_workspace
from tests.builders import WORKSPACE
from tests.conftest import fresh_postgresql, migrated_copy
from tests.measuring import Event, History, write

BEFORE = "0005"
COPIES = 400
"""So many items more of each kind: what the migration writes is then more than one batch."""
CARRIED = ("workspaces", "teams", "incidents", "items", "changes")
PLACES = (("Payments", "C0PAYMENTS"), ("Search", "C0SEARCH"))
NOW = datetime(2027, 1, 15, 12, tzinfo=UTC)


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def made(*events: Event, state: State = State.NOT_STARTED) -> History:
    return History(at(9, 3), date(2026, 10, 10), state=state, events=events)


HISTORIES = [
    made(),
    made(Event(at(10, 10, 23), State.CLOSED)),
    made(Event(at(9, 9), State.CLOSED), Event(at(10, 1), State.NOT_STARTED), Event(at(11, 30, 23), State.WONT_DO)),
    made(Event(at(9, 20), due=date(2026, 10, 31)), Event(at(10, 20), due=date(2026, 11, 5))),
    made(Event(at(10, 2), State.DEFERRED), Event(at(11, 3), State.NOT_STARTED), Event(at(11, 4), State.CLOSED)),
    made(Event(at(10, 2), State.DEFERRED), Event(at(10, 3), State.RISK_ACCEPTED)),
    made(Event(at(9, 20), blocked=True), Event(at(10, 20), blocked=False), Event(at(11, 20), blocked=True)),
    made(Event(at(10, 5), team=1), Event(at(11, 5), team=0), Event(at(11, 6), State.MERGED)),
    made(Event(at(10, 5), State.NOT_STARTED, date(2026, 10, 30)), state=State.FUTURE_CONSIDERATION),
    made(Event(at(10, 5), State.DECLINED), state=State.FUTURE_CONSIDERATION),
    made(state=State.FUTURE_CONSIDERATION),
]


@pytest.fixture(scope="module")
def source(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The newest schema, with items that were measured from the start. Tests read it and `old`, and write nothing."""
    database = Database(migrated_copy(sqlite_template, tmp_path_factory.mktemp("source")))
    with database.begin() as session:
        record_workspace(session, WORKSPACE, "Acme")
        zones = {"Payments": "Europe/Berlin", "Search": "Pacific/Auckland"}
        teams = [record_team(session, Team(WORKSPACE, 0, *one, "U0MARCO", timezone=zones[one[0]])) for one in PLACES]
        write(session, teams, HISTORIES)
    yield database
    database.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def old(
    request: pytest.FixtureRequest, source: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A database as the version before measures left it, with many of each item of *source*, brought to the newest
    schema."""
    file = tmp_path_factory.mktemp("old") / "old.db"
    on_sqlite = request.param == "sqlite"
    place = (
        nullcontext(f"sqlite:///{file}")
        if on_sqlite
        else fresh_postgresql(request.getfixturevalue("postgresql_server"))
    )
    with place as url:
        database, config = Database(url), Config()
        config.set_main_option("script_location", str(Path(storage.migrate.__file__).parent / "migrations"))
        with database.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, BEFORE)
        carry(source, database)
        assert migrate(database) == BEFORE
        yield database
        database.close()


def carry(source: Database, old: Database) -> None:
    """The rows of the new schema, as far as the old one has places for them; each item many times."""
    schema = MetaData()
    with source.engine.connect() as reading, old.engine.begin() as writing:
        schema.reflect(writing, only=CARRIED)
        newest = MetaData()
        newest.reflect(reading, only=CARRIED)
        for name in CARRIED:
            target = schema.tables[name]
            rows = [row._asdict() for row in reading.execute(select(newest.tables[name]))]
            if name in ("items", "changes"):
                rows = [copy for turn in range(COPIES) for row in rows if (copy := numbered(row, turn))]
            fill(writing, target, rows)


def numbered(row: dict[str, Any], turn: int) -> dict[str, Any]:
    """The row as that of the *turn*-th copy of its item."""
    steps = {"number": 100, "item_number": 100, "id": 1000}
    return {name: value + turn * steps[name] if name in steps else value for name, value in row.items()}


def fill(writing: Connection, target: Table, rows: list[dict[str, Any]]) -> None:
    known = [{name: aware(value) for name, value in row.items() if name in target.c} for row in rows]
    if known:
        writing.execute(insert(target), known)


def aware(value: Any) -> Any:
    """SQLite keeps moments without their zone."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def spans(database: Database) -> dict[int, list[tuple[Any, ...]]]:
    """By item, without its number."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    with database.begin() as session:
        table = SpanRow.__table__
        for row in session.execute(select(table).order_by(table.c.item_number, table.c.since)):
            found.setdefault(row.item_number, []).append((*row[:1], *row[2:]))
    return found


def test_items_of_an_old_database_are_measured_as_if_they_always_had_been(source: Database, old: Database) -> None:
    assert revision(old) == HEAD
    wanted, filled = spans(source), spans(old)
    assert len(filled) == len(HISTORIES) * COPIES
    for number, found in filled.items():
        assert found == wanted[number % 100], HISTORIES[number % 100 - 1]


def test_old_months_say_the_same_after_the_migration(source: Database, old: Database) -> None:
    for number in (9, 10, 11, 12):
        month = Month(2026, number)
        for index in (0, 1):
            told = []
            for database in (source, old):
                with database.begin() as session:
                    one = list_teams(session, WORKSPACE)[index]
                    told.append(report(session, WORKSPACE, one, month, NOW, None).tally.counts())
            assert told[1] == {name: value * COPIES for name, value in told[0].items()}
