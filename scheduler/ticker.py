"""The ticker: wakes, takes what is due, and puts each ritual's messages into the outbox, exactly once.

Every replica has one; the database decides which of them runs a ritual. It sends nothing itself.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.observed import RITUALS
from bot.domain.team import Team
from bot.slack.installations import NotInstalled
from scheduler.cleaning import clean
from scheduler.due import HEARD, IN_HAND, Due, Look, Ways, leave, take_each
from scheduler.people import PAGES_AT_ONCE, PeopleLists
from scheduler.rituals.approval_reminder import Reminders
from scheduler.rituals.kinds import PersonalRitual, RequestRitual, Ritual, TeamRitual
from scheduler.rituals.morning import Mornings
from scheduler.rituals.registry import TEAM_RITUALS
from scheduler.rituals.round import Hearing
from scheduler.rituals.team import Seen, TeamAsked, TeamRituals
from scheduler.rituals.together import TakenMeanwhile, TogetherRituals
from scheduler.runs import DeliveryOutcome, Run
from scheduler.schedules import schedule_what_is_missing
from storage.mornings import (
    Morning,
    lease_mornings,
    list_mornings,
    list_mornings_due,
    release_mornings,
)
from storage.schedules import (
    POSTED,
    Schedule,
    lease_schedules,
    list_schedules,
    list_schedules_due,
    release_schedules,
)  # fmt: skip
from storage.teams import list_teams_by_id

log = structlog.get_logger()

BATCH = 50
"""Schedules leased at once."""
MORNINGS = 5
"""Mornings leased at once: each may have thousands of people, and a lease lasts two minutes."""
EVERY_S = 5
"""Seconds between two looks at the schedules."""
EVERYBODY = 500
"""Pages of two hundred people; Slack limits it sooner."""


class Ticker:
    """Runs what is due: the rituals of teams, the mornings of people, and the reminders of requests."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._teams, self._mornings, self._reminders = TeamRituals(deps), Mornings(deps), Reminders(deps)
        self._together, self._people = TogetherRituals(deps), PeopleLists(deps)
        self._has_looked = False

    def tick(self, now: datetime, workspace: str | None = None) -> list[Run]:
        """Everything that is due at *now*, the oldest first. Safe to call from any number of replicas at once: what
        one of them has in hand, the others pass over.

        What fails does not hold up the rest; the first failure is raised when all else is done.
        """
        return self._tick(now, *self._looks(now, workspace))

    def _tick(self, now: datetime, look: Look[Schedule], look_at_mornings: Look[Morning]) -> list[Run]:
        self._look_for_new()
        failures: list[Exception] = []
        runs = [*self._due_schedules(now, look, failures), *self._due_mornings(now, look_at_mornings, failures)]
        for run in runs:
            if run.status == POSTED:
                RITUALS.took(run.ritual, (now - run.due_at).total_seconds())
        if failures:
            raise failures[0]
        return runs

    def tick_as_of(self, now: datetime, workspace: str) -> list[Run]:
        """As `tick`; and what would have been due at *now* where the schedules begin later, or were moved on beyond it.

        That leaves the schedules alone; a period is still posted once.
        """
        self.read_people(now, workspace, EVERYBODY)  # before anything is said where somebody may be a guest
        # What a serving replica has in hand too: whoever asks for it waits until it is said.
        runs = self._tick(now, *self._looks_at_all(now, workspace))
        # Where the bot is not installed nothing is said, and so nothing is missed.
        if self._is_installed(workspace):
            with self._deps.db.read() as session:
                # A newer version may have scheduled a ritual that this one does not know.
                schedules = [each for each in list_schedules(session, workspace) if each.ritual in TEAM_RITUALS]
                teams = list_teams_by_id(session, {each.team_id for each in schedules})
                mornings = list_mornings(session, workspace)
            for schedule in schedules:
                runs += self._teams.earlier(schedule, teams[schedule.team_id], now)
            for morning in mornings:
                runs += self._mornings.say_of(morning, now)
        return sorted([*runs, *self.remind(now, workspace)], key=lambda run: run.due_at)

    def remind(self, now: datetime, workspace: str | None = None) -> list[Run]:
        """Reminders due at *now* that no morning will say. Apart from `tick`: each request that waits is looked at."""
        return list(_logged(self._reminders.due_to_who_left(now, workspace)))

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
        """Forgets what nobody will send again, in pieces between which others write."""
        clean(self._deps.db, self._deps.clock(), timedelta(days=self._deps.settings.keep_questions_days))

    def _look_for_new(self) -> None:
        """Rituals and zones that a new version brought, or people whom an old one recorded: once per process."""
        if self._has_looked:
            return
        with self._deps.db.begin() as session:
            # By the clock, not at the time that `tick --at` names: what is new begins now.
            schedule_what_is_missing(session, self._deps.clock())
        # Only after the commit: when the database was away, the next tick looks again.
        self._has_looked = True

    def _due_schedules(self, now: datetime, look: Look[Schedule], failures: list[Exception]) -> Iterator[Run]:
        # Read together where they are taken together.
        seen: dict[int, Seen] = {}

        def find(tried: set[Schedule]) -> list[Schedule]:
            if due := look.find(tried):
                seen.update(self._teams.see(due, now))
            return due

        def ask(schedule: Schedule) -> TeamAsked:
            silent = not self._is_installed(schedule.workspace)
            return self._teams.ask(schedule, seen[schedule.team_id], now, silent=silent)

        def is_prepared(schedule: Schedule) -> bool:
            return schedule.ritual in seen[schedule.team_id].prepared

        def hear(schedule: Schedule) -> object:
            if not (is_prepared(schedule) and self._is_installed(schedule.workspace)):
                return ask(schedule)
            self._teams.hear(schedule, seen[schedule.team_id])
            return HEARD

        def at_hand(due: Collection[Schedule]) -> dict[Schedule, TeamAsked]:
            known, prepared = {}, [each for each in due if is_prepared(each)]
            with self._teams.at_hand(prepared, seen):
                for each in prepared:
                    with suppress(Exception):  # whatever it is, `ask` meets it too, and there it is one team's failure
                        known[each] = ask(each)
            return known

        def take(schedule: Schedule, asked: TeamAsked) -> list[Run]:
            return self._teams.take(schedule, now, asked)

        def together(asked: Mapping[Schedule, TeamAsked]) -> Mapping[Schedule, list[Run]]:
            try:
                return self._together.take(asked, now)
            except TakenMeanwhile:
                return {}

        ways = Ways(ask, take, hear, at_hand, together)
        return _logged(take_each(replace(look, find=find), ways, failures))

    def _looks(self, now: datetime, workspace: str | None) -> tuple[Look[Schedule], Look[Morning]]:
        """Finds what is due and in nobody's hands, and leases it, so that no other replica asks Slack about it."""

        def peek(session: Session) -> bool:
            return bool(list_schedules_due(session, now, 1, workspace, TEAM_RITUALS))

        def peek_at_mornings(session: Session) -> bool:
            return bool(list_mornings_due(session, now, workspace, 1))

        def lease(session: Session) -> list[Schedule]:
            return lease_schedules(session, now, self._deps.clock(), BATCH, workspace, TEAM_RITUALS)

        def lease_some_mornings(session: Session) -> list[Morning]:
            return lease_mornings(session, now, self._deps.clock(), MORNINGS, workspace)

        return (
            self._leasing(peek, lease, release_schedules, IN_HAND),
            self._leasing(peek_at_mornings, lease_some_mornings, release_mornings, MORNINGS),
        )

    def _leasing(
        self,
        peek: Callable[[Session], bool],
        lease: Callable[[Session], list[Due]],
        release: Callable[[Session, Collection[Due]], None],
        ahead: int,
    ) -> Look[Due]:
        def find(_tried: set[Due]) -> list[Due]:
            with self._deps.db.read() as session:  # mostly there is nothing, and then nobody's writer is taken
                if not peek(session):
                    return []
            with self._deps.db.begin() as session:
                return lease(session)

        def let_go(failed: set[Due]) -> None:
            if failed:
                with self._deps.db.begin() as session:
                    release(session, failed)

        return Look(find, let_go, ahead)

    def _looks_at_all(self, now: datetime, workspace: str | None) -> tuple[Look[Schedule], Look[Morning]]:
        """As `_looks`, also at what another replica has in hand."""

        def look(tried: set[Schedule]) -> list[Schedule]:
            with self._deps.db.read() as session:
                found = list_schedules_due(session, now, BATCH + len(tried), workspace, TEAM_RITUALS)
            return [each for each in found if each not in tried]

        def look_at_mornings(tried: set[Morning]) -> list[Morning]:
            with self._deps.db.read() as session:
                found = list_mornings_due(session, now, workspace, BATCH + len(tried))
            return [each for each in found if each not in tried]

        return Look(look, leave, IN_HAND), Look(look_at_mornings, leave, MORNINGS)

    def _due_mornings(self, now: datetime, look: Look[Morning], failures: list[Exception]) -> Iterator[Run]:
        def ask(morning: Morning) -> tuple[bool, Hearing | None]:
            installed = self._is_installed(morning.workspace)
            return installed, self._mornings.ask(morning, now) if installed else None

        def take(morning: Morning, asked: tuple[bool, Hearing | None]) -> list[Run]:
            installed, hearing = asked
            return self._mornings.take(morning, now, hearing, silent=not installed)

        return _logged(take_each(look, Ways(ask, take), failures))

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
