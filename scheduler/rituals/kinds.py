"""What a ritual is: its name, when it comes, who hears it, what it says, and who is told when that cannot be delivered.

There are three kinds: of a team by its calendar, of a person in the morning, of a request that waits. Whatever else
knows rituals (ticker, commands, help, undelivered) asks `registry.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sqlalchemy.orm import Session

from bot.blocks.text import escape
from bot.blocks.undelivered import morning_reminders
from bot.deps import Deps
from bot.domain.messages import Message
from bot.domain.morning import NoticeReason
from bot.domain.queries import Wanted
from bot.domain.ritual_keys import MORNING, LeadsMorningOf, RitualOf, morning_with, ritual_name_in
from bot.domain.roles import may_be_told
from bot.domain.subjects import RequestOf, kind_of
from bot.domain.team import Team
from bot.domain.words import speaking
from bot.languages import catalogue
from scheduler.calendar import Rhythm
from scheduler.rituals.occasion import Occasion
from storage import approvals, items, teams

ITEMS_LOOKED_AT = 50
"""Items of a person whose teams are looked at for somebody who leads one."""

Say = Callable[[Session, Occasion], list[Message]]
Follow = Callable[[Session, Occasion, Sequence[Message]], list[Message]]


@dataclass(frozen=True)
class Together:
    """How a ritual is said for many teams by few statements; as `TeamRitual.say` and `.follow` would for each of them,
    in their order, and each in the language of its team."""

    say: Callable[[Session, Sequence[Occasion]], list[list[Message]]]
    follow: Callable[[Session, Sequence[tuple[Occasion, Sequence[Message]]]], list[list[Message]]] | None = None
    unprepared: Callable[[Session, Collection[int], datetime], set[int]] | None = None
    """Those of the teams for which `TeamRitual.prepare` has anything to ask at that time."""
    talking: Callable[[Session, Collection[int]], set[int]] | None = None
    """Those of the teams that hear anything, whoever reads: of others Slack is not asked who does."""


def of_few(
    say: Say,
    talking: Callable[[Session, Collection[int]], set[int]],
    follow: Follow | None = None,
    unprepared: Callable[[Session, Collection[int], datetime], set[int]] | None = None,
) -> Together:
    """Of a ritual that few teams hear: one statement finds those, which are *talking*, and passes all others over."""

    def say_all(session: Session, occasions: Sequence[Occasion]) -> list[list[Message]]:
        told = talking(session, [on.team.id for on in occasions])
        return [_in_their_language(session, say, on) if on.team.id in told else [] for on in occasions]

    def follow_all(session: Session, said: Sequence[tuple[Occasion, Sequence[Message]]]) -> list[list[Message]]:
        return [follow(session, on, messages) if follow and messages else [] for on, messages in said]

    return Together(say_all, follow_all if follow else None, unprepared, talking)


def _in_their_language(session: Session, say: Say, on: Occasion) -> list[Message]:
    with speaking(catalogue(on.team.language)):
        return say(session, on)


@dataclass(frozen=True)
class Undelivered:
    """Who is told of a message that Slack did not take; `what` says in their language what it was."""

    person: str
    what: Callable[[], str]


@dataclass(frozen=True, kw_only=True)
class NamedRitual(ABC):
    """What each kind has. `when` and `to` are for people, in help and docs.

    `called(whose)` is what it is called where one of its messages cannot be delivered; *whose* is mrkdwn: a team's
    name, a mention, or an item's label.
    """

    name: str
    when: str
    to: str
    called: Callable[[str], str]

    @abstractmethod
    def has_said(self, key: str) -> bool:
        """Whether the message with that key is one of its own."""

    @abstractmethod
    def undelivered(self, session: Session, workspace: str, key: str) -> Undelivered | None:
        """Who is told that the message with that key, one of its own, cannot be delivered; None: nobody is there."""


@dataclass(frozen=True, kw_only=True)
class TeamRitual(NamedRitual):
    """Of a team, by its calendar. Its keys are a `RitualOf`.

    `to_lead`: it is said to the lead, and shows what the lead may see; else to a channel.
    """

    rhythm: Rhythm
    say: Say
    to_lead: bool = False
    channel_of: Callable[[Team], str] = attrgetter("channel")
    follow: Follow | None = None
    """What else is to be sent when it is really said, such as an edit of what was said before."""
    prepare: Callable[[Deps, Team, datetime], None] | None = None
    """Asks Slack what the ritual needs to know at that time, before its transaction."""
    together: Together | None = None
    """Where many teams have it at the same time."""

    def has_said(self, key: str) -> bool:
        return kind_of(key) == self.name

    def undelivered(self, session: Session, workspace: str, key: str) -> Undelivered | None:
        """The lead; of several teams that share a leadership channel, the first one's."""
        place = RitualOf.read(key).place
        known = teams.list_teams(session, workspace)
        # The key is all that is left of the message. The leadership summary names a channel in it and not a team: its
        # lead was told of nothing while this looked for teams alone.
        team = next((team for team in known if place in (str(team.id), team.leadership_channel)), None)
        return Undelivered(team.lead, lambda: self.called(escape(team.name))) if team else None


@dataclass(frozen=True, kw_only=True)
class PersonalRitual(NamedRitual):
    """Of a person: it speaks of items for these reasons, in their one message of the morning.

    Its keys are a `MorningOf`, or a `LeadsMorningOf` for leads.
    """

    whys: frozenset[NoticeReason]

    def has_said(self, key: str) -> bool:
        return ritual_name_in(key) in (self.name, MORNING)

    def undelivered(self, session: Session, workspace: str, key: str) -> Undelivered | None:
        """Who leads a team that the person has an item of: what is theirs may need somebody else."""
        morning = morning_with(key)
        # A whole morning belongs to no single ritual, so it has a name of its own.
        called = self.called if morning.what == self.name else morning_reminders
        if isinstance(morning, LeadsMorningOf):
            team = teams.get_team_by_id(session, morning.team_id)
            return Undelivered(team.lead, lambda: called(escape(team.name)))
        lead = _lead_over(session, workspace, morning.person)
        return Undelivered(lead, lambda: called(f"<@{morning.person}>")) if lead else None


@dataclass(frozen=True, kw_only=True)
class RequestRitual(NamedRitual):
    """Of a request that waits for its approver. Its keys are a `RequestOf.reminder`."""

    def has_said(self, key: str) -> bool:
        return RequestOf.read_reminder(key) is not None

    def undelivered(self, session: Session, workspace: str, key: str) -> Undelivered | None:
        """Who asked, for they can ask somebody else; the owner, where who asked may not hear of the item any more."""
        reminded = RequestOf.read_reminder(key)
        assert reminded is not None
        request = approvals.get_request(session, workspace, reminded.request_id)
        item = items.get_item_as_it_is(session, workspace, request.number)
        if item is None:
            return None
        # The item may have become private since they asked.
        person = request.asked_by if may_be_told(item, request.asked_by) else item.owner
        return Undelivered(person, lambda: self.called(item.label))


Ritual = TeamRitual | PersonalRitual | RequestRitual


def _lead_over(session: Session, workspace: str, owner: str) -> str | None:
    """Somebody else who leads the team of one of the owner's items, the most important first."""
    known = teams.list_team_ids(session, workspace)
    # By the bot's own eyes: only who leads is taken from the items, and nothing of them is shown.
    owned = items.list_items(session, workspace, Wanted(owner=owner), viewer=None, limit=ITEMS_LOOKED_AT)
    leads = (known[item.team_id].lead for item in owned if item.team_id)
    return next((lead for lead in leads if lead != owner), None)
