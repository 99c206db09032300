"""Who people are and which channels they are in: asked of Slack, kept for a short while.

Never called inside a transaction, because an answer of Slack's can take seconds.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from slack_sdk.errors import SlackClientError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.blocks.text import Names
from bot.clock import Clock
from bot.domain.errors import Refused, Unavailable
from bot.domain.person import Person, gone
from bot.domain.queries import Viewer
from bot.slack.client import ClientFor
from bot.slack.lookups import (
    Channel,
    ask_channel,
    ask_channels,
    ask_members,
    ask_person,
    ask_person_by_email,
    person_from,
)
from bot.slack.names import names_from
from storage import people
from storage.engine import Database
from storage.visibility import has_private, record_private
from storage.workspaces import record_workspace

MEMBERSHIP_KEPT = timedelta(seconds=60)
PRIVATE_KEPT = timedelta(seconds=5)
PERSON_KEPT = timedelta(hours=1)
CHANNEL_KEPT = timedelta(minutes=10)
LOOKED_AGAIN = timedelta(minutes=5)
PRIVATE = "private_channel,mpim"
NAMES_ASKED = 20
"""People looked up for one answer; the rest are shown as mentions, and known the next time."""
MEMBERS_ASKED = 200
"""The same before something is said in a channel at its time."""
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

    def person(self, workspace: str, user: str) -> Person | None:
        """The person; None when Slack does not know them. Raises `Unavailable` when Slack does not answer."""
        kept: Person | None = self._recall("person", workspace, user, MEMBERSHIP_KEPT)
        if kept:
            return kept
        with self._db.read() as session:
            known = people.find_person(session, workspace, user)
        if known and self._clock() - known.asked_at < PERSON_KEPT:
            self._keep("person", workspace, user, known)
            return known
        found = ask_person(self._client_for, workspace, user, self._clock())
        return self._record(found) if found else None

    def ask_again(self, workspace: str, user: str) -> None:
        """Asks Slack who they are, whatever is kept of them; whom it does not know counts as gone (R40).

        Raises `Unavailable` when Slack does not answer: then what it said last holds.
        """
        now = self._clock()
        found = ask_person(self._client_for, workspace, user, now)
        if found is None:
            with self._db.read() as session:
                known = people.find_person(session, workspace, user)
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
            with self._db.read() as session:
                return people.find_person(session, workspace, user)

    def person_by_email(self, workspace: str, email: str) -> Person | None:
        """The member with that address; None when there is none. Raises `RateLimited`, `Unavailable` or `Refused`."""
        found = ask_person_by_email(self._client_for, workspace, email, self._clock())
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
        return self._record(person_from(workspace, said, self._clock()))

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
        kept: Channel | None = self._recall("channel", workspace, channel, CHANNEL_KEPT)
        if kept:
            return kept
        found = ask_channel(self._client_for, workspace, channel, name)
        if found is None or found.is_private_channel:  # also one that hides from the bot: somebody asks from there
            self.became_private(workspace, {channel})
        if found is None:
            raise Refused(NOT_INVITED)
        self._keep("channel", workspace, channel, found)
        return found

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
        """The person as one who looks, with their private channels. A lost answer means: none of them.

        A guest sees what is in channels that they are in, and nothing else. `fresh` asks Slack again, for somebody
        who may just have joined a channel.
        """
        self._look_for_private(workspace)
        if self._is_guest(workspace, user):
            return self._guest(workspace, user, fresh=fresh)
        if not self._anything_private(workspace, fresh=fresh):
            return Viewer(user)
        kept = None if fresh else self._recall("membership", workspace, user, MEMBERSHIP_KEPT)
        if kept is None:
            try:
                kept = frozenset(ask_channels(self._client_for, workspace, user, PRIVATE))
            except (SlackClientError, OSError):
                return Viewer(user)
            self._keep("membership", workspace, user, kept)
        return Viewer(user, kept)

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
        return known is not None and self._clock() - known.asked_at < PERSON_KEPT

    def reader(self, workspace: str, user: str) -> Viewer:
        """As `viewer`, for what is said to a lead; while Slack is away they read only what everybody may see."""
        try:
            return self.viewer(workspace, user)
        except Unavailable:
            return Viewer(user)

    def _guest(self, workspace: str, user: str, *, fresh: bool) -> Viewer:
        kept = None if fresh else self._recall("membership", workspace, f"guest:{user}", MEMBERSHIP_KEPT)
        if kept is None:
            try:
                kept = frozenset(ask_channels(self._client_for, workspace, user, f"public_channel,{PRIVATE}"))
            except (SlackClientError, OSError):
                return Viewer(user, only=frozenset())
            self._keep("membership", workspace, f"guest:{user}", kept)
        return Viewer(user, kept, kept)

    def _is_guest(self, workspace: str, user: str) -> bool:
        """Whom Slack does not know here may see no more than a guest. Raises `Unavailable` when Slack is away and has
        never said who they are: nothing is shown to somebody who may be a guest."""
        try:
            person = self.person(workspace, user)
        except Unavailable:
            with self._db.read() as session:
                person = people.find_person(session, workspace, user)
            if person is None:
                raise
        return person is None or person.is_guest

    def everybody_in(self, workspace: str, channel: str, *, private: bool) -> Viewer:
        """What every member of the channel may see: with guests among them, only items of channels they all are in.

        While Slack does not say who is there, or many are of whom nothing is known: of this channel alone.
        """
        guests, everybody_known = self._guests_in(workspace, channel, NAMES_ASKED)
        return self._seen_with(workspace, channel, guests if everybody_known else None, private=private)

    def readers_in(self, workspace: str, channel: str) -> Viewer:
        """As `everybody_in`, for what the bot says there by itself: it has time to ask about more people, and takes
        those of whom Slack says nothing for full members, lest a team's own digest has no names.

        While Slack does not say who is there, what it said before counts: no guest is looked for where none was ever
        heard of.
        """
        self._look_for_private(workspace)
        guests: list[str] | None
        if self.members(workspace, channel):
            guests, _everybody_known = self._guests_in(workspace, channel, MEMBERS_ASKED)
        else:
            with self._db.read() as session:
                guests = None if people.has_guests(session, workspace) else []
        return self._seen_with(workspace, channel, guests, private=True)

    def _seen_with(self, workspace: str, channel: str, guests: list[str] | None, *, private: bool) -> Viewer:
        """In the company of *guests*; None: of some nothing is known. The channels of many are not asked for."""
        here = frozenset({channel})
        own = here if private else frozenset()
        if guests is None or len(guests) > GUESTS_ASKED:
            return Viewer("", own, here)
        theirs = [self._guest(workspace, guest, fresh=False).private_channels for guest in guests]
        return Viewer("", own, here | frozenset.intersection(*theirs) if theirs else None)

    def _guests_in(self, workspace: str, channel: str, ask: int) -> tuple[list[str], bool]:
        """The guests among the members, and whether it is known of every member what they are."""
        members = self.members(workspace, channel)
        with self._db.read() as session:
            known = people.list_people(session, workspace, members)
        found = [*known, *self._asked_about(workspace, members - {person.user for person in known}, ask)]
        return sorted(person.user for person in found if person.is_guest), bool(members) and len(found) == len(members)

    def _asked_about(self, workspace: str, users: Collection[str], ask: int) -> Iterator[Person]:
        for user in sorted(users)[:ask]:
            try:
                person = self.person(workspace, user)
            except Unavailable:
                return
            if person:
                yield person

    def members(self, workspace: str, channel: str) -> frozenset[str]:
        """Who is in the channel; nobody when Slack does not say."""
        kept = self._recall("members", workspace, channel, MEMBERSHIP_KEPT)
        if kept is None:
            try:
                kept = frozenset(ask_members(self._client_for, workspace, channel))
            except (SlackClientError, OSError, LookupError):
                return frozenset()
            self._keep("members", workspace, channel, kept)
        return frozenset(kept)

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

    def _look_for_private(self, workspace: str) -> None:
        """Public channels become private without the bot being told, unless it reads every message: it looks itself,
        now and then. A lost answer leaves things as they are, until the next look."""
        if self._recall("looked", workspace, "", LOOKED_AGAIN):
            return
        self._keep("looked", workspace, "", True)
        try:
            private = frozenset(ask_channels(self._client_for, workspace, "", "private_channel"))
        except (SlackClientError, OSError, LookupError):
            return
        self.became_private(workspace, private)

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
