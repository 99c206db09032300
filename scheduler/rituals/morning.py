"""Mornings: what is to be said to each person, in one message a day, at nine o'clock where they live.

`due-reminder`, `stale-nudge`, `deferral-review` and `hold-check` meet here; their leads are told in the same run.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.blocks.morning import lead_message, lead_text, message, message_text
from bot.blocks.parts import as_dicts
from bot.deps import Deps
from bot.domain.days import IsOff, is_weekend, zone_of
from bot.domain.messages import Post
from bot.domain.morning import (
    DEFERRAL_REVIEW,
    DUE_REMINDER,
    PERSONAL_RITUALS,
    STALE_NUDGE,
    Notice,
    Why,
    evening_of,
    morning_after,
    morning_of,
    notices,
)
from bot.domain.pressed import Attention
from bot.domain.team import Team
from bot.services.days_off import days_off
from bot.slack.names import names_in, speaking_to
from scheduler.rituals.questions import keep_questions
from scheduler.runs import ALREADY, NOTHING, Run
from storage import mornings, teams
from storage.items import list_visible
from storage.morning_items import list_candidates, list_owners, record_nudged
from storage.mornings import Morning
from storage.schedules import MISSED, POSTED

MORNING = "morning"
"""What a person was told with all four rituals in one; a single one of them goes by its own name."""
TO_LEADS = {Why.STALE: STALE_NUDGE, Why.REVISIT: DEFERRAL_REVIEW}


@dataclass
class Round:
    """One morning of a zone as it is said: to whom, and what the leads are to hear. `only` is one ritual by name."""

    workspace: str
    zone: str
    day: date
    now: datetime
    only: str | None = None
    team_id: int | None = None
    teams: dict[int, Team] = field(default_factory=dict)
    is_off: dict[int | None, IsOff] = field(default_factory=dict)
    said: Counter[tuple[str, str]] = field(default_factory=Counter)
    repeated: bool = False
    for_leads: dict[int, list[Notice]] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """By which name it is kept that somebody was told."""
        return self.only or MORNING

    def team_of(self, notice: Notice) -> Team | None:
        """The team of the item, if it has one."""
        return self.teams.get(notice.item.team_id) if notice.item.team_id else None

    def count(self, found: Iterable[Notice], ritual_of: dict[Why, str] | None = None) -> None:
        """One message more for each ritual and team that it speaks of."""
        said = set()
        for notice in found:
            team = self.team_of(notice)
            rituals = notice.rituals if ritual_of is None else {ritual_of[why] for why in notice.whys}
            said |= {(ritual, team.name if team else "") for ritual in rituals if self.only in (None, ritual)}
        self.said.update(said)


class Mornings:
    """Says what a morning has to say. What it said is kept with each person, so it may be interrupted anywhere."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def take(self, morning: Morning, now: datetime, *, silent: bool = False) -> list[Run]:
        """A morning that is due: said, or recorded as missed when its working hours are over; then moved on.

        `silent`: the bot is not installed there, so nothing is said and nothing is missed.
        """
        runs = []
        while morning.due_at <= now:
            if not silent:
                on_time = now < evening_of(morning.timezone, morning.day)
                runs += self.say(morning, now) if on_time else self._miss(morning, now)
            following = Morning(morning.workspace, morning.timezone, *morning_after(morning.timezone, morning.due_at))
            with self._deps.db.begin() as session:
                if not mornings.claim_morning(session, morning, following):
                    break  # another replica has moved it on; what it said is not said again
            morning = following
        return runs

    def say_of(self, morning: Morning, now: datetime) -> list[Run]:
        """The morning of the day of *now*, when its mornings begin later: for a `tick` at an earlier time."""
        day = now.astimezone(zone_of(morning.timezone)).date()
        due_at = morning_of(morning.timezone, day)
        on_time = due_at <= now < evening_of(morning.timezone, day) and due_at < morning.due_at
        if not on_time or is_weekend(day):
            return []
        return self.say(Morning(morning.workspace, morning.timezone, day, due_at), now)

    def say(self, morning: Morning, now: datetime) -> list[Run]:
        """Everybody in the zone is told, once, and after them their leads."""
        with self._deps.db.begin() as session:
            if mornings.find_morning_run(session, morning) == POSTED:
                return []
            round_ = self._round(session, morning.workspace, morning.timezone, morning.day, now)
            owners = list_owners(session, morning.workspace, morning.timezone, morning.day, now)
        self._say_to(round_, owners)
        with self._deps.db.begin() as session:
            mornings.record_morning_run(session, morning, ran_at=now)
        day, due_at = morning.day.isoformat(), morning.due_at
        said = sorted(round_.said.items(), key=lambda each: (PERSONAL_RITUALS.index(each[0][0]), each[0][1]))
        return [Run(ritual, morning.workspace, team, day, due_at, POSTED, count) for (ritual, team), count in said]

    def ritual_now(self, ritual: str, workspace: str, team: Team | None, now: datetime) -> list[Run]:
        """One of the four by itself, at once: to every owner, or to those of one team's items."""
        said: Counter[tuple[str, str]] = Counter()
        repeated = False
        for round_, owners in self._rounds_of(ritual, workspace, team, now):
            self._say_to(round_, owners)
            said.update(round_.said)
            repeated |= round_.repeated
        period = now.astimezone(team.zone if team else None).date().isoformat()
        if not said:
            status = ALREADY if repeated else NOTHING
            return [Run(ritual, workspace, team.name if team else "", period, now, status)]
        return [Run(ritual, workspace, name, period, now, POSTED, count) for (_, name), count in sorted(said.items())]

    def dry_run(self, ritual: str, workspace: str, team: Team | None, now: datetime) -> list[tuple[str, Post]]:
        """The messages of one of the four, each with its period; nothing is recorded."""
        found: list[tuple[str, Post]] = []
        for round_, owners in self._rounds_of(ritual, workspace, team, now):
            for owner in owners:
                with self._deps.db.begin() as session:
                    wanted = self._notices(session, round_, owner)
                    self._note_for_leads(round_, wanted)
                    if wanted:
                        found.append((round_.day.isoformat(), self._post(session, round_, owner, wanted)))
            found += [(round_.day.isoformat(), post) for _, post in self._lead_posts(round_)]
        return found

    def _rounds_of(
        self, ritual: str, workspace: str, team: Team | None, now: datetime
    ) -> Iterator[tuple[Round, list[str]]]:
        with self._deps.db.begin() as session:
            zones = dict.fromkeys([*(each.timezone for each in mornings.list_mornings(session, workspace)), "UTC"])
            rounds = []
            for zone in zones:
                day = now.astimezone(zone_of(zone)).date()
                round_ = self._round(session, workspace, zone, day, now)
                round_.only, round_.team_id = ritual, team.id if team else None
                rounds.append((round_, list_owners(session, workspace, zone, day, now)))
        yield from rounds

    def _round(self, session: Session, workspace: str, zone: str, day: date, now: datetime) -> Round:
        known = teams.list_team_ids(session, workspace)
        off: dict[int | None, IsOff] = {team.id: days_off(team) for team in known.values()}
        return Round(workspace, zone, day, now, teams=known, is_off=off)

    def _say_to(self, round_: Round, owners: Iterable[str]) -> None:
        for owner in owners:
            with self._deps.db.begin() as session:
                self._tell(session, round_, owner)
        for team, post in self._lead_posts(round_):
            with self._deps.db.begin() as session:
                if mornings.claim_telling(session, round_.workspace, team.lead, round_.day, post.key):
                    self._deps.outbox.enqueue(session, round_.workspace, post.key, [post])
                    round_.count(round_.for_leads[team.id], TO_LEADS)

    def _tell(self, session: Session, round_: Round, owner: str) -> None:
        """The owner's one message of the day, unless they had it, or snooze."""
        found = self._notices(session, round_, owner)
        if not found:
            return
        self._note_for_leads(round_, found)
        if self._had_theirs(session, round_, owner):
            round_.repeated = True
            return
        asked = [notice.item.number for notice in found if set(notice.whys) & {Why.STALE, Why.REVISIT, Why.HOLD}]
        post = self._post(session, round_, owner, found)
        record_nudged(session, round_.workspace, asked, round_.day)
        self._deps.outbox.enqueue(session, round_.workspace, post.key, [post])
        keep_questions(session, round_.workspace, post, round_.day)
        round_.count(found)

    def _had_theirs(self, session: Session, round_: Round, owner: str) -> bool:
        place = (session, round_.workspace, owner, round_.day)
        if round_.only is None and mornings.was_told(*place):
            return True  # one message a day at most, whatever it said
        if round_.only is not None and mornings.was_told(*place, MORNING):
            return True
        return not mornings.claim_telling(*place, round_.what)

    def _notices(self, session: Session, round_: Round, owner: str) -> list[Notice]:
        snoozed = mornings.find_snooze(session, round_.workspace, owner)
        if snoozed is not None and round_.day < snoozed:
            return []
        found = list_candidates(session, round_.workspace, owner, round_.day, round_.now, round_.team_id)
        return notices(found, round_.day, round_.now, round_.is_off, round_.only)

    def _post(self, session: Session, round_: Round, owner: str, found: list[Notice]) -> Post:
        told = {team.lead for notice in found if Why.STALE in notice.whys and (team := round_.team_of(notice))}
        names = names_in(session, round_.workspace, {owner, *told})
        leads = {team.id: names(team.lead) for team in round_.teams.values() if team.lead in told - {owner}}
        key = f"{round_.what}:{owner}:{round_.day.isoformat()}"
        with speaking_to(session, round_.workspace, owner):
            blocks = message(found, round_.day, round_.now, leads)
            return Post(key, owner, message_text(found), as_dicts(blocks))

    def _note_for_leads(self, round_: Round, found: Iterable[Notice]) -> None:
        for notice in found:
            whys = tuple(why for why in notice.whys if why in TO_LEADS)
            team = round_.team_of(notice)
            if whys and team and team.lead != notice.item.owner:
                round_.for_leads.setdefault(team.id, []).append(Notice(notice.item, whys))

    def _lead_posts(self, round_: Round) -> Iterator[tuple[Team, Post]]:
        for team_id, found in sorted(round_.for_leads.items()):
            team = round_.teams[team_id]
            viewer = self._deps.directory.reader(round_.workspace, team.lead)
            with self._deps.db.begin() as session:
                numbers = [notice.item.number for notice in found]
                visible = list_visible(session, round_.workspace, numbers, viewer)
                shown = [notice for notice in found if notice.item.number in visible]
                names = names_in(session, round_.workspace, {notice.item.owner for notice in shown})
                language = speaking_to(session, round_.workspace, team.lead)
            if not shown:
                continue  # and nothing is said of there being something
            more = Attention("team", team_id, round_.day).value
            key = f"lead:{round_.what}:{team_id}:{round_.day.isoformat()}:{round_.zone}"
            with language:
                blocks = lead_message(team.name, shown, names, round_.now, more)
                post = Post(key, team.lead, lead_text(team.name, shown), as_dicts(blocks))
            yield team, post

    def _miss(self, morning: Morning, now: datetime) -> list[Run]:
        """What is stale, deferred or overdue is said the next morning; what was due in three days has gone by."""
        with self._deps.db.begin() as session:
            if not mornings.record_morning_run(session, morning, ran_at=now, missed=True):
                return []
            if not list_owners(session, morning.workspace, morning.timezone, morning.day, now):
                return []  # on record, and not worth a line: nobody there owns anything
        period = morning.day.isoformat()
        return [Run(DUE_REMINDER, morning.workspace, "", period, morning.due_at, MISSED, zone=morning.timezone)]
