"""What must not grow with the whole, on SQLite: the ticker's look, and looking up one message among all ever sent.

The fastest of some looks counts, in CPU time: the machine is shared.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from scheduler.rituals.registry import TEAM_RITUALS
from storage.engine import Database
from storage.messages import find_posted
from storage.migrate import migrate
from storage.schedules import list_schedules_due
from storage.tables.base import Base
from storage.tables.delivery import SentMessage
from storage.tables.ritual import ScheduleRow
from storage.tables.team import TeamRow
from storage.workspaces import record_workspace

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
WORKSPACE = "T0BENCH"
TIMES, BATCH, AIM = 200, 5000, 1.2
Row = dict[str, Any]


def run() -> None:
    """Prints a line for each: what it takes in a small and in a large database, and their ratio."""
    for name, sizes, measure in (
        ("the ticker's look, schedules", (1_000, 200_000), _look),
        ("one message found, messages sent", (1_000, 2_000_000), _find),
    ):
        small, large = (measure(size) for size in sizes)
        print(
            f"  {name:34} {sizes[0]:,}: {small:.3f} ms   {sizes[1]:,}: {large:.3f} ms   "
            f"ratio {large / small:.2f} (aim ≤ {AIM})",
            flush=True,
        )


def _look(schedules: int) -> float:
    teams = schedules // len(TEAM_RITUALS)
    rows = (_schedule(team, ritual) for team in range(1, teams + 1) for ritual in TEAM_RITUALS)
    filled = {TeamRow: (_team(team) for team in range(1, teams + 1)), ScheduleRow: rows}
    return _fastest(filled, lambda session: list_schedules_due(session, NOW, 1, None, TEAM_RITUALS))


def _find(messages: int) -> float:
    rows = (_sent(number) for number in range(messages))
    return _fastest({SentMessage: rows}, lambda session: find_posted(session, WORKSPACE, f"card:{messages // 2}"))


def _fastest(rows: dict[type[Base], Iterator[Row]], do: Callable[[Session], object]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        migrate(db)
        with db.begin() as session:
            record_workspace(session, WORKSPACE)
            for table, theirs in rows.items():
                while batch := list(islice(theirs, BATCH)):
                    session.execute(insert(table), batch)
        best = min(_took(db, do) for _ in range(TIMES))
        db.close()
    return best * 1000


def _took(db: Database, do: Callable[[Session], object]) -> float:
    with db.read() as session:
        began = time.process_time()
        do(session)
        return time.process_time() - began


def _team(team: int) -> Row:
    return {
        "id": team, "workspace": WORKSPACE, "name": f"Team {team}", "name_key": f"team {team}", "channel": f"C{team}",
        "lead": "U1", "timezone": "UTC", "holidays": "", "digest": "mon 09:00", "quota": 5, "capacity": 10,
        "leadership_channel": "",
    }  # fmt: skip


def _schedule(team: int, ritual: str) -> Row:
    due_at = NOW + timedelta(minutes=team % 10_000 + 1)
    return {
        "workspace": WORKSPACE, "team_id": team, "ritual": ritual, "nominal_on": due_at.date(), "next_due_at": due_at,
    }  # fmt: skip


def _sent(number: int) -> Row:
    return {
        "workspace": WORKSPACE, "key": f"card:{number}", "recipient": "C1", "channel": "C1", "ts": f"{number}.1",
        "attempts": 0,
    }  # fmt: skip


if __name__ == "__main__":
    run()
