"""Runs the rituals of teams: each in one transaction, claimed, recorded, its messages in the outbox. Sends nothing."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.messages import Message
from bot.domain.queries import Viewer
from bot.domain.ritual_keys import RitualOf
from bot.domain.team import Team
from bot.domain.words import speaking
from bot.languages import catalogue
from scheduler.calendar import Occurrence
from scheduler.rituals.again import say_again
from scheduler.rituals.kinds import TeamRitual
from scheduler.rituals.next_occurrence import due, sorted_out
from scheduler.rituals.occasion import Occasion, Readers
from scheduler.rituals.registry import TEAM_RITUALS
from scheduler.runs import ALREADY, NOTHING, DeliveryOutcome, Run
from storage.people import read_people
from storage.schedules import MISSED, POSTED, Schedule, claim_schedule, find_run, ran_before, record_run
from storage.teams import get_team_by_id, list_teams, list_teams_by_id


@dataclass(frozen=True)
class Seen:
    """A team as it was of late, the rituals that need not ask Slack anything more of it than who reads them, and those
    that have nothing to say."""

    team: Team
    prepared: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TeamAsked:
    """A team as it was when Slack was asked, and who reads the ritual; None: nothing is said.

    *quiet*: it had nothing to say, so Slack was not asked who reads; what happens until it is taken is news for another
    day.
    """

    team: Team
    readers: Readers | None
    quiet: bool = False


class TeamRituals:
    """Says what the calendar of a team has to say. Which replica does it, the database decides."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def see(self, due: Collection[Schedule], now: datetime) -> dict[int, Seen]:
        """The teams of what is due, read together with what `ask` would else read of each."""
        with self._deps.db.read() as session:
            teams = list_teams_by_id(session, {each.team_id for each in due})
            ways = {each.ritual: way for each in due if (way := TEAM_RITUALS[each.ritual].together)}
            prepared = {
                name: teams.keys() - (way.unprepared(session, teams.keys(), now) if way.unprepared else ())
                for name, way in ways.items()
            }
            quiet = {
                name: prepared[name] - way.talking(session, teams.keys()) for name, way in ways.items() if way.talking
            }
            told = [
                teams[each.team_id]
                for each in due
                if TEAM_RITUALS[each.ritual].to_lead and each.team_id not in quiet.get(each.ritual, ())
            ]
            leads = read_people(session, {(team.workspace, team.lead) for team in told})
        self._deps.directory.heard_lately(leads)
        return {team_id: Seen(team, _with(team_id, prepared), _with(team_id, quiet)) for team_id, team in teams.items()}

    def ask(self, schedule: Schedule, seen: Seen, now: datetime, *, silent: bool = False) -> TeamAsked:
        """What `take` needs to know of Slack. Outside any transaction, and many at once.

        `silent`: the bot is not installed there, so nothing is said and nothing is missed.
        """
        ritual, team = TEAM_RITUALS[schedule.ritual], seen.team
        if silent:
            return TeamAsked(team, None)
        if schedule.ritual in seen.quiet:
            return TeamAsked(team, unasked(ritual, team), quiet=True)
        is_prepared = schedule.ritual in seen.prepared
        return TeamAsked(team, self._readers_of(ritual, team) if is_prepared else self._prepared(ritual, team, now))

    def hear(self, schedule: Schedule, seen: Seen) -> None:
        """Asks Slack what `at_hand` mostly needs; outside any transaction, and many at once. Raises `Unavailable`."""
        ritual, team = TEAM_RITUALS[schedule.ritual], seen.team
        self._deps.directory.hear_of(team.workspace, "" if ritual.to_lead else ritual.channel_of(team))

    @contextmanager
    def at_hand(self, due: Collection[Schedule], seen: Mapping[int, Seen]) -> Iterator[None]:
        """Within it `ask` asks Slack nothing: it raises, where that would be needed. What it reads is read at once."""
        rituals = [(TEAM_RITUALS[each.ritual], seen[each.team_id].team) for each in due]
        channels = {(team.workspace, ritual.channel_of(team)) for ritual, team in rituals if not ritual.to_lead}
        with self._deps.directory.at_hand_in(channels):
            yield

    def take(self, schedule: Schedule, now: datetime, asked: TeamAsked) -> list[Run]:
        """A ritual that is due: said, or recorded as missed when its period is over; then moved on."""
        ritual, seen, readers = TEAM_RITUALS[schedule.ritual], asked.team, asked.readers
        with self._deps.db.begin() as session:
            # Read again: while Slack was asked, somebody may have changed the team.
            team = get_team_by_id(session, schedule.team_id)
            missed, current, following = sorted_out(ritual, team, due(ritual, team, schedule, now), now)
            # Claim, run and messages are one transaction: what fails is due again, and of two replicas one goes on.
            if not claim_schedule(session, schedule, following.nominal_on, following.due_at) or readers is None:
                return []
            if (team.lead, ritual.channel_of(team)) != (seen.lead, ritual.channel_of(seen)):
                readers = unasked(ritual, team)  # Slack was asked about others
            runs = [run for each in missed if (run := self._miss(session, schedule, each, team, now))]
            if current is None:
                return runs
            return [*runs, self._post(session, schedule, current, now, readers, team, quiet=asked.quiet)]

    def earlier(self, schedule: Schedule, team: Team, now: datetime) -> Iterator[Run]:
        """What was due on the day of *now*; or before, when it had run before that and was missed since."""
        ritual = TEAM_RITUALS[schedule.ritual]
        found = ritual.rhythm.latest(team, now)
        if found is None or now >= ritual.rhythm.expires_at(team, found) or found.due_at >= schedule.next_due_at:
            return
        today = found.due_at.astimezone(team.zone).date() == now.astimezone(team.zone).date()
        with self._deps.db.read() as session:
            if not today and not ran_before(session, schedule, found.due_at):
                return
            # Asked before Slack is; `_post` asks once more, inside the transaction that decides it.
            if find_run(session, schedule, found.period) not in (None, MISSED):
                return
        readers = self._prepared(ritual, team, now)
        with self._deps.db.begin() as session:
            run = self._post(session, schedule, found, now, readers, get_team_by_id(session, team.id))
        if run.status != ALREADY:  # what ran in its time is not told again
            yield run

    def now(self, ritual: TeamRitual, workspace: str, team: Team | None, now: datetime) -> list[Run]:
        """The ritual at once, for one team or all, in the period of *now*; what was posted in it stays so.

        What Slack had refused for good is said again.
        """
        return [self._now(ritual, one, now) for one in self._teams(workspace, team)]

    def dry_run(self, ritual: TeamRitual, workspace: str, team: Team | None, now: datetime) -> list[DeliveryOutcome]:
        """What it would say; nothing is recorded."""
        return [said for one in self._teams(workspace, team) for said in self._would_say(ritual, one, now)]

    def _teams(self, workspace: str, team: Team | None) -> list[Team]:
        if team is not None:
            return [team]
        with self._deps.db.read() as session:
            return list_teams(session, workspace)

    def _now(self, ritual: TeamRitual, team: Team, now: datetime) -> Run:
        day = now.astimezone(team.zone).date()
        schedule = Schedule(team.workspace, team.id, ritual.name, day, now)
        occurrence = Occurrence(day, now, ritual.rhythm.period_of(day))
        readers = self._prepared(ritual, team, now)
        with self._deps.db.begin() as session:
            fresh = get_team_by_id(session, team.id)
            run = self._post(session, schedule, occurrence, now, readers, fresh, by_itself=True)
            return run if run.status != ALREADY else self._again(session, ritual, run, team, now, readers)

    def _would_say(self, ritual: TeamRitual, team: Team, now: datetime) -> list[DeliveryOutcome]:
        period = ritual.rhythm.period_of(now.astimezone(team.zone).date())
        readers = self._readers_of(ritual, team)
        with self._deps.db.read() as session:
            messages = _said(session, ritual, Occasion(team, period, now, **vars(readers), by_itself=True))
        return [DeliveryOutcome(team.name, period, message) for message in messages]

    def _prepared(self, ritual: TeamRitual, team: Team, now: datetime) -> Readers:
        """Asks Slack what the ritual needs to know at *now*, outside any transaction."""
        if ritual.prepare is not None:
            ritual.prepare(self._deps, team, now)
        return self._readers_of(ritual, team)

    def _readers_of(self, ritual: TeamRitual, team: Team) -> Readers:
        """Who reads what the ritual says: the lead, as far as they may see; or a channel, and whoever is in it."""
        directory, channel = self._deps.directory, ritual.channel_of(team)
        if ritual.to_lead:
            lead = directory.viewer(team.workspace, team.lead)
            person = directory.person(team.workspace, team.lead)
            if person is None or not person.deactivated:
                return Readers(lead, lead)
            return Readers(lead, directory.readers_in(team.workspace, team.channel))  # it is said there instead
        if not channel:
            return unasked(ritual, team)
        return replace(unasked(ritual, team), named=directory.readers_in(team.workspace, channel))

    def _post(
        self,
        session: Session,
        schedule: Schedule,
        occurrence: Occurrence,
        now: datetime,
        readers: Readers,
        team: Team,
        *,
        by_itself: bool = False,
        quiet: bool = False,
    ) -> Run:
        """*team* as it is in *session*."""
        run = run_of(schedule, team, occurrence, POSTED)
        # The unique run of a period is what makes a post come once, whoever asks: ticker, `tick --at` or `ritual`.
        if not record_run(session, schedule, run.period, due_at=run.due_at, ran_at=now, status=POSTED):
            return replace(run, status=ALREADY)
        ritual = TEAM_RITUALS[schedule.ritual]
        on = Occasion(team, run.period, now, **vars(readers), by_itself=by_itself)
        messages = [] if quiet else _said(session, ritual, on)
        # Behind this week's in the same delivery: last week's loses its buttons when the new one stands there.
        more = ritual.follow(session, on, messages) if ritual.follow else []
        delivery = RitualOf(schedule.ritual, str(team.id), run.period).value
        self._deps.outbox.enqueue(session, schedule.workspace, delivery, [*messages, *more])
        keys = tuple(message.key for message in messages)
        return replace(run, messages=len(messages), status=POSTED if messages else NOTHING, keys=keys)

    def _again(
        self, session: Session, ritual: TeamRitual, run: Run, team: Team, now: datetime, readers: Readers
    ) -> Run:
        """What was on record as posted and stands nowhere, because Slack refused it, is said now."""
        on = Occasion(team, run.period, now, **vars(readers), by_itself=True)
        messages = _said(session, ritual, on)
        again = say_again(session, self._deps.outbox, run.workspace, messages)
        if not again:
            return replace(run, keys=tuple(message.key for message in messages))
        if ritual.follow:
            # A name of its own: the outbox ignores the one of the first time.
            delivery = f"{RitualOf(run.ritual, str(team.id), run.period).value}:again:{now.isoformat()}"
            self._deps.outbox.enqueue(session, run.workspace, delivery, ritual.follow(session, on, again))
        return replace(run, status=POSTED, messages=len(again), keys=tuple(message.key for message in again))

    def _miss(
        self, session: Session, schedule: Schedule, occurrence: Occurrence, team: Team, now: datetime
    ) -> Run | None:
        run = run_of(schedule, team, occurrence, MISSED)
        new = record_run(session, schedule, run.period, due_at=run.due_at, ran_at=now, status=MISSED)
        return run if new else None


def _with(team_id: int, teams: Mapping[str, Collection[int]]) -> frozenset[str]:
    return frozenset(name for name, them in teams.items() if team_id in them)


def unasked(ritual: TeamRitual, team: Team) -> Readers:
    """Who reads it, where Slack was not asked: a lead sees nothing private, a channel may have guests in it."""
    if ritual.to_lead:
        return Readers(Viewer(team.lead), Viewer(team.lead))
    here = frozenset({ritual.channel_of(team)})
    return Readers(Viewer("", here), Viewer("", here, here))


def _said(session: Session, ritual: TeamRitual, on: Occasion) -> list[Message]:
    """What it says, in the language of the team's channel; what goes to a person says it in theirs by itself."""
    with speaking(catalogue(on.team.language)):
        return ritual.say(session, on)


def run_of(schedule: Schedule, team: Team, occurrence: Occurrence, status: str) -> Run:
    """The run of that occurrence."""
    return Run(schedule.ritual, schedule.workspace, team.name, occurrence.period, occurrence.due_at, status)
