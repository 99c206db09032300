"""A Monday of a thousand teams planned, and one team's digest in a small and in a large workspace; on SQLite.

Both run in a process of their own, so that memory is that of planning. CPU time counts: the machine is shared.
`python -m tests.benchmarks.digests plan|one ITEMS` is one of them.
"""

import logging
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import insert

from bot.deps import Deps
from bot.domain.queries import Viewer
from bot.domain.team import Team
from bot.settings import Settings
from scheduler.delivery.dbos_queue import ensure_dbos_schema
from scheduler.rituals import weekly_digest
from scheduler.rituals.occasion import Occasion
from scheduler.schedules import schedule_team
from scheduler.ticker import Ticker
from storage.engine import Database
from storage.migrate import migrate
from storage.outbox import Outbox
from storage.people import record_person
from storage.tables.item import ItemRow
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.builders import WORKSPACE, SettledDirectory, person, slack_is_away, team

TEAMS, EACH, PEOPLE = 1000, 100, 200
SMALL, LARGE = 10_000, 1_000_000
FRIDAY = datetime(2026, 11, 27, 20, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 8, tzinfo=UTC)
OPEN = "select * from items where workspace = ? and team_id = ? and state in "
STATES = "('not_started', 'in_progress', 'implemented', 'verified')"


def run() -> None:
    """Prints both."""
    print(_alone("plan"))
    small, large = (float(_alone("one", str(items))) for items in (SMALL, LARGE))
    print(f"one team's digest: {small:.2f} ms CPU among {SMALL:,} items, {large:.2f} ms among {LARGE:,}")
    print(f"ratio {large / small:.2f} (aim ≤ 1.2)")


def _alone(*words: str) -> str:
    command = [sys.executable, "-m", "tests.benchmarks.digests", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def plan(folder: Path) -> str:
    """Every team's digest of one Monday, beside plain SQL reading the same rows."""
    db, teams = _filled(folder, TEAMS, EACH)
    seeded = _resident()
    ticker = Ticker(_deps(db))
    began = time.process_time()
    runs = ticker.tick(MONDAY)
    took = time.process_time() - began
    posted = sum(run.ritual == "weekly-digest" and run.status == "posted" for run in runs)
    plain = _plain(folder, teams)
    return (
        f"{posted:,} digests of {EACH} open items each, and all else of that morning: {took:.1f} s CPU (aim ≤ 8 s)\n"
        f"the same rows read in plain SQL: {plain:.2f} s CPU, ratio {took / plain:.0f} (aim ≤ 12)\n"
        f"resident {_resident():.0f} MB at most, {seeded:.0f} MB of it before planning (aim ≤ 180 MB)"
    )


def one(folder: Path, items: int) -> str:
    """The fastest of thirty digests of a team with 100 items, in a workspace of *items*: milliseconds of CPU."""
    db, teams = _filled(folder, 1, EACH, items - EACH)
    viewer = Viewer("", frozenset({teams[0].channel}))
    on = Occasion(teams[0], "2026-W49", MONDAY, viewer, viewer)
    best = float("inf")
    for _ in range(30):
        with db.begin() as session:
            began = time.process_time()
            weekly_digest.say(session, on)
            best = min(best, time.process_time() - began)
    return f"{best * 1000:.3f}"


def _plain(folder: Path, teams: list[Team]) -> float:
    with sqlite3.connect(folder / "bench.db") as plain:
        began = time.process_time()
        for each in teams:
            plain.execute(OPEN + STATES, (WORKSPACE, each.id)).fetchall()
        return time.process_time() - began


def _filled(folder: Path, count: int, each: int, elsewhere: int = 0) -> tuple[Database, list[Team]]:
    """*count* teams with *each* open items, and one more team with *elsewhere*."""
    db = Database(f"sqlite:///{folder / 'bench.db'}")
    migrate(db)
    ensure_dbos_schema(db)
    with db.begin() as session:
        record_workspace(session, WORKSPACE)
        for number in range(PEOPLE):
            record_person(session, person(user=f"U{number}", name=f"Person {number}", asked_at=FRIDAY, team=WORKSPACE))
        made = [
            record_team(session, team(name=f"Team {n}", lead=f"U{n % PEOPLE}", channel=f"C{n}", members=()))
            for n in range(count + 1)
        ]
        for each_team in made:
            schedule_team(session, each_team, FRIDAY)
        for batch in _batches(_rows(made, each, elsewhere)):
            session.execute(insert(ItemRow), batch)
    return db, made[:-1]


def _rows(teams: list[Team], each: int, elsewhere: int) -> Iterator[dict[str, Any]]:
    number = 0
    for made in teams:
        for _ in range(elsewhere if made is teams[-1] else each):
            number += 1
            yield {
                "workspace": WORKSPACE, "number": number, "title": f"Item {number} changes a thing", "details": "",
                "owner": f"U{number % PEOPLE}", "state": "in_progress",
                "due": date(2027, 2, 1) + timedelta(number % 30),
                "original_due": date(2027, 2, 1), "slips": 0, "blocked": False, "created_at": FRIDAY,
                "created_by": "U1", "impact": 1 + number % 5, "urgency": 1 + number % 4, "effort": 1 + number % 5,
                "team_id": made.id, "root_cause": "", "verification": "x", "references": "", "private": False,
                "last_progress_at": FRIDAY,
            }  # fmt: skip


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 2000:
            yield batch
            batch = []
    if batch:
        yield batch


def _deps(db: Database) -> Deps:
    directory = SettledDirectory(db, slack_is_away, lambda: FRIDAY)
    return Deps(Settings(), db, Outbox(db), lambda: FRIDAY, slack_is_away, directory, schedule_team)


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """One of the two, named on the command line."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as name:
        print(plan(Path(name)) if sys.argv[1] == "plan" else one(Path(name), int(sys.argv[2])))


if __name__ == "__main__":
    main()
