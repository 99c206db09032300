"""An import beside people at work: in pieces that they pass, and all or nothing however it ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import TypeAdapter
from sqlalchemy import func, select

from bot.commands.import_file import import_file
from bot.commands.import_pieces import write_what_is_left
from bot.domain.errors import Refused
from bot.domain.lifecycle import State
from bot.domain.porting.writing import Format, head, written
from bot.domain.queries import Viewer
from storage.engine import Database
from storage.export import list_rows
from storage.imports import begin_import, lay_ready, seal_import
from storage.incidents import list_incidents
from storage.items import record_item
from storage.probe import prove_writable
from storage.tables.imports import ImportPieceRow, ImportRow
from storage.tables.item import ItemRow
from tests import builders
from tests.integration.porting import EverybodyIsHere, new_workspace
from tests.unit.domain.porting.rows import row

NOW = datetime(2030, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)
ITEMS = 20


class Killed(BaseException):
    """The process is gone: nothing that it would do afterwards is done."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.import_spool.AT_ONCE", 3)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [
        row(incident=f"Incident {number % 4}", incident_started_at=NOW - timedelta(days=900)) for number in range(ITEMS)
    ]
    found = tmp_path / "items.csv"
    found.write_text(head(Format.CSV) + written(Format.CSV, rows), encoding="utf-8", newline="")
    return found


def imported(
    db: Database, file: Path, at: datetime = NOW, during: Callable[[str], None] = lambda _phase: None, dry: bool = False
) -> None:
    """The import; *during* is called after each step of each phase."""

    @contextmanager
    def progress(label: str, _total: int) -> Iterator[Callable[[int], None]]:
        yield lambda _done: during(label)

    product: Any = SimpleNamespace(db=db, deps=SimpleNamespace(directory=EverybodyIsHere(), clock=lambda: at))
    import_file(product, "T0ACME", file, dry_run=dry, progress=progress)


def count(db: Database, what: Any = ItemRow) -> int:
    with db.begin() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def incidents(db: Database) -> int:
    with db.begin() as session:
        return len(list_incidents(session, "T0ACME", Viewer("U0PRIYA"), 10))


@pytest.fixture
def home(db: Database) -> Database:
    new_workspace(db, "T0ACME")
    return db


def killed_in(db: Database, file: Path, phase: str, monkeypatch: pytest.MonkeyPatch, steps: int = 2) -> None:
    left = iter(range(steps))

    def during(label: str) -> None:
        if label == phase and next(left, None) is None:
            raise Killed

    with monkeypatch.context() as dead:
        dead.setattr("bot.commands.import_pieces.drop_import", lambda *_: None)
        with pytest.raises(Killed):
            imported(db, file, during=during)


def test_others_write_between_any_two_pieces(home: Database, other_db: Database, file: Path) -> None:
    """On SQLite one lock was held for 13.4 seconds."""
    turns = []

    def others_write(label: str) -> None:
        with other_db.begin() as session:
            prove_writable(session, NOW)
            record_item(session, "T0ACME", builders.created())
        turns.append(label)

    imported(home, file, during=others_write)
    assert turns.count("Preparing") == turns.count("Writing") == 7
    assert count(home) == ITEMS + len(turns)


def test_nothing_is_seen_of_an_import_before_all_of_it_is_sure(home: Database, file: Path) -> None:
    seen: set[tuple[str, bool]] = set()
    imported(home, file, during=lambda label: seen.add((label, count(home) + incidents(home) > 0)))
    assert ("Preparing", True) not in seen
    assert (count(home), incidents(home)) == (ITEMS, 4)
    assert (count(home, ImportRow), count(home, ImportPieceRow)) == (0, 0)


def test_import_that_is_killed_before_that_never_happened(
    home: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_in(home, file, "Preparing", monkeypatch)
    write_what_is_left(home, lambda: LATER)
    assert (count(home), incidents(home)) == (0, 0)
    imported(home, file, at=LATER)
    assert (count(home), incidents(home)) == (ITEMS, 4)


def test_import_that_is_killed_after_that_is_ended_by_whoever_is_there(
    home: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_in(home, file, "Writing", monkeypatch)
    assert 0 < count(home) < ITEMS
    write_what_is_left(home, lambda: NOW + timedelta(seconds=30))  # it may only be slow
    assert count(home) < ITEMS
    write_what_is_left(home, lambda: LATER)
    assert (count(home), incidents(home), count(home, ImportRow)) == (ITEMS, 4, 0)


def test_import_that_fails_while_it_is_prepared_leaves_nothing(home: Database, file: Path) -> None:
    def fail(label: str) -> None:
        if label == "Preparing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imported(home, file, during=fail)
    assert (count(home), count(home, ImportRow), count(home, ImportPieceRow)) == (0, 0, 0)
    imported(home, file)
    assert count(home) == ITEMS


def test_second_import_waits_for_the_first(home: Database, file: Path) -> None:
    refused = []

    def again(label: str) -> None:
        if label in ("Preparing", "Writing"):
            with pytest.raises(Refused, match="Another import is under way") as error:
                imported(home, file)
            refused.append(error.value.reason)

    imported(home, file, during=again)
    assert len(refused) == 14
    assert count(home) == ITEMS


def test_dry_run_lays_nothing_ready(home: Database, file: Path) -> None:
    imported(home, file, dry=True)
    assert (count(home), count(home, ImportRow), count(home, ImportPieceRow)) == (0, 0, 0)


def test_piece_that_cannot_be_written_now_is_written_later(
    home: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr("bot.commands.import_pieces.record_placed", fail)
        with pytest.raises(Killed):
            imported(home, file)
    assert count(home) == 0
    write_what_is_left(home, lambda: LATER)
    assert count(home) == ITEMS


def test_import_that_was_killed_before_an_update_is_ended_after_it(home: Database) -> None:
    first = row(
        started_at=NOW - timedelta(days=8), state=State.IN_PROGRESS, collaborators=("U0SAM",), themes=("alerts",)
    )
    before = [{"row": list(first), "number": 1, "team_id": 1, "incident_id": None}]
    with home.begin() as session:
        begin_import(session, "T0ACME", NOW)
        lay_ready(session, "T0ACME", TypeAdapter(Any).dump_json(before).decode(), NOW)
        seal_import(session, "T0ACME", [], NOW)
    write_what_is_left(home, lambda: LATER)
    with home.read() as session:
        (found,) = list_rows(session, "T0ACME", None, after=0, limit=2)
    assert found._replace(line=first.line, number=None, last_progress_at=None) == first
