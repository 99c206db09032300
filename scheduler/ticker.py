"""The ticker: wakes, takes what is due, and puts each ritual's messages into the outbox, exactly once.

Every replica has one; the database decides which of them runs a ritual. It sends nothing itself.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.queries import Viewer
from bot.domain.team import Team
from bot.slack.installations import NotInstalled
from scheduler.calendar import Occurrence
from scheduler.rituals.morning import Mornings
from scheduler.rituals.occasion import Occasion, Readers
from scheduler.rituals.registry import RITUALS, Ritual
from scheduler.runs import ALREADY, NOTHING, Run
from scheduler.schedules import schedule_what_is_missing
from storage import inbox
from storage.mornings import Morning, forget_told, list_mornings, list_mornings_due
from storage.schedules import (
    MISSED,
    POSTED,
    Schedule,
    claim_schedule,
    find_run,
    list_schedules,
    list_schedules_due,
    ran_before,
    record_run,
)
from storage.teams import get_team_by_id

log = structlog.get_logger()

BATCH = 50
"""Schedules taken per query; each is then a transaction of its own."""
EVERY_S = 5
"""Seconds between two looks at the schedules."""
TOLD_KEPT = timedelta(days=60)

Due = TypeVar("Due", Schedule, Morning)


class Ticker:
    """Runs what is due: the rituals of teams, and the mornings of people."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._mornings = Mornings(deps)
        self._has_looked = False

    def tick(self, now: datetime, workspace: str | None = None) -> list[Run]:
        """Everything that is due at *now*, the oldest first. Safe to call from any number of replicas at once.

        What fails does not hold up the rest; the first failure is raised when all else is done.
        """
        self._look_for_new()
        failures: list[Exception] = []
        runs = [*self._due_schedules(now, workspace, failures), *self._due_mornings(now, workspace, failures)]
        if failures:
            raise failures[0]
        return runs

    def tick_as_of(self, now: datetime, workspace: str) -> list[Run]:
        """As `tick`; and what would have been due at *now* where the schedules begin later, or were moved on beyond it.

        That leaves the schedules alone; a period is still posted once.
        """
        runs = self.tick(now, workspace)
        with self._deps.db.begin() as session:
            schedules = list_schedules(session, workspace)
            mornings = list_mornings(session, workspace)
        if not self._is_installed(workspace):
            return runs
        for schedule in schedules:
            runs += self._earlier(schedule, now)
        for morning in mornings:
            runs += self._mornings.say_of(morning, now)
        return sorted(runs, key=lambda run: run.due_at)

    def run_now(self, ritual: Ritual, team: Team, now: datetime) -> Run:
        """One ritual for one team at once, in the period of *now*, unless it was posted in it already."""
        day = now.astimezone(team.zone).date()
        schedule = Schedule(team.workspace, team.id, ritual.name, day, now)
        readers = self._prepared(ritual, team, now)
        with self._deps.db.begin() as session:
            return self._post(session, schedule, Occurrence(day, now, ritual.rhythm.period_of(day)), now, readers)

    def readers_of(self, ritual: Ritual, team: Team) -> Readers:
        """Who reads what the ritual says: the lead, as far as they may see; or a channel, and whoever is in it."""
        directory, channel = self._deps.directory, ritual.channel_of(team)
        if ritual.to_lead:
            lead = directory.reader(team.workspace, team.lead)
            person = directory.person_as_last_known(team.workspace, team.lead)
            if person is None or not person.deactivated:
                return Readers(lead, lead)
            return Readers(lead, directory.readers_in(team.workspace, team.channel))  # it is said there instead
        if not channel:
            return unasked(ritual, team)
        return replace(unasked(ritual, team), named=directory.readers_in(team.workspace, channel))

    def clean(self) -> None:
        """Forgets what nobody will send again."""
        now = self._deps.clock()
        with self._deps.db.begin() as session:
            inbox.forget_old(session, now)
            forget_told(session, (now - TOLD_KEPT).date())

    def _look_for_new(self) -> None:
        """Rituals and zones that a new version brought, or people whom an old one recorded: once per process."""
        if self._has_looked:
            return
        with self._deps.db.begin() as session:
            schedule_what_is_missing(session, self._deps.clock())
        self._has_looked = True

    def _due_schedules(self, now: datetime, workspace: str | None, failures: list[Exception]) -> Iterator[Run]:
        def look(session: Session, limit: int) -> list[Schedule]:
            return list_schedules_due(session, now, limit, workspace)

        return self._each(look, lambda schedule: self._take(schedule, now), failures)

    def _due_mornings(self, now: datetime, workspace: str | None, failures: list[Exception]) -> Iterator[Run]:
        def look(session: Session, limit: int) -> list[Morning]:
            return list_mornings_due(session, now, workspace, limit)

        return self._each(look, lambda morning: self._take_morning(morning, now), failures)

    def _each(
        self, look: Callable[[Session, int], list[Due]], take: Callable[[Due], list[Run]], failures: list[Exception]
    ) -> Iterator[Run]:
        """Takes what is due until nothing is left but what has failed, which stays due."""
        tried: set[Due] = set()
        while True:
            with self._deps.db.begin() as session:
                due = [each for each in look(session, BATCH + len(tried)) if each not in tried]
            if not due:
                return
            for each in due:
                tried.add(each)
                try:
                    runs = take(each)
                except Exception as error:  # the ticker's edge: one team's failure is not another's
                    log.exception("ritual_failed", what=str(each), exc_info=error)
                    failures.append(error)
                    continue
                for run in runs:
                    log.info("ritual", **run.as_json())
                    yield run

    def _take_morning(self, morning: Morning, now: datetime) -> list[Run]:
        return self._mornings.take(morning, now, silent=not self._is_installed(morning.workspace))

    def _take(self, schedule: Schedule, now: datetime) -> list[Run]:
        """One due ritual in one transaction: claimed, recorded, its messages in the outbox."""
        ritual = RITUALS[schedule.ritual]
        installed = self._is_installed(schedule.workspace)
        with self._deps.db.begin() as session:
            seen = get_team_by_id(session, schedule.team_id)
        readers = self._prepared(ritual, seen, now) if installed else None
        with self._deps.db.begin() as session:
            team = get_team_by_id(session, schedule.team_id)
            due = Occurrence(schedule.nominal_on, schedule.next_due_at, ritual.rhythm.period_of(schedule.nominal_on))
            missed, current, following = _sorted_out(ritual, team, due, now)
            if not claim_schedule(session, schedule, following.nominal_on, following.due_at) or readers is None:
                return []
            if (team.lead, ritual.channel_of(team)) != (seen.lead, ritual.channel_of(seen)):
                readers = unasked(ritual, team)  # Slack was asked about others
            runs = [run for each in missed if (run := self._miss(session, schedule, each, team, now))]
            return [*runs, self._post(session, schedule, current, now, readers)] if current else runs

    def _prepared(self, ritual: Ritual, team: Team, now: datetime) -> Readers:
        """Asks Slack what the ritual needs to know at *now*, outside any transaction."""
        if ritual.prepare is not None:
            ritual.prepare(self._deps, team, now)
        return self.readers_of(ritual, team)

    def _post(
        self, session: Session, schedule: Schedule, occurrence: Occurrence, now: datetime, readers: Readers
    ) -> Run:
        team = get_team_by_id(session, schedule.team_id)
        run = _run(schedule, team, occurrence, POSTED)
        if not record_run(session, schedule, run.period, due_at=run.due_at, ran_at=now, status=POSTED):
            return replace(run, status=ALREADY)
        ritual, on = RITUALS[schedule.ritual], Occasion(team, run.period, now, **vars(readers))
        messages = ritual.say(session, on)
        more = ritual.follow(session, on, messages) if ritual.follow else []
        delivery = f"{schedule.ritual}:{team.id}:{run.period}"
        self._deps.outbox.enqueue(session, schedule.workspace, delivery, [*messages, *more])
        return replace(run, messages=len(messages), status=POSTED if messages else NOTHING)

    def _miss(
        self, session: Session, schedule: Schedule, occurrence: Occurrence, team: Team, now: datetime
    ) -> Run | None:
        run = _run(schedule, team, occurrence, MISSED)
        new = record_run(session, schedule, run.period, due_at=run.due_at, ran_at=now, status=MISSED)
        return run if new else None

    def _earlier(self, schedule: Schedule, now: datetime) -> Iterator[Run]:
        """What was due on the day of *now*; or before, when it had run before that and was missed since."""
        ritual = RITUALS[schedule.ritual]
        with self._deps.db.begin() as session:
            team = get_team_by_id(session, schedule.team_id)
            found = ritual.rhythm.latest(team, now)
            if found is None or now >= ritual.rhythm.expires_at(team, found) or found.due_at >= schedule.next_due_at:
                return
            today = found.due_at.astimezone(team.zone).date() == now.astimezone(team.zone).date()
            if not today and not ran_before(session, schedule, found.due_at):
                return
            if find_run(session, schedule, found.period) not in (None, MISSED):
                return
        readers = self._prepared(ritual, team, now)
        with self._deps.db.begin() as session:
            run = self._post(session, schedule, found, now, readers)
        if run.status != ALREADY:  # what ran in its time is not told again
            yield run

    def _is_installed(self, workspace: str) -> bool:
        try:
            self._deps.client_for(workspace)
        except NotInstalled:
            return False
        return True


def unasked(ritual: Ritual, team: Team) -> Readers:
    """Who reads it, where Slack was not asked: a lead sees nothing private, a channel may have guests in it."""
    if ritual.to_lead:
        return Readers(Viewer(team.lead), Viewer(team.lead))
    here = frozenset({ritual.channel_of(team)})
    return Readers(Viewer("", here), Viewer("", here, here))


def _sorted_out(
    ritual: Ritual, team: Team, due: Occurrence, now: datetime
) -> tuple[list[Occurrence], Occurrence | None, Occurrence]:
    """Of what came due until *now*: what is missed, what is said now if anything is, and what comes next."""
    missed: list[Occurrence] = []
    while True:
        following = ritual.rhythm.following(team, due.nominal_on)
        if now < ritual.rhythm.expires_at(team, due):
            return missed, due, following
        missed.append(due)
        if following.due_at > now:
            return missed, None, following
        due = following


def _run(schedule: Schedule, team: Team, occurrence: Occurrence, status: str) -> Run:
    return Run(schedule.ritual, schedule.workspace, team.name, occurrence.period, occurrence.due_at, status)
