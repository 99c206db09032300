"""Runs what many teams have at the same time: few statements read it, one transaction writes it.

Only what goes as it nearly always does: a run in its time, of a team that nobody has changed since Slack was asked. All
else is left to `TeamRituals.take`, which takes one team after another; so is everything as soon as anything fails, and
then the trouble of one team is no other's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.messages import Message
from bot.domain.ritual_keys import RitualOf
from scheduler.calendar import Occurrence
from scheduler.rituals.kinds import Together
from scheduler.rituals.next_occurrence import due, sorted_out
from scheduler.rituals.occasion import Occasion
from scheduler.rituals.registry import TEAM_RITUALS
from scheduler.rituals.team import TeamAsked, run_of
from scheduler.runs import NOTHING, Run
from storage.schedules import POSTED, Schedule, claim_schedules, record_runs
from storage.teams import list_teams_by_id


class TakenMeanwhile(Exception):
    """Somebody else has run one of them, has moved it, or has changed its team."""


@dataclass(frozen=True)
class _Plain:
    """A run that is due, nothing having been missed before it, and what it says."""

    schedule: Schedule
    on: Occasion
    current: Occurrence
    following: Occurrence
    quiet: bool
    messages: Sequence[Message] = ()

    @property
    def delivery(self) -> str:
        return RitualOf(self.schedule.ritual, str(self.on.team.id), self.current.period).value

    @property
    def run(self) -> Run:
        keys = tuple(message.key for message in self.messages)
        run = run_of(self.schedule, self.on.team, self.current, POSTED if keys else NOTHING)
        return replace(run, messages=len(keys), keys=keys)


class TogetherRituals:
    """Takes of what is due what can be taken together."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def take(self, asked: Mapping[Schedule, TeamAsked], now: datetime) -> dict[Schedule, list[Run]]:
        """The runs of what it took; all else stands as it was.

        Raises `TakenMeanwhile`, and what reading, drawing or writing raises; then nothing was taken.
        """
        # In one order: two replicas that write the same must not wait for each other.
        order = sorted(asked, key=lambda schedule: (schedule.ritual, schedule.team_id))
        plain = [found for schedule in order if (found := _plain(schedule, asked[schedule], now))]
        if not plain:
            return {}
        # Not in the transaction that writes: others would wait until all is drawn.
        with self._deps.db.read() as session:
            said = [each for ritual, some in _by_ritual(plain) for each in _say(session, ritual, some)]
        with self._deps.db.begin() as session:
            self._write(session, said, now)
        return {one.schedule: [one.run] for one in said}

    def _write(self, session: Session, said: Sequence[_Plain], now: datetime) -> None:
        """Claims, runs and messages of all are one transaction, as those of each one would be."""
        teams = list_teams_by_id(session, {one.on.team.id for one in said})
        if any(teams.get(one.on.team.id) != one.on.team for one in said):
            raise TakenMeanwhile
        claims = [(one.schedule, one.following.nominal_on, one.following.due_at) for one in said]
        runs = [(one.schedule, one.current.period, one.current.due_at) for one in said]
        if not (claim_schedules(session, claims) and record_runs(session, runs, ran_at=now)):
            raise TakenMeanwhile
        for ritual, some in _by_ritual(said):
            more = (
                ritual.follow(session, [(one.on, one.messages) for one in some]) if ritual.follow else [[]] * len(some)
            )
            self._deps.outbox.enqueue_all(
                session,
                [
                    (one.schedule.workspace, one.delivery, [*one.messages, *further])
                    for one, further in zip(some, more, strict=True)
                ],
            )


def _plain(schedule: Schedule, asked: TeamAsked, now: datetime) -> _Plain | None:
    """None: it is to be taken by itself."""
    ritual, team = TEAM_RITUALS[schedule.ritual], asked.team
    if ritual.together is None or asked.readers is None:
        return None
    missed, current, following = sorted_out(ritual, team, due(ritual, team, schedule, now), now)
    if missed or current is None:
        return None
    on = Occasion(team, current.period, now, **vars(asked.readers))
    return _Plain(schedule, on, current, following, asked.quiet)


def _by_ritual(plain: Iterable[_Plain]) -> Iterable[tuple[Together, list[_Plain]]]:
    found = defaultdict[str, list[_Plain]](list)
    for one in plain:
        found[one.schedule.ritual].append(one)
    return [(ritual, some) for name, some in found.items() if (ritual := TEAM_RITUALS[name].together)]


def _say(session: Session, ritual: Together, some: Sequence[_Plain]) -> list[_Plain]:
    said = iter(ritual.say(session, [one.on for one in some if not one.quiet]))
    return [one if one.quiet else replace(one, messages=next(said)) for one in some]
