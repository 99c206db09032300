"""Import and export of 100,000 items, beside the driver alone inserting the very same rows of the tables; and what an
import of a million needs of memory, with `python -m tests.benchmarks.porting million`: that takes minutes.

On SQLite what is compared is processor time, which others on the machine distort less than the clock; PostgreSQL works
in processes of its own, so there it is the clock. Each runs as a process of its own, so that its memory is its own:
`python -m tests.benchmarks.porting import|export|reference …`.
"""

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import set_json_loads
from sqlalchemy import make_url

from bot.clock import system_clock
from bot.commands.export import exported
from bot.commands.import_file import import_file
from bot.domain.item import Remedy
from bot.domain.lifecycle import State
from bot.domain.porting.row import Row
from bot.domain.porting.writing import Format, head, written
from storage.engine import Database
from storage.migrate import migrate
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests import builders
from tests.benchmarks.postgresql import postgresql

ITEMS, MANY = 100_000, 1_000_000
AIMS = {"SQLite": 6_000, "PostgreSQL": 5_000}
"""Rows a second of an import."""
AIM_OUT, AIM_MB = 20_000, 200
TABLES = ("incidents", "items", "changes", "item_spans", "item_collaborators", "item_themes")
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
WORKSPACE = builders.WORKSPACE


def run() -> None:
    """Prints rows a second, the ratio, and the most memory, for each database."""
    items = int(os.environ.get("BENCH_ITEMS", ITEMS))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = _written(folder, items)
        _run_on("SQLite", items, file, *(f"sqlite:///{folder / name}" for name in ("bench.db", "copy.db")))
        with postgresql() as server:
            _run_on("PostgreSQL", items, file, *(_created(server, name) for name in ("bench", "copy")))


def _run_on(kind: str, items: int, file: Path, url: str, copy: str) -> None:
    for database in (url, copy):
        _empty(database)
    importing, megabytes = _timed("import", file, url)
    reference, _ = _timed("reference", url, copy)
    exporting, more = _timed("export", url)
    ratios = f"import takes {importing / reference:.1f} × its time, export {exporting / reference:.1f} ×"
    print(f"{kind}, load {os.getloadavg()[0]:.1f}")
    print(f"  import {items / importing:>8,.0f} rows/s (aim ≥ {AIMS[kind]:,})   {megabytes:.0f} MB (aim ≤ {AIM_MB})")
    print(f"  export {items / exporting:>8,.0f} rows/s (aim ≥ {AIM_OUT:,})   {more:.0f} MB")
    print(f"  driver {items / reference:>8,.0f} rows/s; {ratios}", flush=True)


def million() -> None:
    """Prints what an import of a million rows takes; on SQLite, for its memory is not the database's."""
    items = int(os.environ.get("BENCH_ITEMS", MANY))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, url = _written(folder, items), f"sqlite:///{folder / 'bench.db'}"
        _empty(url)
        seconds, megabytes = _timed("import", file, url)
    print(f"  {items:,} rows: {megabytes:.0f} MB (aim ≤ {AIM_MB}), {items / seconds:,.0f} rows a second of CPU")


def _written(folder: Path, items: int) -> Path:
    """A file with so many items."""
    file = folder / "items.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        out.write(head(Format.CSV))
        for first in range(0, items, 10_000):
            out.write(written(Format.CSV, map(_row, range(first, min(first + 10_000, items)))))
    return file


def _created(server: str, name: str) -> str:
    """An empty database on the server."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = make_url(server).set(drivername="postgresql", database=name)
    return url.render_as_string(hide_password=False)


def _timed(*words: object) -> tuple[float, float]:
    """Seconds of processor time, and megabytes."""
    command = [sys.executable, "-m", "tests.benchmarks.porting", *map(str, words)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(said[0]), float(said[1])


def _row(number: int) -> Row:
    """Most are closed; five belong to one incident."""
    incident, created = number // 5, BEGAN + timedelta(minutes=number * 3)
    state = (*[State.CLOSED] * 6, State.NOT_STARTED, State.IN_PROGRESS, State.WONT_DO, State.NOT_STARTED)[number % 10]
    over, done = state in (State.CLOSED, State.WONT_DO), state is State.CLOSED
    due = (created + timedelta(days=30)).date()
    return Row(
        line=0, title=f"Alert when checkout errors exceed {number} % for 5 minutes", owner=f"U0{number % 300:04}",
        team="Payments", state=state, created_at=created, due=due, original_due=due - timedelta(days=number % 3),
        details='Some details, "quoted"\nand more', collaborators=("U0AISHA", "U0SAM") if number % 3 == 0 else (),
        incident=f"Incident {incident}", incident_started_at=BEGAN + timedelta(minutes=incident * 15),
        recurrence_of=f"Incident {incident - 7}" if incident > 7 and incident % 9 == 0 else "",
        root_cause="A cause", remedy=Remedy.MONITORING, themes=("alerts", "retry storms") if number % 2 else (),
        impact=number % 5 + 1, verification="Fire it on purpose",
        started_at=created + timedelta(days=5) if over or state is State.IN_PROGRESS else None,
        implemented_at=created + timedelta(days=9) if done else None,
        ended_at=created + timedelta(days=20 + number % 40) if over else None,
        postmortem_url=f"https://example.com/postmortems/{incident}", ticket_url=f"https://example.com/tickets/{number}",
    )  # fmt: skip


def _empty(url: str) -> None:
    database = Database(url)
    migrate(database)
    with database.begin() as session:
        record_workspace(session, WORKSPACE)
        record_team(session, builders.team())
    database.close()


@contextmanager
def _unwatched(_label: str, _total: int) -> Iterator[Callable[[int], None]]:
    yield lambda _done: None


def _product(url: str) -> Any:
    directory = SimpleNamespace(person=lambda workspace, user: builders.person(workspace=workspace, user=user))
    return SimpleNamespace(db=Database(url), deps=SimpleNamespace(directory=directory, clock=system_clock))


def _import(file: str, url: str) -> None:
    import_file(_product(url), WORKSPACE, Path(file), dry_run=False, progress=_unwatched)


def _export(url: str) -> None:
    for _text in exported(_product(url), WORKSPACE, None, Format.CSV):
        pass


def _reference(url: str, copy: str) -> float:
    """Seconds: the least that any import into these tables can take, for their rows are there already."""
    place = "?" if url.startswith("sqlite") else "%s"
    spent = 0.0
    with closing(_driver(url)) as source, closing(_driver(copy)) as target:
        for table in TABLES:
            rows = source.execute(f"SELECT * FROM {table}").fetchall()
            began = _clock(url)
            statement = f"INSERT INTO {table} VALUES ({', '.join([place] * len(rows[0]))})"
            target.cursor().executemany(statement, rows)
            spent += _clock(url) - began
        began = _clock(url)
        target.commit()
        return spent + _clock(url) - began


def _driver(url: str) -> Any:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection
    set_json_loads(_as_it_is)
    return psycopg.connect(url)


def _as_it_is(text: str | bytes) -> str:
    """JSON that was read goes in as it came."""
    return text if isinstance(text, str) else text.decode()


def _clock(url: str) -> float:
    return time.process_time() if url.startswith("sqlite") else time.perf_counter()


def main() -> None:
    """One of them; prints seconds, and megabytes. Or the million."""
    kind, *words = sys.argv[1:]
    if kind == "million":
        million()
        return
    if kind == "reference":
        print(_reference(*words), 0)
        return
    url = words[-1]
    began = _clock(url)
    (_import if kind == "import" else _export)(*words)
    spent = _clock(url) - began
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    print(spent, int(peak.group(1)) / 1024 if peak else 0)


if __name__ == "__main__":
    main()
