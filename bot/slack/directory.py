"""Who people are and which channels they are in: asked of Slack, kept for a short while.

Never called inside a transaction, because an answer of Slack's can take seconds.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

import structlog
from slack_sdk.errors import SlackClientError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.blocks.text import Names
from bot.clock import Clock
from bot.domain.errors import Refused, Unavailable
from bot.domain.person import Person, gone
from bot.domain.queries import Viewer
from bot.slack.client import OUT_OF_ORDER, ClientFor, error_code
from bot.slack.lookups import (
    Channel,
    OwnChannel,
    ask_channel,
    ask_channels,
    ask_enterprise,
    ask_members,
    ask_own_channels,
    ask_person,
    ask_person_by_email,
    away,
    person_from,
)
from bot.slack.names import names_from
from bot.slack.people_list import PeopleList
from storage import people
from storage.engine import Database
from storage.moved_channels import channel_now
from storage.private import has_private, has_public_in, record_private
from storage.teams import list_open_teams
from storage.workspaces import record_workspace

log = structlog.get_logger()

T = TypeVar("T")
MEMBERSHIP_KEPT = timedelta(seconds=60)
PRIVATE_KEPT = timedelta(seconds=5)
PERSON_KEPT = timedelta(minutes=4)
CHANNEL_KEPT = timedelta(minutes=4)
LOOKED_AGAIN = timedelta(minutes=4)
TRUSTED = timedelta(minutes=5)
"""So old may be what is gone by while Slack does not answer. Then nothing is shown on it: whoever asks tries again."""
ENTERPRISE_KEPT = timedelta(days=1)
PRIVATE = "private_channel,mpim"
PRIVATE_NAME = "privategroup"
"""As Slack calls every private channel in commands and interactions."""
NAMES_ASKED = 20
"""People looked up for one answer; the rest are shown as mentions, and known the next time."""
LIST_PAGES = 500
"""Of the list of everybody, read before something is said to many whom nobody knows; Slack limits it sooner."""
GUESTS_ASKED = 5
"""Guests of a channel whose other channels are looked up."""
NOT_INVITED = "I am not in this channel yet. Invite me first: /invite @Action Items"


class Directory:
    """Looks people, channels and memberships up, for every workspace."""

    def __init__(self, db: Database, client_for: ClientFor, clock: Clock) -> None:
        self._db = db
        self._client_for = client_for
        self._clock = clock
        self._kept: dict[tuple[str, str, str], tuple[datetime, Any]] = {}
        self._lock = Lock()
        self.people_list = PeopleList(db, client_for, clock, self._enterprise)

    def person(self, workspace: str, user: str) -> Person | None:
        """The person; None when Slack does not know them. Raises `Unavailable` when Slack does not answer."""
        kept: Person | None = self._recall("person", workspace, user, MEMBERSHIP_KEPT)
        if kept:
            return kept
        known = self._as_known(workspace, user)
        if known and self._is_recent(known, PERSON_KEPT):
            self._keep("person", workspace, user, known)
            return known
        try:
            found = ask_person(self._client_for, workspace, user, self._clock(), self._enterprise)
        except Unavailable:
            if known and self._is_recent(known, TRUSTED):
                return known
            raise
        return self._record(found) if found else None

    def met(self, workspace: str, user: str, team: str) -> None:
        """A request says that the workspace of *user* is *team*, which counts at once, whatever is known of them.

        Raises `Unavailable` when Slack does not say whether they are of the same Enterprise.
        """
        if not (user and team) or team == workspace:
            return
        known = self._as_known(workspace, user)
        if known and known.team == team and (known.is_guest or self._is_recent(known, TRUSTED)):
            return
        ours = self._enterprise(workspace)
        if ours and team == ours:  # an Enterprise's people may be at home in no workspace of their own
            return
        now = self._clock()
        found = ask_person(self._client_for, workspace, user, now, self._enterprise, home=team) if ours else None
        if found is None:
            found = replace(known or Person(workspace, user, user, now), asked_at=now, is_guest=True, is_admin=False)
        self._record(replace(found, team=team))

    def _as_known(self, workspace: str, user: str) -> Person | None:
        with self._db.read() as session:
            return people.find_person(session, workspace, user)

    def _is_recent(self, person: Person, within: timedelta) -> bool:
        """Whether it was said so lately, since their workspace is kept."""
        return bool(person.team) and self._clock() - person.asked_at < within

    def _enterprise(self, workspace: str) -> str:
        kept: str | None = self._recall("enterprise", workspace, "", ENTERPRISE_KEPT)
        if kept is None:
            kept = ask_enterprise(self._client_for, workspace)
            self._keep("enterprise", workspace, "", kept)
        return kept

    def ask_again(self, workspace: str, user: str) -> None:
        """Asks Slack who they are, whatever is kept of them; whom it does not know counts as gone (R40).

        Raises `Unavailable` when Slack does not answer: then what it said last holds.
        """
        now = self._clock()
        found = ask_person(self._client_for, workspace, user, now, self._enterprise)
        if found is None:
            known = self._as_known(workspace, user)
            found = gone(known or Person(workspace, user, user, now), now)
        self._record(found)

    def locale(self, workspace: str, user: str) -> str:
        """The person's language as Slack names it; English when Slack or the database does not say."""
        try:
            person = self.person(workspace, user)
        except (Unavailable, OperationalError):
            person = None
        return person.locale if person else "en-US"

    def person_as_last_known(self, workspace: str, user: str) -> Person | None:
        """As `person`; while Slack is away, what it said last, however long ago."""
        try:
            return self.person(workspace, user)
        except Unavailable:
            return self._as_known(workspace, user)

    def person_by_email(self, workspace: str, email: str) -> Person | None:
        """The member with that address; None when there is none. Raises `RateLimited`, `Unavailable` or `Refused`."""
        found = ask_person_by_email(self._client_for, workspace, email, self._clock(), self._enterprise)
        return self._record(found) if found else None

    def names(self, workspace: str, users: Collection[str]) -> Names:
        """The names of *users*, ready for mrkdwn. Who is not known is asked for; else they are a mention."""
        with self._db.read() as session:
            known = people.list_names(session, workspace, users)
        for user in sorted({user for user in users if user} - known.keys())[:NAMES_ASKED]:
            try:
                found = self.person(workspace, user)
            except Unavailable:
                break
            if found:
                known[user] = found.name
        return names_from(known)

    def heard(self, workspace: str, said: dict[str, Any]) -> Person:
        """Keeps what Slack says of somebody in an event."""
        return self._record(person_from(workspace, said, self._clock(), self._enterprise))

    def forget_person(self, workspace: str, user: str) -> None:
        """Slack said that they changed: ask again next time."""
        with self._lock:
            self._kept.pop(("person", workspace, user), None)
        with self._db.begin() as session:
            people.expire_person(session, workspace, user)

    def channel(self, workspace: str, channel: str, name: str) -> Channel:
        """The channel of a request. `name` is what the request calls it, where Slack does not name it.

        Raises `Refused` for a private channel without the bot, which could neither post nor ask who is in it.
        """
        found = self._found(workspace, channel, name)
        if found is None and (now := self._moved(workspace, channel)) != channel:
            return self.channel(workspace, now, name)
        if found is None or found.is_private_channel:  # also one that hides from the bot: somebody asks from there
            self.became_private(workspace, {channel})
        if found is None:
            raise Refused(NOT_INVITED)
        return found

    def _found(self, workspace: str, channel: str, name: str) -> Channel | None:
        """As Slack describes it; None for one that the bot may not know of. Raises `Unavailable`."""
        kept: Channel | None = self._recall("channel", workspace, channel, CHANNEL_KEPT)
        if kept and (kept.private or name != PRIVATE_NAME):
            return kept
        try:
            found = ask_channel(self._client_for, workspace, channel, name)
        except Unavailable:
            kept = self._recall("channel", workspace, channel, TRUSTED)
            if kept is None:
                raise
            return kept
        if found:
            self._keep("channel", workspace, channel, found)
        return found

    def _moved(self, workspace: str, channel: str) -> str:
        """The id that a channel has now that Slack does not know by this one."""
        with self._db.read() as session:
            return channel_now(session, workspace, channel)

    def may_be_private(self, workspace: str, channel: str) -> None:
        """Something happened that also happens when a public channel is made private: Slack is asked, whatever is kept,
        where anything public was made there. Raises `Unavailable`: then the event is to come again."""
        with self._db.read() as session:
            if not has_public_in(session, workspace, channel):
                return
        found = ask_channel(self._client_for, workspace, channel, "")
        if found is None or found.is_private_channel:
            self.became_private(workspace, {channel})
        else:
            self._keep("channel", workspace, channel, found)

    def channel_name(self, workspace: str, channel: str) -> str:
        """What a public channel is called; "" for a private one, which stays unnamed, and while Slack is away."""
        kept: str | None = self._recall("channel_name", workspace, channel, CHANNEL_KEPT)
        if kept is not None:
            return kept
        try:
            found = ask_channel(self._client_for, workspace, channel, "")
        except Unavailable:
            return ""
        name = found.name if found and not found.private else ""
        self._keep("channel_name", workspace, channel, name)
        return name

    def viewer(self, workspace: str, user: str, *, fresh: bool = False) -> Viewer:
        """The person as one who looks, with their private channels.

        An outsider sees what is in channels that they are in, and nothing else. `fresh` asks Slack again, for somebody
        who may just have joined a channel. Raises `Unavailable` when Slack has not answered for five minutes: nobody
        is shown more than they may see, or less.
        """
        self._look_for_private(workspace)
        if self._is_guest(workspace, user):
            return self._guest(workspace, user, fresh=fresh)
        if not self._anything_private(workspace, fresh=fresh):
            return Viewer(user)
        return Viewer(user, self._channels_of(workspace, user, user, PRIVATE, fresh=fresh))

    def viewer_at_hand(self, workspace: str, user: str) -> Viewer:
        """As `viewer`, of what is kept: it may hide what is private, and never shows too much.

        For who asks again when something is not found.
        """
        self._look_for_private(workspace)
        if self._is_guest(workspace, user):
            return self._guest(workspace, user, fresh=False)
        return Viewer(user, self._recall("membership", workspace, user, MEMBERSHIP_KEPT) or frozenset())

    def sees_all(self, session: Session, workspace: str, at_hand: Viewer) -> bool:
        """Whether *at_hand* sees all that `viewer` would: nothing is private, or their channels are known."""
        if at_hand.only is not None or self._recall("membership", workspace, at_hand.user, MEMBERSHIP_KEPT) is not None:
            return True
        kept: bool | None = self._recall("private", workspace, "", PRIVATE_KEPT)
        if kept is None:
            kept = has_private(session, workspace)
            self._keep("private", workspace, "", kept)
        return not kept

    def heard_of_private(self, workspace: str, *, found: bool) -> None:
        """Whether there is anything private, as somebody has just read: it is not asked for again at once."""
        self._keep("private", workspace, "", found)

    def trusts(self, known: Person | None) -> bool:
        """Whether what is known of somebody was heard so lately that Slack need not be asked."""
        return known is not None and self._is_recent(known, PERSON_KEPT)

    def _guest(self, workspace: str, user: str, *, fresh: bool) -> Viewer:
        every = f"public_channel,{PRIVATE}"
        kept = self._channels_of(workspace, user, f"guest:{user}", every, fresh=fresh)
        return Viewer(user, kept, kept)

    def _channels_of(self, workspace: str, user: str, key: str, types: str, *, fresh: bool) -> frozenset[str]:
        def ask() -> frozenset[str]:
            return frozenset(ask_channels(self._client_for, workspace, user, types))

        kept_for = timedelta(0) if fresh else MEMBERSHIP_KEPT
        return self._answer("membership", workspace, key, kept_for, ask) or frozenset()

    def _answer(self, kind: str, workspace: str, key: str, kept_for: timedelta, ask: Callable[[], T]) -> T | None:
        """What Slack says, or said at most *kept_for* ago; `TRUSTED`, while it does not answer. None where it says no.

        Raises `Unavailable` or `RateLimited` when it has not answered for longer.
        """
        kept: T | None = self._recall(kind, workspace, key, kept_for)
        if kept is not None:
            return kept
        try:
            found = ask()
        except (SlackClientError, OSError, LookupError) as error:
            if _is_no(error):
                return None
            kept = self._recall(kind, workspace, key, TRUSTED)
            if kept is None:
                raise away(error) from error
            return kept
        self._keep(kind, workspace, key, found)
        return found

    def _is_guest(self, workspace: str, user: str) -> bool:
        """Whom Slack does not know here may see no more than a guest. Raises `Unavailable` when Slack is away and has
        not said lately who they are: nothing is shown to somebody who may be a guest."""
        person = self.person(workspace, user)
        return person is None or person.is_guest

    def everybody_in(self, workspace: str, channel: str, *, private: bool) -> Viewer:
        """What every member of the channel may see: with guests among them, only items of channels they all are in.

        While many are there of whom nothing is known, or another organisation: of this channel alone. Raises
        `Unavailable` when Slack has not said for five minutes who is there.
        """
        guests, everybody_known = self._guests_in(workspace, channel)
        known = everybody_known and not self._is_shared(workspace, channel)
        return self._seen_with(workspace, channel, guests if known else None, private=private)

    def readers_in(self, workspace: str, channel: str) -> Viewer:
        """As `everybody_in`, for what the bot says there by itself: it has time to read who everybody is.

        Where Slack will not say who is there, no guest is looked for where none was ever heard of. Raises `Unavailable`
        when it has not answered for five minutes.
        """
        self._look_for_private(workspace)
        guests: list[str] | None = None
        if not self._is_shared(workspace, channel):
            guests = self._guests_among(workspace, channel, self.members(workspace, channel))
        return self._seen_with(workspace, channel, guests, private=True)

    def _guests_among(self, workspace: str, channel: str, members: frozenset[str]) -> list[str] | None:
        """The guests among many; None: of some it is not known."""
        if not members:
            with self._db.read() as session:
                return None if people.has_guests(session, workspace) else []
        if len(self._unknown(workspace, members)) > NAMES_ASKED and not self.people_list.is_recent(workspace):
            self._read_everybody(workspace)
        guests, everybody_known = self._guests_in(workspace, channel)
        return guests if everybody_known else None

    def _read_everybody(self, workspace: str) -> None:
        """Raises `Unavailable`. Where Slack will not list them they stay unknown, and less is named."""
        try:
            self.people_list.read_on(workspace, LIST_PAGES)
        except Unavailable:
            raise
        except Refused:
            log.warning("people_not_listed", workspace=workspace)

    def _unknown(self, workspace: str, users: frozenset[str]) -> frozenset[str]:
        with self._db.read() as session:
            return users - {person.user for person in people.list_people(session, workspace, users)}

    def _is_shared(self, workspace: str, channel: str) -> bool:
        """Whether people of another organisation read along, or are about to, which Slack tells nobody: it is looked
        for. A channel without the bot is asked about by itself. Raises `Unavailable`."""
        for own in self._look_for_private(workspace):
            if own.id == channel:
                return own.is_shared
        found = self._found(workspace, channel, "")
        return found is not None and found.is_shared

    def forget_channel(self, workspace: str, channel: str) -> None:
        """It was shared, or is no more, or has another id: ask again next time."""
        with self._lock:
            for kind in ("channel", "channel_name", "members"):
                self._kept.pop((kind, workspace, channel), None)
            self._kept.pop(("looked", workspace, ""), None)
            for key in [key for key in self._kept if key[:2] == ("membership", workspace)]:
                del self._kept[key]

    def _seen_with(self, workspace: str, channel: str, guests: list[str] | None, *, private: bool) -> Viewer:
        """In the company of *guests*; None: of some nothing is known. The channels of many are not asked for.

        Items of a team that lets outsiders read in this, its own channel are named all the same.
        """
        here = frozenset({channel})
        own = here if private else frozenset()
        if guests == []:
            return Viewer("", own)
        with self._db.read() as session:
            open_teams = list_open_teams(session, workspace, channel)
        if guests is None or len(guests) > GUESTS_ASKED:
            return Viewer("", own, here, open_teams)
        theirs = [self._guest(workspace, guest, fresh=False).private_channels for guest in guests]
        return Viewer("", own, here | frozenset.intersection(*theirs), open_teams)

    def _guests_in(self, workspace: str, channel: str) -> tuple[list[str], bool]:
        """The guests among the members, and whether it is known of every member what they are.

        A few who are not known are asked about one by one; for many the list of everybody is wanted.
        """
        members = self.members(workspace, channel)
        with self._db.read() as session:
            known = people.list_people(session, workspace, members)
        unknown = members - {person.user for person in known}
        if len(unknown) > NAMES_ASKED:
            if not self.people_list.is_recent(workspace):
                self.people_list.want(workspace)
            return [], False
        asked = {user: self.person(workspace, user) for user in sorted(unknown)}
        # Of whom Slack says nothing is none of the workspace's, and may see no more than a guest.
        guests = {person.user for person in known if person.is_guest}
        guests |= {user for user, person in asked.items() if person is None or person.is_guest}
        return sorted(guests), bool(members)

    def members(self, workspace: str, channel: str) -> frozenset[str]:
        """Who is in the channel; nobody where Slack will not say. Raises `Unavailable` when it does not answer."""

        def ask() -> frozenset[str]:
            return frozenset(ask_members(self._client_for, workspace, channel))

        return self._answer("members", workspace, channel, MEMBERSHIP_KEPT, ask) or frozenset()

    def members_at_hand(self, workspace: str, channel: str) -> frozenset[str] | None:
        """As `members`, without asking; None when that is not known right now."""
        kept: frozenset[str] | None = self._recall("members", workspace, channel, MEMBERSHIP_KEPT)
        return kept

    def forget_membership(self, workspace: str, user: str | None) -> None:
        """They joined or left a channel: ask again next time. None: the bot did, so that holds for everybody."""
        with self._lock:
            for kind, where, who in list(self._kept):
                if where == workspace and (
                    kind == "members" or (kind == "membership" and user in (None, who.removeprefix("guest:")))
                ):
                    del self._kept[kind, where, who]

    def became_private(self, workspace: str, channels: Collection[str]) -> None:
        """These channels are private: what was made in them is so too, if it was not before.

        Said as often as it is found: what somebody was filling in when it was said first is recorded as public.
        """
        with self._lock:
            for channel in channels:
                self._kept.pop(("channel", workspace, channel), None)
        with self._db.begin() as session:
            changed = record_private(session, workspace, channels)
        if changed:
            self.forget_membership(workspace, None)
            self._keep("private", workspace, "", True)

    def _look_for_private(self, workspace: str) -> tuple[OwnChannel, ...]:
        """Public channels become private without the bot being told, unless it reads every message: it looks itself,
        now and then. The channels that the bot is in; none where Slack will not say.

        Raises `Unavailable` when the last look is more than five minutes old and Slack does not answer.
        """

        def ask() -> tuple[OwnChannel, ...]:
            found = tuple(ask_own_channels(self._client_for, workspace))
            self.became_private(workspace, {channel.id for channel in found if channel.private})
            return found

        found = self._answer("looked", workspace, "", LOOKED_AGAIN, ask)
        if found is None:
            self._keep("looked", workspace, "", ())
        return found or ()

    def _anything_private(self, workspace: str, *, fresh: bool) -> bool:
        """Most workspaces have nothing private. A stale no only hides, so it may be kept for a moment."""
        kept: bool | None = None if fresh else self._recall("private", workspace, "", PRIVATE_KEPT)
        if kept is None:
            with self._db.read() as session:
                kept = has_private(session, workspace)
            self._keep("private", workspace, "", kept)
        return kept

    def _record(self, person: Person) -> Person:
        with self._db.begin() as session:
            record_workspace(session, person.workspace)
            people.record_person(session, person)
        self._keep("person", person.workspace, person.user, person)
        return person

    def _recall(self, kind: str, workspace: str, key: str, kept_for: timedelta) -> Any:
        with self._lock:
            at, value = self._kept.get((kind, workspace, key), (None, None))
        return value if at and self._clock() - at < kept_for else None

    def _keep(self, kind: str, workspace: str, key: str, value: Any) -> None:
        with self._lock:
            if len(self._kept) > 20_000:  # noqa: PLR2004 – a bound on memory, nothing depends on it
                self._kept.clear()
            self._kept[kind, workspace, key] = (self._clock(), value)


def _is_no(error: Exception) -> bool:
    """Whether Slack answered that it will not say; anything else passes."""
    return isinstance(error, LookupError) or error_code(error) not in ("", *OUT_OF_ORDER)
