"""The ticker: wakes, takes what is due, and puts each ritual's messages into the outbox, exactly once.

Every replica has one; the database decides which of them runs a ritual. It sends nothing itself.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.errors import Unavailable
from bot.domain.team import Team
from bot.slack.installations import NotInstalled
from scheduler.people import PAGES_AT_ONCE, PeopleLists
from scheduler.rituals.approval_reminder import Reminders
from scheduler.rituals.kinds import PersonalRitual, RequestRitual, Ritual, TeamRitual
from scheduler.rituals.morning import Mornings
from scheduler.rituals.registry import TEAM_RITUALS
from scheduler.rituals.team import TeamRituals
from scheduler.runs import DeliveryOutcome, Run
from scheduler.schedules import schedule_what_is_missing
from storage import inbox
from storage.api_answers import forget_old_answers
from storage.mornings import Morning, forget_told, list_mornings, list_mornings_due
from storage.schedules import Schedule, list_schedules, list_schedules_due
from storage.webhooks import forget_old_deliveries

log = structlog.get_logger()

BATCH = 50
"""Schedules taken per query; each is then a transaction of its own."""
EVERY_S = 5
"""Seconds between two looks at the schedules."""
EVERYBODY = 500
"""Pages of two hundred people; Slack limits it sooner."""
TOLD_KEPT = timedelta(days=60)

Due = TypeVar("Due", Schedule, Morning)


class Ticker:
    """Runs what is due: the rituals of teams, the mornings of people, and the reminders of requests."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._teams, self._mornings, self._reminders = TeamRituals(deps), Mornings(deps), Reminders(deps)
        self._people = PeopleLists(deps)
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
        self.read_people(now, workspace, EVERYBODY)  # before anything is said where somebody may be a guest
        runs = self.tick(now, workspace)
        # Where the bot is not installed nothing is said, and so nothing is missed.
        if self._is_installed(workspace):
            with self._deps.db.read() as session:
                schedules = list_schedules(session, workspace)
                mornings = list_mornings(session, workspace)
            for schedule in schedules:
                # A newer version may have scheduled a ritual that this one does not know.
                if schedule.ritual in TEAM_RITUALS:
                    runs += self._teams.earlier(schedule, now)
            for morning in mornings:
                runs += self._mornings.say_of(morning, now)
        return sorted([*runs, *self.remind(now, workspace)], key=lambda run: run.due_at)

    def remind(self, now: datetime, workspace: str | None = None) -> list[Run]:
        """Every reminder of a request that is due at *now*. Apart from `tick`: each request that waits is looked at."""
        return list(_logged(self._reminders.due(now, workspace)))

    def read_people(self, now: datetime, workspace: str | None = None, pages: int = PAGES_AT_ONCE) -> None:
        """Who is in each workspace, as far as that is due at *now*. Apart from `tick`: its pages take time."""
        self._people.read_due(now, workspace, pages)

    def run_now(self, ritual: Ritual, workspace: str, team: Team | None, now: datetime) -> list[Run]:
        """One ritual at once, for one team or all. Never the same twice, unless Slack had refused it for good."""
        match ritual:
            case TeamRitual():
                return self._teams.now(ritual, workspace, team, now)
            case PersonalRitual():
                return self._mornings.now(ritual, workspace, team, now)
            case RequestRitual():
                return self._reminders.now(ritual, workspace, team, now)

    def dry_run(self, ritual: Ritual, workspace: str, team: Team | None, now: datetime) -> list[DeliveryOutcome]:
        """The messages that the ritual would send; nothing is recorded."""
        match ritual:
            case TeamRitual():
                return self._teams.dry_run(ritual, workspace, team, now)
            case PersonalRitual():
                return self._mornings.dry_run(ritual, workspace, team, now)
            case RequestRitual():
                return self._reminders.dry_run(ritual, workspace, team, now)

    def clean(self) -> None:
        """Forgets what nobody will send again."""
        now = self._deps.clock()
        with self._deps.db.begin() as session:
            inbox.forget_old(session, now)
            forget_old_answers(session, now)
            forget_old_deliveries(session, now)
            forget_told(session, (now - TOLD_KEPT).date())

    def _look_for_new(self) -> None:
        """Rituals and zones that a new version brought, or people whom an old one recorded: once per process."""
        if self._has_looked:
            return
        with self._deps.db.begin() as session:
            # By the clock, not at the time that `tick --at` names: what is new begins now.
            schedule_what_is_missing(session, self._deps.clock())
        # Only after the commit: when the database was away, the next tick looks again.
        self._has_looked = True

    def _due_schedules(self, now: datetime, workspace: str | None, failures: list[Exception]) -> Iterator[Run]:
        def look(session: Session, limit: int) -> list[Schedule]:
            return list_schedules_due(session, now, limit, workspace, TEAM_RITUALS)

        def take(schedule: Schedule) -> list[Run]:
            return self._teams.take(schedule, now, silent=not self._is_installed(schedule.workspace))

        return self._each(look, take, failures)

    def _due_mornings(self, now: datetime, workspace: str | None, failures: list[Exception]) -> Iterator[Run]:
        def look(session: Session, limit: int) -> list[Morning]:
            return list_mornings_due(session, now, workspace, limit)

        def take(morning: Morning) -> list[Run]:
            return self._mornings.take(morning, now, silent=not self._is_installed(morning.workspace))

        return self._each(look, take, failures)

    def _each(
        self, look: Callable[[Session, int], list[Due]], take: Callable[[Due], list[Run]], failures: list[Exception]
    ) -> Iterator[Run]:
        """Takes what is due until nothing is left but what has failed, which stays due."""
        # A failed ritual was rolled back, its claim with it, so it stays due: it would be taken for ever in this loop.
        tried: set[Due] = set()
        while True:
            with self._deps.db.read() as session:
                # What has failed is the longest due and comes first again: it alone would fill a batch in the end.
                due = [each for each in look(session, BATCH + len(tried)) if each not in tried]
            if not due:
                return
            for each in due:
                tried.add(each)
                try:
                    runs = take(each)
                except Unavailable as error:  # Slack does not say who may see what: it stays due
                    log.warning("ritual_waits", what=str(each), why=str(error))
                    failures.append(error)
                    continue
                except Exception as error:  # the ticker's edge: one team's failure is not another's
                    log.exception("ritual_failed", what=str(each), exc_info=error)
                    failures.append(error)
                    continue
                yield from _logged(runs)

    def _is_installed(self, workspace: str) -> bool:
        try:
            self._deps.client_for(workspace)
        except NotInstalled:
            return False
        return True


def _logged(runs: Iterable[Run]) -> Iterator[Run]:
    for run in runs:
        log.info("ritual", **run.as_json())
        yield run
