"""`actionitem report` for a team and a month with a million items, beside DuckDB over the same rows in Parquet.

The same counts are asked of both and must be equal. What is timed is one month's counting for one team, the best of
some runs: both are warm, and what others do on the machine meanwhile slows both.
"""

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from math import isclose
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
from sqlalchemy import insert, select, text

from bot.domain.lifecycle import State
from bot.domain.measures import Tally, percentile_90
from bot.domain.month import Month, Period, period_at
from bot.domain.span import Facts, first_span, following, instant
from bot.domain.team import Team
from scheduler.delivery.dbos_queue import ensure_dbos_schema
from storage.engine import Database
from storage.measures import tally
from storage.migrate import migrate
from storage.tables.item import ItemRow
from storage.tables.span import SpanRow
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.benchmarks.postgresql import postgresql

ITEMS, TEAMS, DAYS = 1_000_000, 20, 5 * 365
TEAM = 7
"""Whose report it is."""
WORKSPACE, ZONE = "T0BENCH", ZoneInfo("Europe/Berlin")
BEGAN = datetime(2022, 1, 1, tzinfo=UTC)
NOW = BEGAN + timedelta(days=DAYS)
MONTHS = (Month(2022, 3), Month(2024, 6), Month(2026, 11))
AIM, RUNS, BATCH = 3.0, 9, 10_000
Row = dict[str, Any]
PLAIN = (str, int, bool)
ENDINGS = (State.CLOSED,) * 8 + (State.RISK_ACCEPTED, State.WONT_DO)


def run() -> None:
    """Prints the ratio for an old, a middle and the newest full month, on both databases."""
    items = int(os.environ.get("BENCH_ITEMS", ITEMS))
    with tempfile.TemporaryDirectory() as folder, postgresql() as server:
        parquet = Path(folder) / "spans.parquet"
        for kind, url in (("SQLite", f"sqlite:///{folder}/bench.db"), ("PostgreSQL", server)):
            database = _filled(url, items)
            if not parquet.exists():
                _write_parquet(database, parquet)
            for month in MONTHS:
                _compare(kind, database, parquet, month)
            database.close()
            _command(kind, url)


def _compare(kind: str, database: Database, parquet: Path, month: Month) -> None:
    period = period_at(month, ZONE, NOW)
    assert period is not None
    with database.begin() as session:
        ours, seconds = _best(lambda: tally(session, WORKSPACE, (TEAM,), period, None))
    theirs, reference = _best(lambda: _duckdb(parquet, period))
    assert all(map(isclose, _counts(ours), theirs)), (_counts(ours), theirs)
    ratio = seconds / reference
    print(
        f"  {kind} {month}: {seconds * 1000:.1f} ms; DuckDB {reference * 1000:.1f} ms; "
        f"ratio {ratio:.2f} (aim ≤ {AIM:.0f}); {ours.created:,} created, {ours.open:,} open"
    )


def _best(do: Callable[[], Any]) -> tuple[Any, float]:
    found, times = None, []
    for _ in range(RUNS):
        began = time.perf_counter()
        found = do()
        times.append(time.perf_counter() - began)
    return found, min(times)


def _command(kind: str, url: str) -> None:
    """The whole command, from its start to its end: mostly Python that imports."""
    environment = os.environ | {"DATABASE_URL": url, "SLACK_BOT_TOKEN": "xoxb-bench"}
    words = [
        sys.executable,
        "-m",
        "bot",
        "report",
        "--team",
        f"Team {TEAM}",
        "--month",
        str(MONTHS[-1]),
        "--format",
        "json",
    ]
    began = time.perf_counter()
    subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL)
    print(f"  {kind}: the whole command {time.perf_counter() - began:.2f} s")


def _filled(url: str, items: int) -> Database:
    database = Database(url)
    migrate(database)
    ensure_dbos_schema(database)
    with database.begin() as session:
        record_workspace(session, WORKSPACE)
        for number in range(1, TEAMS + 1):
            record_team(session, Team(WORKSPACE, 0, f"Team {number}", "C0", "U0", timezone=str(ZONE)))
    rows = _histories(random.Random(7), items)
    while batch := list(islice(rows, BATCH)):
        with database.begin() as session:
            session.execute(insert(ItemRow.__table__), [item for item, _ in batch])
            session.execute(insert(SpanRow.__table__), [span for _, spans in batch for span in spans])
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not database.is_sqlite:
            connection.execute(text("VACUUM ANALYZE item_spans"))
    return database


def _histories(dice: random.Random, items: int) -> Iterator[tuple[Row, list[Row]]]:
    """Items with the spans of their histories: most are closed after some weeks, one in five is deferred or slips."""
    for number in range(1, items + 1):
        at = BEGAN + timedelta(seconds=dice.randrange(DAYS * 86_400))
        team, due = dice.randrange(TEAMS) + 1, (at + timedelta(days=dice.randrange(7, 60))).date()
        facts = Facts(team, State.NOT_STARTED, due, due, blocked=False)
        spans = [first_span(facts, instant(at))]
        item = item_row(number, team, due, at)
        for later in _moves(dice, facts):
            at += timedelta(seconds=dice.randrange(86_400, 40 * 86_400))
            if at >= NOW:
                break
            changed = following(spans[-1], later, instant(at))
            if changed and changed[0]:
                spans[-1:] = [changed[0], changed[1]]
                item["state"], item["due"] = later.state.value, later.due
        yield item, [{"workspace": WORKSPACE, "item_number": number, **span._asdict()} for span in spans]


def _moves(dice: random.Random, facts: Facts) -> Iterator[Facts]:
    due = facts.due
    if dice.random() < 0.2:
        due += timedelta(days=dice.randrange(1, 40))
        yield Facts(facts.team_id, State.IN_PROGRESS, due, facts.original_due, blocked=False)
    if dice.random() < 0.1:
        yield Facts(facts.team_id, State.DEFERRED, due, facts.original_due, blocked=False)
    if dice.random() < 0.97:
        yield Facts(facts.team_id, dice.choice(ENDINGS), due, facts.original_due, blocked=False)


def item_row(number: int, team: int, due: date, at: datetime) -> Row:
    """A row of `items`, as if it had just been made."""
    columns = (column for column in ItemRow.__table__.columns if not column.nullable)
    empty: Row = {column.name: column.type.python_type() for column in columns if column.type.python_type in PLAIN}
    return empty | {
        "workspace": WORKSPACE, "number": number, "title": f"Cap retry queue {number} at 10,000 messages",
        "owner": f"U{number % 500}", "state": "not_started", "due": due, "original_due": due, "created_at": at,
        "created_by": "U0", "impact": 3, "urgency": 3, "effort": 2, "team_id": team,
    }  # fmt: skip


def _write_parquet(database: Database, parquet: Path) -> None:
    """The rows of `item_spans` as they are, without the index's `counts_until`."""
    columns = [column for column in SpanRow.__table__.columns if column.name != "counts_until"]
    with parquet.with_suffix(".csv").open("w", newline="") as file, database.engine.connect() as connection:
        writer = csv.writer(file)
        writer.writerow(column.name for column in columns)
        writer.writerows(connection.execution_options(yield_per=BATCH).execute(select(*columns)))
    duckdb.sql(f"COPY (FROM read_csv('{file.name}')) TO '{parquet}' (FORMAT parquet)")
    Path(file.name).unlink()


def _counts(found: Tally) -> list[float]:
    ages = sorted(found.ages)
    oldest = ages[-1] if ages else 0
    return [
        found.due, found.completed, found.first_due, found.on_time, found.closed, found.days_to_close, found.created,
        found.risk_accepted, found.wont_do, found.merged, found.deferred_open, found.open, found.overdue,
        found.blocked, found.future_considerations, percentile_90(ages) or 0, oldest,
    ]  # fmt: skip


def _duckdb(parquet: Path, period: Period) -> list[float]:
    """The same counts from the Parquet file; the last two are the age of the backlog."""
    cases = " ".join(f"WHEN {day} THEN {ends}" for day, ends in period.day_ends.items())
    rates = {}
    for day in ("due", "original_due"):
        ends = f"(CASE {day} {cases} END)"
        rates[day] = (
            f"{day} BETWEEN {min(period.day_ends)} AND {max(period.day_ends)} "
            f"AND NOT (standing IN ('merged', 'risk_accepted', 'wont_do') AND ended_at < {ends})",
            f"standing = 'closed' AND ended_at < {ends}",
        )
    (due, done), (first_due, on_time) = rates["due"], rates["original_due"]
    inside = "{at} >= " + str(period.begins) + " AND {at} < " + str(period.cutoff)
    ended = inside.format(at="ended_at")
    conditions = [
        f"{due} AND standing <> 'deferred'", f"{due} AND {done}", first_due, f"{first_due} AND {on_time}",
        f"standing = 'closed' AND {ended}", None, inside.format(at="counted_at"),
        *(f"standing = '{state}' AND {ended}" for state in ("risk_accepted", "wont_do", "merged")),
        "standing = 'deferred'", "standing = 'open'", f"standing = 'open' AND due < {period.today}",
        "standing = 'open' AND blocked", "standing = 'future_consideration'",
    ]  # fmt: skip
    took = f"coalesce(sum(ended_at - counted_at) FILTER (standing = 'closed' AND {ended}), 0)"
    age, is_open = f"({instant(period.as_of)} - counted_at)", "FILTER (standing = 'open')"
    columns = [f"count(*) FILTER ({each})" if each else took for each in conditions]
    columns += [f"coalesce(quantile_cont({age}, 0.9) {is_open}, 0)", f"coalesce(max({age}) {is_open}, 0)"]
    query = (
        f"SELECT {', '.join(columns)} FROM '{parquet}' WHERE workspace = '{WORKSPACE}' AND team_id = {TEAM} "
        f"AND since < {period.cutoff} AND until >= {period.cutoff}"
    )
    (row,) = duckdb.sql(query).fetchall()
    return [float(value) for value in row]
