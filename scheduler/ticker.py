"""The ticker: wakes, takes what is due, and puts each ritual's messages into the outbox, exactly once.

Every replica has one; the database decides which of them runs a ritual. It sends nothing itself.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.teams import Team
from scheduler.calendar import Occurrence
from scheduler.rituals.registry import RITUALS, Ritual
from storage import inbox
from storage.schedules import (
    MISSED,
    POSTED,
    Schedule,
    claim_schedule,
    list_schedules,
    list_schedules_due,
    record_run,
)
from storage.teams import get_team_by_id

log = structlog.get_logger()

BATCH = 50
"""Schedules taken per query; each is then a transaction of its own."""
EVERY_S = 5
"""Seconds between two looks at the schedules."""
ALREADY = "already_posted"


@dataclass(frozen=True)
class Run:
    """What became of one ritual of one team in one period. `status` is `posted`, `missed` or `already_posted`."""

    ritual: str
    workspace: str
    team: str
    period: str
    due_at: datetime
    status: str
    messages: int = 0

    def as_json(self) -> dict[str, Any]:
        """The run as a line of `actionitem tick`."""
        return asdict(self) | {"due_at": self.due_at.isoformat()}


class Ticker:
    """Runs what is due."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def tick(self, now: datetime) -> list[Run]:
        """Everything that is due at *now*, the oldest first. Safe to call from any number of replicas at once."""
        return list(self._due(now))

    def tick_before_schedules(self, now: datetime) -> list[Run]:
        """What would have been due on the day of *now*, for a time that lies before the schedules began.

        Leaves the schedules alone; a period is still posted once.
        """
        with self._deps.db.begin() as session:
            schedules = list_schedules(session)
        return [run for schedule in schedules for run in self._earlier(schedule, now)]

    def run_now(self, ritual: Ritual, team: Team, now: datetime) -> Run:
        """One ritual for one team at once, in the period of *now*, unless it was posted in it already."""
        occurrence = Occurrence(now.astimezone(team.zone).date(), now)
        schedule = Schedule(team.workspace, team.id, ritual.name, occurrence.nominal_on, now)
        with self._deps.db.begin() as session:
            return self._post(session, schedule, occurrence, now)

    def clean(self) -> None:
        """Forgets what nobody will send again."""
        with self._deps.db.begin() as session:
            inbox.forget_old(session, self._deps.clock())

    def _due(self, now: datetime) -> Iterator[Run]:
        while True:
            with self._deps.db.begin() as session:
                due = list_schedules_due(session, now, BATCH)
            if not due:
                return
            for schedule in due:
                run = self._take(schedule, now)
                if run:
                    log.info("ritual", **run.as_json())
                    yield run

    def _take(self, schedule: Schedule, now: datetime) -> Run | None:
        """One due ritual in one transaction: claimed, recorded, its messages in the outbox."""
        ritual = RITUALS[schedule.ritual]
        with self._deps.db.begin() as session:
            team = get_team_by_id(session, schedule.team_id)
            occurrence = Occurrence(schedule.nominal_on, schedule.next_due_at)
            following = _following(ritual, team, occurrence)
            if not claim_schedule(session, schedule, following.nominal_on, following.due_at):
                return None
            if following.due_at <= now:  # its period is over: the next one is due already
                return self._miss(session, schedule, occurrence, team, now)
            return self._post(session, schedule, occurrence, now)

    def _post(self, session: Session, schedule: Schedule, occurrence: Occurrence, now: datetime) -> Run:
        team = get_team_by_id(session, schedule.team_id)
        run = _run(schedule, team, occurrence, POSTED)
        if not record_run(session, schedule, run.period, due_at=run.due_at, ran_at=now, status=POSTED):
            return replace(run, status=ALREADY)
        messages = RITUALS[schedule.ritual].say(session, team, run.period, now)
        delivery = f"{schedule.ritual}:{team.id}:{run.period}"
        self._deps.outbox.enqueue(session, schedule.workspace, delivery, messages)
        return replace(run, messages=len(messages))

    def _miss(
        self, session: Session, schedule: Schedule, occurrence: Occurrence, team: Team, now: datetime
    ) -> Run | None:
        run = _run(schedule, team, occurrence, MISSED)
        new = record_run(session, schedule, run.period, due_at=run.due_at, ran_at=now, status=MISSED)
        return run if new else None

    def _earlier(self, schedule: Schedule, now: datetime) -> Iterator[Run]:
        ritual = RITUALS[schedule.ritual]
        with self._deps.db.begin() as session:
            team = get_team_by_id(session, schedule.team_id)
            morning = now.astimezone(team.zone).replace(hour=0, minute=0, second=0, microsecond=0)
            occurrence = ritual.next_occurrence(team, morning)
            if occurrence.due_at <= now and occurrence.due_at < schedule.next_due_at:
                run = self._post(session, schedule, occurrence, now)
                if run.status == POSTED:  # what ran in its time, or was missed, is not told again
                    yield run


def _following(ritual: Ritual, team: Team, occurrence: Occurrence) -> Occurrence:
    """The occurrence after this one, counted from the end of its nominal day."""
    midnight = datetime.combine(occurrence.nominal_on, datetime.max.time(), team.zone)
    return ritual.next_occurrence(team, midnight)


def _run(schedule: Schedule, team: Team, occurrence: Occurrence, status: str) -> Run:
    return Run(schedule.ritual, schedule.workspace, team.name, occurrence.period, occurrence.due_at, status)
