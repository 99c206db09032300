"""Who may see what, by what Slack says of people (`people.py`) and of channels (`channels.py`).

Never called inside a transaction, because an answer of Slack's can take seconds.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.domain.queries import Viewer
from bot.slack.channels import MEMBERSHIP_KEPT, PRIVATE_KEPT, KnownChannels
from bot.slack.lookups import ask_channels
from bot.slack.people import NAMES_ASKED, KnownPeople
from storage import people
from storage.private import has_private
from storage.teams import list_open_teams

PRIVATE = "private_channel,mpim"
GUESTS_ASKED = 5
"""Guests of a channel whose other channels are looked up."""
READ_TOGETHER = 200
"""A larger channel is read by itself."""


class Directory(KnownPeople, KnownChannels):
    """Looks people, channels and memberships up, and who sees what, for every workspace."""

    def viewer(self, workspace: str, user: str, *, fresh: bool = False) -> Viewer:
        """The person as one who looks, with their private channels.

        An outsider sees what is in channels that they are in, and nothing else. `fresh` asks Slack again, for somebody
        who may just have joined a channel. Raises `Unavailable` when Slack has not answered for five minutes: nobody
        is shown more than they may see, or less.
        """
        self._look_for_private(workspace)
        if self._is_guest(workspace, user):
            return self._guest(workspace, user, fresh=fresh)
        # Most workspaces have nothing private, and then nobody's channels need be asked for: fifty calls a minute are
        # all that Slack gives a workspace (docs/slack.md).
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
        # An outsider's channels were asked for by `viewer_at_hand` already: they see nothing else.
        if at_hand.only is not None or self._recall("membership", workspace, at_hand.user, MEMBERSHIP_KEPT) is not None:
            return True
        kept: bool | None = self._recall("private", workspace, "", PRIVATE_KEPT)
        if kept is None:
            kept = has_private(session, workspace)
            self._keep("private", workspace, "", kept)
        return not kept

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
            guests = self._guests_among(workspace, self.members(workspace, channel))
        return self._seen_with(workspace, channel, guests, private=True)

    @contextmanager
    def at_hand_in(self, channels: Iterable[tuple[str, str]]) -> Iterator[None]:
        """As `at_hand`; who is a guest is read at once for all these (workspace, channel) whose members are known."""
        who = {each: self.members_at_hand(*each) or frozenset() for each in channels}
        asked = {
            (workspace, user) for (workspace, _), them in who.items() if len(them) <= READ_TOGETHER for user in them
        }
        with self._db.read() as session:
            self._here.guests = people.find_guests_anywhere(session, asked)
        try:
            with self.at_hand():
                yield
        finally:
            self._here.guests = {}

    def _guests_among(self, workspace: str, members: frozenset[str]) -> list[str] | None:
        """The guests among many; None: of some it is not known."""
        if not members:
            with self._db.read() as session:
                return None if people.has_guests(session, workspace) else []
        known = self._known_of(workspace, members)
        if len(members) - len(known) > NAMES_ASKED:
            self.read_everybody(workspace)
            known = self._known_of(workspace, members)
        guests, everybody_known = self._guests_of(workspace, members, known)
        return guests if everybody_known else None

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
        # Unknown or many: less is named rather than too much, and no call is made for each of a hundred guests.
        if guests is None or len(guests) > GUESTS_ASKED:
            return Viewer("", own, here, open_teams)
        theirs = [self._guest(workspace, guest, fresh=False).private_channels for guest in guests]
        # Each of them may see only what is in channels that they are in, so all together see what is in channels they
        # share.
        return Viewer("", own, here | frozenset.intersection(*theirs), open_teams)

    def _guests_in(self, workspace: str, channel: str) -> tuple[list[str], bool]:
        members = self.members(workspace, channel)
        return self._guests_of(workspace, members, self._known_of(workspace, members))

    def _known_of(self, workspace: str, members: Collection[str]) -> dict[str, bool]:
        """Those of whom anything was ever heard, each with whether they are a guest."""
        read: Mapping[tuple[str, str], bool | None] = getattr(self._here, "guests", {})
        if read and all((workspace, user) in read for user in members):
            found = {user: read[workspace, user] for user in members}
            return {user: is_guest for user, is_guest in found.items() if is_guest is not None}
        with self._db.read() as session:
            return people.find_guests(session, workspace, members)

    def _guests_of(self, workspace: str, members: frozenset[str], known: Mapping[str, bool]) -> tuple[list[str], bool]:
        """The guests among the members, and whether it is known of every member what they are.

        A few who are not known are asked about one by one; for many the list of everybody is wanted.
        """
        unknown = members - known.keys()
        # Few are asked about: somebody waits for this answer, three seconds at most.
        if len(unknown) > NAMES_ASKED:
            if not self.people_list.is_recent(workspace):
                self.people_list.want(workspace)
            return [], False
        asked = {user: self.person(workspace, user) for user in sorted(unknown)}
        # Of whom Slack says nothing is none of the workspace's, and may see no more than a guest.
        guests = {user for user, is_guest in known.items() if is_guest}
        guests |= {user for user, person in asked.items() if person is None or person.is_guest}
        return sorted(guests), bool(members)

    def _is_guest(self, workspace: str, user: str) -> bool:
        """Whom Slack does not know here may see no more than a guest. Raises `Unavailable` when Slack is away and has
        not said lately who they are: nothing is shown to somebody who may be a guest."""
        person = self.person(workspace, user)
        return person is None or person.is_guest or person.deactivated

    def _guest(self, workspace: str, user: str, *, fresh: bool) -> Viewer:
        every = f"public_channel,{PRIVATE}"
        kept = self._channels_of(workspace, user, f"guest:{user}", every, fresh=fresh)
        return Viewer(user, kept, kept)

    def _channels_of(self, workspace: str, user: str, key: str, types: str, *, fresh: bool) -> frozenset[str]:
        def ask() -> frozenset[str]:
            return frozenset(ask_channels(self._client_for, workspace, user, types))

        kept_for = timedelta(0) if fresh else MEMBERSHIP_KEPT
        return self._answer("membership", workspace, key, kept_for, ask) or frozenset()
