"""Who people are and which channels they are in: asked of Slack, kept for a short while.

Never called inside a transaction, because an answer of Slack's can take seconds.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.exc import OperationalError

from bot.blocks.text import Names
from bot.clock import Clock
from bot.domain.errors import Refused, Unavailable
from bot.domain.people import Person
from bot.domain.queries import Viewer
from bot.naming import names_from
from bot.slack import ClientFor
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
SLACK_IS_AWAY = "Slack did not answer. Nothing was changed; try again in a moment."
NO_EMAILS = (
    "Slack does not show e-mail addresses to this app. Install it again with the scope users:read.email, "
    "or name people by their Slack ids."
)


class RateLimited(Unavailable):
    """Slack asks to be left alone for `seconds`; then the same question will do."""

    def __init__(self, seconds: int) -> None:
        super().__init__(SLACK_IS_AWAY)
        self.seconds = seconds


@dataclass(frozen=True)
class Channel:
    """A conversation as Slack describes it. `private` is true for everything that is not public."""

    id: str
    name: str
    private: bool
    created_at: datetime | None = None


class Directory:
    """Looks people, channels and memberships up, for every workspace."""

    def __init__(self, db: Database, client_for: ClientFor, clock: Clock) -> None:
        self._db = db
        self._client_for = client_for
        self._clock = clock
        self._kept: dict[tuple[str, str, str], tuple[datetime, Any]] = {}
        self._private: dict[str, frozenset[str]] = {}
        self._lock = Lock()

    def person(self, workspace: str, user: str) -> Person | None:
        """The person; None when Slack does not know them. Raises `Unavailable` when Slack does not answer."""
        kept: Person | None = self._recall("person", workspace, user, MEMBERSHIP_KEPT)
        if kept:
            return kept
        with self._db.begin() as session:
            known = people.find_person(session, workspace, user)
        if known and self._clock() - known.asked_at < PERSON_KEPT:
            self._keep("person", workspace, user, known)
            return known
        try:
            found = self._client_for(workspace).users_info(user=user, include_locale=True)["user"]
        except SlackApiError as error:
            if error.response.get("error") in ("user_not_found", "user_not_visible"):
                return None
            raise Unavailable(SLACK_IS_AWAY) from error
        except (SlackClientError, OSError) as error:
            raise Unavailable(SLACK_IS_AWAY) from error
        return self._record(workspace, _person(workspace, found, self._clock()))

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
            with self._db.begin() as session:
                return people.find_person(session, workspace, user)

    def person_by_email(self, workspace: str, email: str) -> Person | None:
        """The member with that address; None when there is none. Raises `RateLimited`, `Unavailable` or `Refused`."""
        try:
            found = self._client_for(workspace).users_lookupByEmail(email=email)["user"]
        except SlackApiError as error:
            code = error.response.get("error")
            if code == "users_not_found":
                return None
            if code == "missing_scope":
                raise Refused(NO_EMAILS) from error
            if code == "ratelimited":
                raise RateLimited(int(error.response.headers.get("Retry-After", "1"))) from error
            raise Unavailable(SLACK_IS_AWAY) from error
        except (SlackClientError, OSError) as error:
            raise Unavailable(SLACK_IS_AWAY) from error
        return self._record(workspace, _person(workspace, found, self._clock()))

    def names(self, workspace: str, users: Collection[str]) -> Names:
        """The names of *users*, ready for mrkdwn. Who is not known is asked for; else they are a mention."""
        with self._db.begin() as session:
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
        return self._record(workspace, _person(workspace, said, self._clock()))

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
        kept = self._recall("channel", workspace, channel, CHANNEL_KEPT)
        if kept is None:
            kept = self._ask_channel(workspace, channel, name)
            self._keep("channel", workspace, channel, kept)
        return kept  # type: ignore[no-any-return]

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
                kept = frozenset(self._ask_channels(workspace, user, PRIVATE))
            except (SlackClientError, OSError):
                return Viewer(user)
            self._keep("membership", workspace, user, kept)
        return Viewer(user, kept)

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
                kept = frozenset(self._ask_channels(workspace, user, f"public_channel,{PRIVATE}"))
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
            with self._db.begin() as session:
                person = people.find_person(session, workspace, user)
            if person is None:
                raise
        return person is None or person.is_guest

    def everybody_in(self, workspace: str, channel: str, *, private: bool, ask: int = NAMES_ASKED) -> Viewer:
        """What every member of the channel may see: with guests among them, only items of channels they all are in.

        While Slack does not say who is there, or more than *ask* are of whom nothing is known: of this channel alone.
        """
        here = frozenset({channel})
        guests = self._guests_in(workspace, channel, ask)
        own = here if private else frozenset()
        if guests is None:
            return Viewer("", own, here)
        theirs = [self._guest(workspace, guest, fresh=False).private_channels for guest in guests]
        return Viewer("", own, here | frozenset.intersection(*theirs) if theirs else None)

    def readers_in(self, workspace: str, channel: str) -> Viewer:
        """As `everybody_in`, for what the bot says there by itself: it has time to ask about more people.

        While Slack is away, what it said before counts: no guest is looked for where none was ever heard of.
        """
        self._look_for_private(workspace)
        if not self.members(workspace, channel):
            with self._db.begin() as session:
                if not people.has_guests(session, workspace):
                    return Viewer("", frozenset({channel}))
        return self.everybody_in(workspace, channel, private=True, ask=MEMBERS_ASKED)

    def _guests_in(self, workspace: str, channel: str, ask: int) -> list[str] | None:
        """None when that is not known, and for more than a few, whose channels are too many to ask for."""
        members = self.members(workspace, channel)
        with self._db.begin() as session:
            known = people.list_people(session, workspace, members)
        found = [*known, *self._asked_about(workspace, members - {person.user for person in known}, ask)]
        guests = sorted(person.user for person in found if person.is_guest)
        return guests if members and len(found) == len(members) and len(guests) <= GUESTS_ASKED else None

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
                kept = frozenset(self._ask_members(workspace, channel))
            except (SlackClientError, OSError, LookupError):
                return frozenset()
            self._keep("members", workspace, channel, kept)
        return frozenset(kept)

    def forget_membership(self, workspace: str, user: str | None) -> None:
        """They joined or left a channel: ask again next time. None: the bot did, so that holds for everybody."""
        with self._lock:
            for kind, where, who in list(self._kept):
                if where == workspace and (
                    kind == "members" or (kind == "membership" and user in (None, who.removeprefix("guest:")))
                ):
                    del self._kept[kind, where, who]

    def became_private(self, workspace: str, channels: Collection[str]) -> None:
        """These channels are private: what was made in them is so too, if it was not before."""
        with self._lock:
            for channel in channels:
                self._kept.pop(("channel", workspace, channel), None)
        with self._db.begin() as session:
            changed = record_private(session, workspace, channels)
        if changed:
            self.forget_membership(workspace, None)
            self._keep("private", workspace, "", True)

    def _found_private(self, workspace: str, channels: frozenset[str]) -> None:
        """As `became_private`, of what this process had not found so before: it costs a look at all items."""
        if new := channels - self._private.get(workspace, frozenset()):
            self.became_private(workspace, new)
            with self._lock:
                self._private[workspace] = self._private.get(workspace, frozenset()) | new

    def _look_for_private(self, workspace: str) -> None:
        """Public channels become private without the bot being told, unless it reads every message: it looks itself,
        now and then. A lost answer leaves things as they are, until the next look."""
        if self._recall("looked", workspace, "", LOOKED_AGAIN):
            return
        self._keep("looked", workspace, "", True)
        try:
            private = frozenset(self._ask_channels(workspace, "", "private_channel"))
        except (SlackClientError, OSError, LookupError):
            return
        self._found_private(workspace, private)

    def _anything_private(self, workspace: str, *, fresh: bool) -> bool:
        """Most workspaces have nothing private. A stale no only hides, so it may be kept for a moment."""
        kept: bool | None = None if fresh else self._recall("private", workspace, "", PRIVATE_KEPT)
        if kept is None:
            with self._db.begin() as session:
                kept = has_private(session, workspace)
            self._keep("private", workspace, "", kept)
        return kept

    def _record(self, workspace: str, person: Person) -> Person:
        with self._db.begin() as session:
            record_workspace(session, workspace)
            people.record_person(session, person)
        self._keep("person", workspace, person.user, person)
        return person

    def _ask_channel(self, workspace: str, channel: str, name: str) -> Channel:
        try:
            found = self._client_for(workspace).conversations_info(channel=channel)["channel"]
        except SlackApiError as error:
            if error.response.get("error") == "channel_not_found":
                self._found_private(workspace, frozenset({channel}))  # somebody asks from there, so it is
                raise Refused("I am not in this channel yet. Invite me first: /invite @Action Items") from error
            raise Unavailable(SLACK_IS_AWAY) from error  # it may be private: nothing is said or made there on a guess
        except (SlackClientError, OSError) as error:
            raise Unavailable(SLACK_IS_AWAY) from error
        private = any(found.get(kind) for kind in ("is_private", "is_im", "is_mpim"))
        created = datetime.fromtimestamp(found["created"], self._clock().tzinfo) if found.get("created") else None
        if found.get("is_private"):
            self._found_private(workspace, frozenset({channel}))
        return Channel(channel, found.get("name") or name, private, created)

    def _ask_channels(self, workspace: str, user: str, types: str) -> Iterator[str]:
        cursor: str | None = None
        while cursor != "":
            page = self._client_for(workspace).users_conversations(
                user=user or None, types=types, limit=999, exclude_archived=False, cursor=cursor
            )
            yield from (channel["id"] for channel in page.get("channels") or ())
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""

    def _ask_members(self, workspace: str, channel: str) -> Iterator[str]:
        cursor: str | None = None
        while cursor != "":
            page = self._client_for(workspace).conversations_members(channel=channel, limit=999, cursor=cursor)
            yield from page.get("members") or ()
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""

    def _recall(self, kind: str, workspace: str, key: str, kept_for: timedelta) -> Any:
        with self._lock:
            at, value = self._kept.get((kind, workspace, key), (None, None))
        return value if at and self._clock() - at < kept_for else None

    def _keep(self, kind: str, workspace: str, key: str, value: Any) -> None:
        with self._lock:
            if len(self._kept) > 20_000:  # noqa: PLR2004 – a bound on memory, nothing depends on it
                self._kept.clear()
            self._kept[kind, workspace, key] = (self._clock(), value)


def _person(workspace: str, found: dict[str, Any], asked_at: datetime) -> Person:
    profile = found.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or found.get("real_name") or found.get("name")
    return Person(
        workspace=workspace,
        user=found["id"],
        name=name or found["id"],
        asked_at=asked_at,
        timezone=found.get("tz") or "UTC",
        locale=(found.get("locale") or "en-US")[:16],
        is_bot=bool(found.get("is_bot")),
        is_guest=any(found.get(kind) for kind in ("is_restricted", "is_ultra_restricted", "is_stranger")),
        is_admin=bool(found.get("is_admin") or found.get("is_owner")),
        deactivated=bool(found.get("deleted")),
    )
