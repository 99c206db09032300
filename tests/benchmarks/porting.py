"""Import and export of 100,000 items on SQLite, beside plain `sqlite3` inserting the very same rows of the tables.

What is compared is processor time, which others on the machine distort less than the clock. Each runs as a process
of its own: `python -m tests.benchmarks.porting import|export|reference …`, so that its memory is its own.
"""

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bot.domain.items import Remedy
from bot.domain.lifecycle import State
from bot.domain.porting.row import Row
from bot.domain.porting.writing import Format, head, written
from bot.export_command import exported
from bot.import_command import import_file
from storage.engine import Database
from storage.migrate import migrate
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests import builders

ITEMS = 100_000
AIM_ROWS, AIM_MB = 5_000, 200
TABLES = ("incidents", "items", "changes", "item_spans", "item_collaborators", "item_themes")
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
WORKSPACE = builders.WORKSPACE


def run() -> None:
    """Prints rows a second, the ratio, and the most memory."""
    items = int(os.environ.get("BENCH_ITEMS", ITEMS))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, database, copy = folder / "items.csv", folder / "bench.db", folder / "copy.db"
        file.write_text(head(Format.CSV) + written(Format.CSV, map(_row, range(items))), encoding="utf-8", newline="")
        for path in (database, copy):
            _empty(path)
        importing, megabytes = _timed("import", file, database)
        reference, _ = _timed("reference", database, copy)
        exporting, more = _timed("export", database)
    print(
        f"{'import':<10} {items / importing:>8,.0f} rows/s   {megabytes:.0f} MB   aim {AIM_ROWS:,} rows/s, {AIM_MB} MB"
    )
    print(f"{'export':<10} {items / exporting:>8,.0f} rows/s   {more:.0f} MB")
    print(f"{'sqlite3':<10} {items / reference:>8,.0f} rows/s   import takes {importing / reference:.1f} × its time")


def _timed(*words: object) -> tuple[float, float]:
    """Seconds of processor time, and megabytes."""
    command = [sys.executable, "-m", "tests.benchmarks.porting", *map(str, words)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(said[0]), float(said[1])


def _row(number: int) -> Row:
    """Most are closed; five belong to one incident."""
    incident, created = number // 5, BEGAN + timedelta(minutes=number * 30)
    state = (*[State.CLOSED] * 6, State.NOT_STARTED, State.IN_PROGRESS, State.WONT_DO, State.NOT_STARTED)[number % 10]
    over, done = state in (State.CLOSED, State.WONT_DO), state is State.CLOSED
    due = (created + timedelta(days=30)).date()
    return Row(
        line=0, title=f"Alert when checkout errors exceed {number} % for 5 minutes", owner=f"U0{number % 300:04}",
        team="Payments", state=state, created_at=created, due=due, original_due=due - timedelta(days=number % 3),
        details='Some details, "quoted"\nand more', collaborators=("U0AISHA", "U0SAM") if number % 3 == 0 else (),
        incident=f"Incident {incident}", incident_started_at=BEGAN + timedelta(minutes=incident * 150),
        recurrence_of=f"Incident {incident - 7}" if incident > 7 and incident % 9 == 0 else "",
        root_cause="A cause", remedy=Remedy.MONITORING, themes=("alerts", "retry storms") if number % 2 else (),
        impact=number % 5 + 1, verification="Fire it on purpose",
        started_at=created + timedelta(days=5) if over or state is State.IN_PROGRESS else None,
        implemented_at=created + timedelta(days=9) if done else None,
        ended_at=created + timedelta(days=20 + number % 40) if over else None,
        postmortem_url=f"https://example.com/postmortems/{incident}", ticket_url=f"https://example.com/tickets/{number}",
    )  # fmt: skip


def _empty(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.begin() as session:
        record_workspace(session, WORKSPACE)
        record_team(session, builders.team())
    database.close()


@contextmanager
def _unwatched(_label: str, _total: int) -> Iterator[Callable[[int], None]]:
    yield lambda _done: None


def _product(path: str) -> Any:
    directory = SimpleNamespace(person=lambda workspace, user: builders.person(workspace=workspace, user=user))
    return SimpleNamespace(db=Database(f"sqlite:///{path}"), deps=SimpleNamespace(directory=directory))


def _import(file: str, path: str) -> None:
    import_file(_product(path), WORKSPACE, Path(file), dry_run=False, progress=_unwatched)


def _export(path: str) -> None:
    for _text in exported(_product(path), WORKSPACE, None, Format.CSV):
        pass


def _reference(path: str, copy: str) -> None:
    """The least that any import into these tables can take: their rows are there already."""
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    target.execute("PRAGMA synchronous=NORMAL")
    spent = 0.0
    for table in TABLES:
        rows = source.execute(f"SELECT * FROM {table}").fetchall()
        began = time.process_time()
        target.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        spent += time.process_time() - began
    began = time.process_time()
    target.commit()
    print(spent + time.process_time() - began, 0)


def main() -> None:
    """One of them; prints seconds of processor time, and megabytes."""
    kind, *words = sys.argv[1:]
    if kind == "reference":
        _reference(*words)
        return
    began = time.process_time()
    (_import if kind == "import" else _export)(*words)
    spent = time.process_time() - began
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    print(spent, int(peak.group(1)) / 1024 if peak else 0)


if __name__ == "__main__":
    main()
