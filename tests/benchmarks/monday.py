"""A Monday of many workspaces on one PostgreSQL, planned by 1, 2 and 4 processes; each call of Slack takes 150 ms.

`python -m tests.benchmarks.monday` plans 10,000 teams in 2,000 workspaces, three times: it takes its time. `python -m
tests.benchmarks.monday 500` plans 500 teams, as many to a workspace. Each process is a ticker with what the product
gives it; nothing is delivered, whose pace is Slack's own. The load of the machine stands beside the figures: where
there are fewer cores than processes, they say what a core does, and not what four processes would do on four.
"""

import logging
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from time import monotonic, process_time
from typing import Any

import structlog
from slack_sdk import WebClient
from sqlalchemy import NullPool, create_engine, func, insert, select

from bot.deps import Deps
from bot.settings import Settings
from bot.slack.client import answering_client
from bot.slack.directory import Directory
from scheduler.rituals.orphan_sweep import NAME as ORPHANS
from scheduler.rituals.registry import TEAM_RITUALS
from scheduler.rituals.weekly_digest import NAME
from scheduler.schedules import schedule_team
from scheduler.ticker import Ticker
from storage.engine import Database, driver_url
from storage.migrate import migrate
from storage.outbox import Outbox
from storage.schedules import POSTED
from storage.tables.base import Base
from storage.tables.item import ItemRow
from storage.tables.ritual import MorningRow, RunRow, ScheduleRow
from storage.tables.team import TeamMemberRow, TeamRow
from storage.tables.workspace import PersonRow, WorkspaceRow
from tests.benchmarks.postgresql import postgresql
from tests.benchmarks.requests_a_second import ROOT, process

TEAMS, TO_A_WORKSPACE, ITEMS, PEOPLE, MEMBERS = 10_000, 5, 20, 15, 3
BATCH = 5000
COPY = "one_monday"
READY = "ready\n"
PROCESSES = (1, 2, 4)
SLACK_TAKES_S = 0.15
AIM_A_SECOND, AIM_OF_TWO = 100, 1.8
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
NIGHT, FRIDAY = MONDAY - timedelta(hours=7), MONDAY - timedelta(days=3)
Row = dict[str, Any]


def run(teams: int = TEAMS) -> None:
    """Prints a line for each number of processes."""
    print(f"{teams:,} teams in {teams // TO_A_WORKSPACE:,} workspaces, {ITEMS} open items each, Slack takes 150 ms")
    alone: float | None = None
    with postgresql() as url:
        _fill(url, teams)
        for many in PROCESSES:
            line, rate = _measured(url, teams, many)
            alone = alone or rate
            print(f"  {many} process{'es' if many > 1 else '  '}  {line}   × {rate / alone:.2f}", flush=True)
    print(f"  aims: ≥ {AIM_A_SECOND} a second for a process, × {AIM_OF_TWO} with two")


def _measured(filled: str, teams: int, many: int) -> tuple[str, float]:
    """On a copy of what was filled, which is made in seconds."""
    takes = {"SLACK_TAKES_S": str(SLACK_TAKES_S), "SLACK_TEAMS": f"{teams}/{teams // TO_A_WORKSPACE}"}
    with process("tests.benchmarks.slack", **takes) as slack, _copy(filled) as database:
        return _planned(database, f"{slack.url}/api/", teams, many)


@contextmanager
def _copy(filled: str) -> Iterator[Database]:
    """Gone when the block ends."""
    engine = create_engine(driver_url(filled), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {COPY} TEMPLATE {engine.url.database}")
    database = Database(engine.url.set(database=COPY).render_as_string(hide_password=False))
    yield database
    database.close()
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {COPY} WITH (FORCE)")


def _planned(database: Database, slack: str, teams: int, many: int) -> tuple[str, float]:
    url = database.url.render_as_string(hide_password=False)
    words = [sys.executable, "-m", "tests.benchmarks.monday", "work", url, slack]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen(words, cwd=ROOT, **pipes) for _ in range(many)]  # type: ignore[call-overload]
    for worker in workers:
        assert worker.stdout.readline() == READY
    began, load = monotonic(), os.getloadavg()[0]
    for worker in workers:
        print(file=worker.stdin, flush=True)
    said = [worker.communicate()[0].split() for worker in workers]
    took = monotonic() - began
    cpu, most = sum(float(seconds) for seconds, _ in said), max(float(megabytes) for _, megabytes in said)
    with database.read() as session:
        posted = select(func.count()).where(RunRow.ritual == NAME, RunRow.status == POSTED)
        digests = session.scalar(posted) or 0
    assert digests == teams, f"{digests} of {teams} digests were posted"
    line = (
        f"{digests / took:6.1f} digests a second   CPU {cpu / digests * 1000:5.1f} ms each   resident {most:.0f} MB   "
        f"load {load:.1f} then {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    return line, digests / took


def work(url: str, slack: str) -> None:
    """What a replica plans that morning; its seconds of CPU, without those of starting, and its megabytes."""
    database = Database(url)

    def client_for(_workspace: str) -> WebClient:
        return answering_client(slack, "xoxb-bench")

    started = monotonic()

    def clock() -> datetime:
        return MONDAY + timedelta(seconds=monotonic() - started)

    directory = Directory(database, client_for, clock)
    deps = Deps(Settings(), database, Outbox(database), clock, client_for, directory, schedule_team)
    print(READY, end="", flush=True)
    sys.stdin.readline()  # all begin at once, and what starting takes is not measured
    started, began = monotonic(), process_time()
    Ticker(deps).tick(MONDAY)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(process_time() - began, megabytes)


def _fill(url: str, teams: int) -> None:
    """Everybody was heard of in the night, when Slack's lists of people are read: it is asked what it is asked on every
    Monday."""
    database = Database(url)
    migrate(database)
    workspaces = [f"T{number}" for number in range(teams // TO_A_WORKSPACE)]
    placed = [(workspaces[team % len(workspaces)], team) for team in range(1, teams + 1)]
    rows: dict[type[Base], Iterator[Row]] = {
        WorkspaceRow: ({"id": each, "name": each, "last_item_number": 10_000} for each in workspaces),
        PersonRow: (_person(each, number) for each in workspaces for number in range(PEOPLE)),
        TeamRow: (_team(workspace, team) for workspace, team in placed),
        TeamMemberRow: ({"team_id": team, "user": f"U{n}"} for _, team in placed for n in range(MEMBERS)),
        ScheduleRow: (_schedule(*each, ritual) for each in placed for ritual in TEAM_RITUALS),
        MorningRow: (
            {"workspace": each, "timezone": "UTC", "next_on": MONDAY.date(), "next_due_at": MONDAY}
            for each in workspaces
        ),
        ItemRow: (_item(*each, number) for each in placed for number in range(ITEMS)),
    }
    with database.begin() as session:
        for table, theirs in rows.items():
            for batch in iter(lambda theirs=theirs: list(islice(theirs, BATCH)), []):  # type: ignore[misc]
                session.execute(insert(table), batch)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    database.close()


def _person(workspace: str, number: int) -> Row:
    return {
        "workspace": workspace, "user": f"U{number}", "name": f"Person {number}", "timezone": "UTC", "locale": "en-US",
        "asked_at": NIGHT, "is_bot": False, "is_guest": False, "deactivated": False,
        "is_admin": False, "team": workspace,
    }  # fmt: skip


def _team(workspace: str, team: int) -> Row:
    return {
        "id": team, "workspace": workspace, "name": f"Team {team}", "name_key": f"team {team}", "channel": f"C{team}",
        "lead": f"U{team % PEOPLE}", "timezone": "UTC", "holidays": "", "digest": "mon 09:00", "quota": 5,
        "capacity": 10, "leadership_channel": "",
    }  # fmt: skip


def _schedule(workspace: str, team: int, ritual: str) -> Row:
    due_at = MONDAY if ritual in (NAME, ORPHANS) else MONDAY + timedelta(days=20)
    return {
        "workspace": workspace, "team_id": team, "ritual": ritual, "nominal_on": due_at.date(), "next_due_at": due_at,
    }  # fmt: skip


def _item(workspace: str, team: int, number: int) -> Row:
    return {
        "workspace": workspace, "number": team * ITEMS + number, "title": f"Cap queue {number}", "details": "",
        "owner": f"U{number % PEOPLE}", "state": "in_progress", "due": date(2027, 2, 1) + timedelta(number % 30),
        "original_due": date(2027, 2, 1), "created_at": FRIDAY, "created_by": "U1", "impact": 1 + number % 5,
        "urgency": 1 + number % 4, "effort": 1 + number % 5, "team_id": team, "root_cause": "", "verification": "x",
        "references": "", "last_progress_at": FRIDAY,
    }  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        work(*sys.argv[2:4])
    else:
        run(*map(int, sys.argv[1:2]))
