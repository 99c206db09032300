"""Mornings: what is to be said to each person, in one message a day, at nine o'clock where they live.

The personal rituals of the registry meet here. Who leads teams hears of them in the same message.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.blocks.morning import message, message_text
from bot.blocks.morning_of_leads import LeadPart
from bot.blocks.parts import as_dicts
from bot.deps import Deps
from bot.domain.days import IsOff, is_weekend, zone_of
from bot.domain.errors import Unavailable
from bot.domain.item import Item
from bot.domain.messages import Post
from bot.domain.morning import (
    QUESTIONS,
    Notice,
    NoticeReason,
    awake,
    evening_of,
    for_leads,
    morning_of,
    notices,
)
from bot.domain.pressed import Attention
from bot.domain.queries import Viewer
from bot.domain.ritual_keys import MORNING, MorningOf
from bot.domain.roles import may_be_told
from bot.domain.subjects import CardOf
from bot.domain.team import Team
from bot.domain.webhook import ESCALATED
from bot.services.days_off import days_off
from bot.slack.names import names_in, speaking_to
from scheduler.rituals.again import say_again
from scheduler.rituals.kinds import PersonalRitual
from scheduler.rituals.next_morning import after, sorted_out
from scheduler.rituals.questions import keep_questions
from scheduler.rituals.round import ORDER, AboutTeams, Hearing, Round, runs_of
from scheduler.rituals.to_decide import claimed, to_decide
from scheduler.rituals.who_hears import who_hears
from scheduler.runs import ALREADY, NOTHING, DeliveryOutcome, Run
from storage import mornings, teams
from storage.items import list_visible
from storage.messages import is_given_up
from storage.morning_items import (
    list_candidates,
    list_candidates_of_team,
    list_cards_overdue,
    list_owners,
    record_nudged,
    record_reminded,
)
from storage.mornings import Morning
from storage.orphans import list_orphans
from storage.policies import list_policies
from storage.schedules import MISSED, POSTED
from storage.webhooks import record_events

REDRAWN_BACK = timedelta(days=7)
"""So far back cards are drawn anew on the first morning of a zone."""
REDRAWN_AT_ONCE = 500
"""Cards of one morning; an edit a second is what Slack takes for a channel."""


class Mornings:
    """Says what a morning has to say. What it said is kept with each person, so it may be interrupted anywhere."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def ask(self, morning: Morning, now: datetime) -> Hearing | None:
        """Who is to be told; None: it is not their morning yet, or was.

        Asks Slack what the leads among them may see, which is then kept for a while: they are told one after another,
        and nobody need wait for its answer between two of them. Outside any transaction, and for many mornings at once.
        """
        _missed, current = sorted_out(morning, now)
        hearing = self._hearing(current, now) if current.due_at <= now else None
        if hearing:
            with suppress(Unavailable):  # whose turn it is asks once more
                for user in hearing.people:
                    self._viewer(hearing.round_, user)
        return hearing

    def take(self, morning: Morning, now: datetime, hearing: Hearing | None, *, silent: bool = False) -> list[Run]:
        """A morning that is due: said, or recorded as missed when its working hours are over; then moved on.

        `silent`: the bot is not installed there, so nothing is said and nothing is missed.
        """
        missed, current = sorted_out(morning, now)
        runs = self._pass_over(morning, missed, current, now, silent=silent) if missed else []
        if runs is None or current.due_at > now:
            return runs or []
        # Said first and moved on after. A crash in between leaves the morning due, and who was told is not told again;
        # the other way round everybody not yet told would hear nothing that day.
        if hearing and not silent:
            runs += self._say(current, hearing, now)
        with self._deps.db.begin() as session:  # unless another replica has moved it on; what it said is not said again
            mornings.claim_morning(session, current, after(current))
        return runs

    def _redraw_overdue(self, session: Session, morning: Morning) -> None:
        """The cards on which a day has passed since the last morning: nobody has touched the item, and they say “due”.

        A card that says so already is not sent again.
        """
        last = mornings.find_last_said(session, morning) or morning.day - REDRAWN_BACK
        # A day more: where the item's team lives, that day may not have been over yet.
        first = last - timedelta(days=1)
        place = (session, morning.workspace, morning.timezone)
        cards = [
            CardOf(number).live(channel)
            for number, channel in list_cards_overdue(*place, first, morning.day, REDRAWN_AT_ONCE)
        ]
        key = f"overdue:{morning.timezone}:{morning.day.isoformat()}"
        self._deps.outbox.enqueue(session, morning.workspace, key, cards)

    def say_of(self, morning: Morning, now: datetime) -> list[Run]:
        """The morning of the day of *now*, when its mornings begin later: for a `tick` at an earlier time."""
        day = now.astimezone(zone_of(morning.timezone)).date()
        due_at = morning_of(morning.timezone, day)
        # Only while it would be made up on the day itself; what is still to come, the schedule brings.
        on_time = due_at <= now < evening_of(morning.timezone, day) and due_at < morning.due_at
        if not on_time or is_weekend(day):
            return []
        current = Morning(morning.workspace, morning.timezone, day, due_at)
        hearing = self._hearing(current, now)
        return self._say(current, hearing, now) if hearing else []

    def _hearing(self, morning: Morning, now: datetime) -> Hearing | None:
        """Who is to be told; None where it was said."""
        with self._deps.db.read() as session:
            if mornings.find_morning_run(session, morning) == POSTED:
                return None
            round_ = self._round(session, morning.workspace, morning.timezone, morning.day, now)
            return Hearing(round_, who_hears(session, round_))

    def _say(self, morning: Morning, hearing: Hearing, now: datetime) -> list[Run]:
        """Everybody in the zone is told, once: of their own items, and of their teams' if they lead some."""
        round_ = hearing.round_
        self._say_to(round_, hearing.people)
        with self._deps.db.begin() as session:
            self._redraw_overdue(session, morning)
            mornings.record_morning_run(session, morning, ran_at=now)
        return runs_of(morning.workspace, round_.said, morning.day.isoformat(), morning.due_at)

    def now(self, ritual: PersonalRitual, workspace: str, team: Team | None, now: datetime) -> list[Run]:
        """One of the rituals by itself, at once: to every owner, or to those of one team's items.

        What Slack had refused for good is said again.
        """
        period = now.astimezone(team.zone if team else None).date().isoformat()
        said: AboutTeams = {}
        repeated = False
        for round_, people in self._rounds_of(ritual, workspace, team, now):
            self._say_to(round_, people)
            for about, keys in round_.said.items():
                said.setdefault(about, []).extend(keys)
            repeated |= round_.repeated
        status = ALREADY if repeated else NOTHING
        nothing = Run(ritual.name, workspace, team.name if team else "", period, now, status)
        return runs_of(workspace, said, period, now) or [nothing]

    def dry_run(
        self, ritual: PersonalRitual, workspace: str, team: Team | None, now: datetime
    ) -> list[DeliveryOutcome]:
        """The messages of one of the rituals, each with its period; nothing is recorded."""
        outcomes: list[DeliveryOutcome] = []
        name = team.name if team else ""
        for round_, people in self._rounds_of(ritual, workspace, team, now):
            for user in people:
                viewer = self._viewer(round_, user)
                with self._deps.db.read() as session:
                    found, parts = self._to_say(session, round_, user, viewer, self._notices(session, round_, user))
                    if found or parts:
                        post = self._post(session, round_, user, found, parts)
                        outcomes.append(DeliveryOutcome(name, round_.day.isoformat(), post))
        return outcomes

    def _rounds_of(
        self, ritual: PersonalRitual, workspace: str, team: Team | None, now: datetime
    ) -> Iterator[tuple[Round, list[str]]]:
        with self._deps.db.read() as session:
            # UTC always: owners of whom Slack has said nothing yet live there.
            zones = dict.fromkeys([*(each.timezone for each in mornings.list_mornings(session, workspace)), "UTC"])
            rounds = []
            for zone in zones:
                day = now.astimezone(zone_of(zone)).date()
                round_ = self._round(session, workspace, zone, day, now)
                round_.only, round_.team_id = ritual, team.id if team else None
                rounds.append((round_, who_hears(session, round_)))
        yield from rounds

    def _round(self, session: Session, workspace: str, zone: str, day: date, now: datetime) -> Round:
        known = teams.list_team_ids(session, workspace)
        off: dict[int | None, IsOff] = {team.id: days_off(team) for team in known.values()}
        return Round(
            workspace, zone, day, now, teams=known, is_off=off, policies=list_policies(session, workspace)
        )  # fmt: skip

    def _say_to(self, round_: Round, people: Iterable[str]) -> None:
        for user in people:
            # Outside a transaction, because it may ask Slack which private channels they are in.
            viewer = self._viewer(round_, user)
            # A person a transaction: the writer is free between two of them, and what fails repeats nobody's message.
            with self._deps.db.begin() as session:
                self._tell(session, round_, user, viewer)

    def _viewer(self, round_: Round, user: str) -> Viewer | None:
        """With whose eyes they read what others own; None for who leads nothing."""
        return self._deps.directory.viewer(round_.workspace, user) if round_.led_by(user) else None

    def _tell(self, session: Session, round_: Round, user: str, viewer: Viewer | None) -> None:
        """Their one message of the day, unless they had it."""
        own = self._notices(session, round_, user)
        asks = to_decide(session, round_, user)
        found, parts = self._to_say(session, round_, user, viewer, own, is_asked=bool(asks))
        if (found or parts or asks) and self._had_theirs(session, round_, user):
            round_.repeated = True
            if round_.only is not None:
                self._say_again(session, round_, self._post(session, round_, user, found, parts), found, parts)
            return
        asked = [notice.item.number for notice in own if QUESTIONS & {*notice.whys}]
        # Also what its owner snoozes counts as asked: else their lead would hear of it every day.
        record_nudged(session, round_.workspace, asked, round_.day)
        asks = claimed(session, round_, asks)
        if not found and not parts and not asks:
            return
        post = self._post(session, round_, user, found, parts, asks)
        overdue = [notice.item.number for notice in found if NoticeReason.OVERDUE in notice.whys]
        record_reminded(session, round_.workspace, overdue, round_.day)
        escalated = [notice.item.number for part in parts for notice in part.found if notice.escalates]
        record_events(session, round_.workspace, ESCALATED, escalated)
        self._deps.outbox.enqueue(session, round_.workspace, post.key, [post])
        keep_questions(session, round_.workspace, post, round_.day)
        round_.count(post, found, parts, asks)

    def _to_say(
        self,
        session: Session,
        round_: Round,
        user: str,
        viewer: Viewer | None,
        own: list[Notice],
        is_asked: bool = False,
    ) -> tuple[list[Notice], list[LeadPart]]:
        """What is to be said to them of their *own* items and of their teams'; nothing when none of it is news.

        *is_asked*: there is a message anyway, for what they are to decide.
        """
        snoozes = mornings.find_snooze(session, round_.workspace, user)
        sleeps = snoozes is not None and round_.day < snoozes
        found = [] if sleeps else awake(own, round_.day)
        parts = [part for team in round_.led_by(user) if viewer and (part := self._part(session, round_, team, viewer))]
        return (found, parts) if parts or is_asked or any(notice.is_news for notice in found) else ([], [])

    def _part(self, session: Session, round_: Round, team: Team, viewer: Viewer) -> LeadPart | None:
        """What a lead hears of a team beside their own items; None when none of it is news."""
        place = (session, round_.workspace, team.id, round_.day, round_.now)
        off, left = round_.is_off.get(team.id, is_weekend), list[Item]()
        if round_.only is None and not off(round_.day):
            left = list_orphans(session, round_.workspace, team.id)
            visible = list_visible(session, round_.workspace, [item.number for item in left], viewer)
            left = [item for item in left if item.number in visible]
        # Of who has left there is nobody to ask for a status: their items want an owner first.
        known = {team.lead, *(item.owner for item in left)}
        theirs = list_candidates_of_team(*place, viewer)
        found = for_leads(theirs, round_.day, round_.now, round_.is_off, round_.whys, round_.policies, known)
        if not left and not any(notice.is_news for notice in found):
            return None
        return LeadPart(team.name, found, left, Attention("team", team.id, round_.day).value)

    def _say_again(
        self, session: Session, round_: Round, post: Post, found: list[Notice], parts: list[LeadPart]
    ) -> None:
        """When one ritual is asked for by itself, and Slack had refused its message for good."""
        if say_again(session, self._deps.outbox, round_.workspace, [post]):
            keep_questions(session, round_.workspace, post, round_.day)
            round_.count(post, found, parts)

    def _had_theirs(self, session: Session, round_: Round, owner: str) -> bool:
        place = (session, round_.workspace, owner, round_.day)
        if round_.only is None and mornings.was_told(*place):
            return True  # one message a day at most, whatever it said
        morning = MorningOf(MORNING, owner, round_.day).value
        told = round_.only is not None and mornings.was_told(*place, MORNING)
        # What the morning has said, a single ritual need not say again; unless Slack refused that message.
        if told and not is_given_up(session, round_.workspace, morning):
            return True
        return not mornings.claim_telling(*place, round_.what)

    def _notices(self, session: Session, round_: Round, owner: str) -> list[Notice]:
        found = list_candidates(session, round_.workspace, owner, round_.day, round_.now, round_.team_id)
        return notices(found, round_.day, round_.now, round_.is_off, round_.whys, round_.zone)

    def _post(
        self,
        session: Session,
        round_: Round,
        user: str,
        found: list[Notice],
        parts: list[LeadPart],
        asks: Sequence[Item] = (),
    ) -> Post:
        leads = {
            notice.item.number: team.lead
            for notice in found
            if (team := round_.team_of(notice)) and team.lead != user and may_be_told(notice.item, team.lead)
        }
        theirs = [*(one.item for part in parts for one in part.found), *(one for part in parts for one in part.orphans)]
        askers = {item.request.asked_by for item in asks if item.request}
        people = {user, *leads.values(), *askers, *(item.owner for item in theirs)}
        names = names_in(session, round_.workspace, people)
        told = {number: names(lead) for number, lead in leads.items()}
        with speaking_to(session, round_.workspace, user):
            blocks = message(found, round_.day, round_.now, told, parts, names, asks)
            text = message_text(found, parts, asks)
            return Post(MorningOf(round_.what, user, round_.day).value, user, text, as_dicts(blocks))

    def _pass_over(
        self, seen: Morning, missed: list[Morning], current: Morning, now: datetime, *, silent: bool
    ) -> list[Run] | None:
        """Records what is missed and moves on to *current*; None when another replica has moved on since *seen*."""
        with self._deps.db.begin() as session:
            # Claimed and recorded together: of two replicas one records what was missed, and the line is told once.
            if not mornings.claim_morning(session, seen, current):
                return None
            return [] if silent else [run for each in missed if (run := self._miss(session, each, now))]

    def _miss(self, session: Session, morning: Morning, now: datetime) -> Run | None:
        """What is stale, deferred or overdue is said the next morning; what was due in three days has gone by."""
        if not mornings.record_morning_run(session, morning, ran_at=now, missed=True):
            return None
        if not list_owners(session, morning.workspace, morning.timezone, morning.day, now):
            return None  # on record, and not worth a line: nobody there owns anything
        period = morning.day.isoformat()
        return Run(ORDER[0], morning.workspace, "", period, morning.due_at, MISSED, zone=morning.timezone)
