"""A page of a hundred items of the API among a million, beside one plain SELECT and JSON made of its rows by hand.

Both are asked in turn in the same run. Counted are the statements of a page, all of them.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median, quantiles
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Engine, event, insert, text

from bot.api.answers import as_text
from bot.api.caller import Caller
from bot.api.items_query import ItemsQuery
from bot.api.reading import page_of
from bot.deps import Deps
from bot.domain.team import Team
from bot.domain.token import Token, TokenScope
from scheduler.delivery.dbos_queue import ensure_dbos_schema
from storage.engine import Database
from storage.migrate import migrate
from storage.tables.item import ItemRow
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.benchmarks.measures import BATCH, BEGAN, ITEMS, NOW, TEAMS, WORKSPACE, ZONE, Row, item_row
from tests.benchmarks.postgresql import postgresql

PAGE, RUNS, AIM = 100, 200, 3.0
STATES = ("not_started", "in_progress", "implemented", *("closed",) * 7)
TOKEN = Token(WORKSPACE, 1, "bench", frozenset({TokenScope.ITEMS_READ}), BEGAN)
WAYS: dict[str, tuple[dict[str, Any], str]] = {
    "all": ({}, "TRUE"),
    "open": ({"state": ["open"]}, "i.state IN ('not_started', 'in_progress', 'implemented', 'verified')"),
    "of one owner": ({"owner": "U7"}, "i.owner = 'U7'"),
    "changed in the last hour": (
        {"updated_since": NOW - timedelta(hours=1)}, f"i.updated_at >= '{NOW - timedelta(hours=1)}'",
    ),
}  # fmt: skip
"""What the API is asked, and the condition of the plain SELECT."""


def run() -> None:
    """Prints p50, p99 and statements of each way, and the ratio, on both databases."""
    items = int(os.environ.get("BENCH_ITEMS", ITEMS))
    with tempfile.TemporaryDirectory() as folder, postgresql() as server:
        for kind, url in (("SQLite", f"sqlite:///{Path(folder)}/bench.db"), ("PostgreSQL", server)):
            database = _filled(url, items)
            for name in WAYS:
                print(f"  {kind}, {name}: {_compared(database, name)}", flush=True)
            database.close()


def _compared(database: Database, name: str) -> str:
    asked, condition = WAYS[name]
    deps = cast("Deps", SimpleNamespace(db=database, clock=lambda: NOW))
    query, caller = ItemsQuery(limit=PAGE, **asked), Caller(TOKEN, {})
    statements: list[str] = []

    def executed(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", executed)
    ours = json.loads(_page(deps, caller, query))
    event.remove(Engine, "before_cursor_execute", executed)
    theirs = json.loads(_plain(database, condition))
    assert [each["number"] for each in ours["items"]] == [each["number"] for each in theirs]
    times, plain = _times(lambda: _page(deps, caller, query)), _times(lambda: _plain(database, condition))
    ratio = median(times) / median(plain)
    p99 = quantiles(times, n=100)[98]
    return (
        f"p50 {median(times):.1f} ms, p99 {p99:.1f} ms, {len(statements)} statements; plain {median(plain):.1f} ms; "
        f"ratio {ratio:.2f} (aim ≤ {AIM:.0f}); {len(theirs)} items"
    )


def _page(deps: Deps, caller: Caller, query: ItemsQuery) -> str:
    body, _as_of = page_of(deps, caller, query)
    return as_text(body)


def _plain(database: Database, condition: str) -> str:
    """The same items, as somebody writes it who needs nothing but them: one statement, and all of its columns."""
    select = (
        "SELECT i.*, t.name AS team, p.name AS owner_name, n.title AS incident_title FROM items i "
        "LEFT JOIN teams t ON t.id = i.team_id LEFT JOIN incidents n ON n.id = i.incident_id "
        "LEFT JOIN people p ON p.workspace = i.workspace AND p.user_id = i.owner "
        f"WHERE i.workspace = '{WORKSPACE}' AND NOT i.private AND i.number > 0 AND {condition} "
        f"ORDER BY i.number LIMIT {PAGE}"
    )
    with database.read() as session:
        rows = session.execute(text(select)).mappings().all()
    return json.dumps([dict(row) for row in rows], default=str, ensure_ascii=False, separators=(",", ":"))


def _times(do: Callable[[], object]) -> list[float]:
    """Milliseconds of each run."""
    found = []
    for _ in range(RUNS):
        began = time.perf_counter()
        do()
        found.append((time.perf_counter() - began) * 1000)
    return found


def _filled(url: str, items: int) -> Database:
    database, dice = Database(url), Random(7)
    migrate(database)
    ensure_dbos_schema(database)
    with database.begin() as session:
        record_workspace(session, WORKSPACE)
        for number in range(1, TEAMS + 1):
            record_team(session, Team(WORKSPACE, 0, f"Team {number}", "C0", "U0", timezone=str(ZONE)))
    rows = (_row(dice, number, items) for number in range(1, items + 1))
    while batch := list(islice(rows, BATCH)):
        with database.begin() as session:
            session.execute(insert(ItemRow.__table__), batch)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE items"))
    return database


def _row(dice: Random, number: int, items: int) -> Row:
    """Items in the order in which they were made; the newest thousandth changed in the last hour."""
    at = BEGAN + (NOW - BEGAN) * (number / items)
    new = dice.random() < 0.001
    changed = NOW - timedelta(minutes=dice.randrange(60)) if new else at - timedelta(days=1)
    plain = item_row(number, dice.randrange(TEAMS) + 1, (at + timedelta(days=30)).date(), at)
    return plain | {
        "state": dice.choice(STATES), "private": dice.random() < 0.05, "updated_at": changed, "ordered_at": changed,
    }  # fmt: skip
