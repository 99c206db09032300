"""From the forms of a review meeting to items and ideas: all of it in one transaction, or nothing (B17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.idea import decline, promote
from bot.domain.incident import Incident
from bot.domain.intake import Gate
from bot.domain.item import By, Created, Draft, Item
from bot.domain.lifecycle import IDEAS, OPEN, PARKED, State
from bot.domain.meeting import (
    SCALES,
    Candidate,
    Meeting,
    Past,
    Room,
    check_choice,
    is_movable,
    key_of,
    ranked_anew,
    set_aside,
)
from bot.domain.messages import Message
from bot.domain.person import Person
from bot.domain.queries import Viewer, Wanted
from bot.domain.remedy import proposed_remedy
from bot.domain.roles import decides, refuse_stranger
from bot.domain.subjects import MeetingOf
from bot.domain.team import Team
from bot.domain.words import Text
from bot.services.notifications import messages_about
from bot.services.notifications_of_meetings import messages_about_meeting
from handlers.gateway.asked import AlreadyDone, Asked
from handlers.shared.create import locked_incident, overridden
from handlers.shared.item_change import as_seen, locked
from handlers.shared.place import Place
from storage import inbox, items, teams
from storage.intake import gate
from storage.meetings import record_held

SWAPPED = "The review meeting committed to something else"
"""Why an item becomes an idea again, in its history."""
THROWN_AWAY = "The review meeting threw it away"
"""Why an idea is declined, in its history."""
SAID_ALREADY = "{item} says “{title}” already."


class ChangedMeanwhile(Exception):
    """Somebody else did something since the form was opened; `why` is said in the form where one chooses again."""

    def __init__(self, why: Text) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Committing:
    """A meeting, and all that Slack was asked about it before the transaction.

    `drafts` and `details` are of what is committed to, by place; `asks` are the places whose owners are asked first.
    `aloud` sees what may be said in the channel.
    """

    meeting: Meeting
    incident: Incident
    team: Team | None
    place: Place
    person: Person | None
    decides: bool
    aloud: Viewer
    drafts: Mapping[int, Draft]
    details: Mapping[int, dict[str, Any]]
    asks: frozenset[int]


@dataclass(frozen=True)
class Outcome:
    """What came of it. `aside` are ideas again; `told` are the people who got a message."""

    items: Sequence[Item]
    ideas: Sequence[Item]
    aside: Sequence[Item]
    told: Sequence[str]


def commit(deps: Deps, asked: Asked, what: Committing) -> Outcome:
    """Records the meeting, with its messages.

    Raises `AlreadyDone`, and `ChangedMeanwhile` where one must choose again.
    """

    def act(viewer: Viewer) -> Outcome:
        with deps.db.begin() as session:
            # First, so that the same submission sent twice waits here for the first one and then stops.
            if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
                raise AlreadyDone
            return _Transaction(deps, asked, session, viewer, what).run()

    return as_seen(deps, asked, act)


class _Transaction:
    """What is done within it, in the order in which everybody locks: items, their incident, the counter, surfaces."""

    def __init__(self, deps: Deps, asked: Asked, session: Session, viewer: Viewer, what: Committing) -> None:
        self._deps, self._session, self._what = deps, session, what
        self._meeting, self._workspace, self._now = what.meeting, asked.workspace, deps.clock()
        self._by = By(asked.user, self._now, None, what.decides)
        numbers = {each.idea for each in self._meeting.candidates if each.idea} | set(self._meeting.aside)
        self._locked = locked(session, asked.workspace, numbers, viewer)
        locked_incident(session, asked.workspace, what.incident.id, viewer)
        self._gate = gate(session, asked.workspace, what.incident.id, what.team, self._now, lock=False)
        self._messages: list[Message] = []
        self._past = 0
        """Items past a closed gate so far."""

    def run(self) -> Outcome:
        self._check()
        aside = [self._set_aside(number) for number in self._meeting.aside]
        # The first ones have room; what comes after them goes past the gate, if it is opened.
        free = self._gate.used - len(aside)
        committed = [
            self._committed(at, each, replace(self._gate, used=free + before))
            for before, (at, each) in enumerate(self._meeting.chosen)
        ]
        ideas = [idea for each in self._meeting.left if (idea := self._kept(each))]
        for each in self._meeting.thrown:
            self._throw(each)
        record_held(self._session, self._workspace, self._meeting, committed, aside, self._now)
        said = messages_about_meeting(
            self._session, self._meeting, committed, ideas, aside, self._what.incident, self._what.team,
            str(self._what.place.channel), past=self._went_past(),
        )  # fmt: skip
        name = MeetingOf(self._meeting.key).key
        self._deps.outbox.enqueue(self._session, self._workspace, name, [*said, *self._messages])
        told = dict.fromkeys(item.owner for item in (*committed, *aside))
        return Outcome(committed, ideas, aside, [owner for owner in told if owner != self._by.user])

    def _check(self) -> None:
        """Raises `ChangedMeanwhile` when what was chosen is not to be had any more."""
        movable = tuple(self._locked[number] for number in self._meeting.aside if self._may_move(self._locked[number]))
        try:
            check_choice(self._meeting, Room(self._gate, movable, self._what.decides))
            for _at, each in self._meeting.chosen:
                self._check_free(each)
        except Refused as refused:
            raise ChangedMeanwhile(refused.text) from None
        if len(movable) < len(self._meeting.aside):
            raise ChangedMeanwhile(Text("Somebody began one of the items that were to make room."))

    def _check_free(self, candidate: Candidate) -> None:
        if candidate.idea:
            idea = self._locked[candidate.idea]
            refuse_stranger(idea, self._by.user, self._what.person, self._team(idea))
            if not idea.is_idea:
                raise Refused(Text("{item} is {state} now.", item=idea.label, state=Text(idea.state.after_is)))
        elif said := self._titles.get(candidate.key):
            raise Refused(Text(SAID_ALREADY, item=said, title=candidate.text))

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        """What the incident had already, by what it says."""
        wanted = Wanted(states=OPEN | IDEAS | PARKED, incident_id=self._what.incident.id)
        found = items.list_items(self._session, self._workspace, wanted, self._what.aloud)
        return {key_of(item.title): item.label for item in found}

    def _may_move(self, item: Item) -> bool:
        person, team = self._what.person, self._team(item)
        by = replace(self._by, decides=decides(self._by.user, person, team))
        return item.incident_id == self._what.incident.id and is_movable(item, by, person, team)

    def _team(self, item: Item) -> Team | None:
        team = self._what.team
        if team and team.id == item.team_id:
            return team
        return teams.get_team_by_id(self._session, item.team_id) if item.team_id else None

    def _set_aside(self, number: int) -> Item:
        was = self._locked[number]
        change = set_aside(was, self._by, SWAPPED)
        item = items.record_moved(self._session, change)
        self._messages += messages_about(self._session, was, item, change.change)
        return item

    def _went_past(self) -> Past | None:
        quota = None if self._gate.freeze else self._gate.quota
        return Past(self._past, quota, self._meeting.override) if self._past else None

    def _committed(self, at: int, candidate: Candidate, gate: Gate) -> Item:
        draft, asks = self._what.drafts[at], at in self._what.asks
        detail = self._what.details[at] | {"meeting": self._meeting.key}
        override = overridden(gate, self._meeting.override) if self._meeting.override else {}
        detail |= override
        self._past += bool(override)
        if candidate.idea:
            idea = self._locked[candidate.idea]
            today = self._deps.today(idea.zone)
            return items.record_moved(self._session, promote(idea, self._by, draft, today, detail, asks=asks))
        return self._new(Created(draft, self._by.user, self._now, detail=detail, awaits_acceptance=asks))

    def _kept(self, candidate: Candidate) -> Item | None:
        """The idea; None where it is one no more, or is said already."""
        if not candidate.idea:
            if candidate.key in self._titles:
                return None
            draft = idea_draft(candidate, self._by.user, self._what)
            detail = {"meeting": self._meeting.key}
            return self._new(Created(draft, self._by.user, self._now, state=State.FUTURE_CONSIDERATION, detail=detail))
        idea = self._locked[candidate.idea]
        if not idea.is_idea:
            return None
        ranked = ranked_anew(idea, self._by, candidate.quadrant)
        return items.record_moved(self._session, ranked) if ranked else idea

    def _throw(self, candidate: Candidate) -> None:
        """What was an idea before the meeting is declined; of what was only a line, nothing is recorded."""
        was = self._locked.get(candidate.idea)
        if was is None or not was.is_idea:
            return
        change = decline(was, self._by, THROWN_AWAY)
        item = items.record_moved(self._session, change)
        self._messages += messages_about(self._session, was, item, change.change)

    def _new(self, created: Created) -> Item:
        place = self._what.place
        made = replace(created, channel=place.channel, private=place.private)
        return items.record_item(
            self._session, self._workspace, made, team=self._what.team, incident=self._what.incident
        )


def idea_draft(candidate: Candidate, user: str, what: Committing) -> Draft:
    """A candidate that nobody commits to: written down, owned by nobody (R26)."""
    impact, effort = scales_of(candidate)
    remedy = proposed_remedy(candidate.text)
    return Draft(
        candidate.text, user, what.incident.began_at.date(), remedy, impact, None, effort, candidate.verify,
        team_id=what.team.id if what.team else None, incident_id=what.incident.id,
    )  # fmt: skip


def scales_of(candidate: Candidate) -> tuple[int | None, int | None]:
    """Impact and effort as the candidate was ranked; None where nobody did."""
    return SCALES[candidate.quadrant] if candidate.quadrant else (None, None)
