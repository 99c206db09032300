"""The App Home of a person with 300 items in a workspace of 100,000: how long it takes, and how many queries."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import event, insert

from bot.deps import Deps
from bot.domain.home import Filters
from bot.domain.lifecycle import State
from bot.domain.person import Person
from bot.domain.team import Team
from bot.services.home import draw_home
from bot.settings import Settings
from bot.slack.directory import Directory
from storage.engine import Database
from storage.migrate import migrate
from storage.outbox import Outbox
from storage.people import record_person
from storage.tables.item import ItemRow
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.benchmarks.postgresql import on_both_databases

WORKSPACE = "T0BENCH"
READER = "U0READER"
ITEMS = 100_000
OWN = 300
TEAMS = 50
TIMES = 60
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
STATES = [State.NOT_STARTED] * 4 + [State.IN_PROGRESS] * 3 + [State.IMPLEMENTED, State.VERIFIED] + [State.CLOSED] * 11


def fill(database: Database) -> None:
    """Fifty teams, 2,000 people, 100,000 items, of which the reader owns 300 open ones."""
    chance = random.Random(8)
    with database.begin() as session:
        record_workspace(session, WORKSPACE)
        teams = [record_team(session, _team(number)).id for number in range(TEAMS)]
        for user in (READER, *(f"U{number}" for number in range(2000))):
            record_person(session, Person(WORKSPACE, user, f"Person {user}", NOW))
        for first in range(0, ITEMS, 5000):
            rows = [_row(number, teams, chance) for number in range(first, first + 5000)]
            session.execute(insert(ItemRow), rows)


def _team(number: int) -> Team:
    members = (READER,) if number == 0 else ()
    return Team(WORKSPACE, 0, f"Team {number}", "C0TEAM", f"U{number}", members=members)


def _row(number: int, teams: list[int], chance: random.Random) -> dict[str, Any]:
    own = number % (ITEMS // OWN) == 0
    state = chance.choice(STATES[:9] if own else STATES)
    made = NOW - timedelta(days=chance.randrange(400))
    due = (NOW + timedelta(days=chance.randrange(-60, 120))).date()
    return {
        "workspace": WORKSPACE, "number": number + 1, "title": f"Cap the retry queue {number} at 10,000 messages",
        "details": "", "owner": READER if own else f"U{chance.randrange(2000)}", "state": state.value,
        "due": due, "original_due": due, "created_at": made, "created_by": "U1", "last_progress_at": made,
        "ended_at": NOW if state is State.CLOSED else None,
        "impact": chance.randrange(1, 6), "urgency": chance.randrange(1, 6), "effort": chance.randrange(1, 6),
        "team_id": chance.choice(teams), "root_cause": "", "verification": "Send one too many", "references": "",
    }  # fmt: skip


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are executed within the block."""
    seen: list[str] = []

    def see(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", see)
    yield seen
    event.remove(database.engine, "before_cursor_execute", see)


def measure(url: str) -> str:
    """A line of figures for the database at *url*: wall clock and this process's own time, and the queries."""
    database = Database(url)
    migrate(database)
    fill(database)
    with database.begin() as session:
        session.connection().exec_driver_sql("ANALYZE")
    clients = WebClient()
    directory = Directory(database, lambda _: clients, lambda: NOW)
    deps = Deps(Settings(), database, Outbox(database), lambda: NOW, lambda _: clients, directory, lambda *_: None)

    def draw() -> int:
        return len(draw_home(deps, WORKSPACE, READER, Filters(), fresh=False).blocks or [])

    draw()
    with counted(database) as seen:
        blocks = draw()
    walls, own = [], []
    for _ in range(TIMES):
        began, spent = time.perf_counter(), time.process_time()
        draw()
        walls.append((time.perf_counter() - began) * 1000)
        own.append((time.process_time() - spent) * 1000)
    database.close()
    p50, p99 = (quantiles(walls, n=100)[place] for place in (49, 98))
    cpu = quantiles(own, n=100)[49]
    queries = sum(statement.lstrip().upper().startswith("SELECT") for statement in seen)
    return f"p50 {p50:5.1f} ms   p99 {p99:5.1f} ms   own time p50 {cpu:5.1f} ms   {queries} queries   {blocks} blocks"


def run() -> None:
    """Prints the figures on both databases."""
    print(f"{OWN} items of one person, {ITEMS:,} in the workspace\n")
    on_both_databases(measure)


if __name__ == "__main__":
    run()
