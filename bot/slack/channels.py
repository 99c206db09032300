"""Which channels there are, which of them are private or shared, and who is in them: asked of Slack, kept for a while.

Never called inside a transaction, because an answer of Slack's can take seconds.
"""

from collections.abc import Collection
from datetime import timedelta

from bot.domain.errors import Refused, Unavailable
from bot.slack.kept_answers import TRUSTED, KeptAnswers
from bot.slack.lookups import Channel, OwnChannel, ask_channel, ask_members, ask_own_channels
from storage.moved_channels import channel_now
from storage.private import has_private, has_public_in, record_private

MEMBERSHIP_KEPT = timedelta(seconds=60)
PRIVATE_KEPT = timedelta(seconds=5)
CHANNEL_KEPT = timedelta(minutes=4)
LOOKED_AGAIN = timedelta(minutes=4)
PRIVATE_NAME = "privategroup"
"""As Slack calls every private channel in commands and interactions."""
NOT_INVITED = "I am not in this channel yet. Invite me first: /invite @Action Items"


class KnownChannels(KeptAnswers):
    """Looks channels and their members up, for every workspace."""

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
        # Called private where it was public when Slack was asked: it is not what it was.
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
        try:
            found = ask_channel(self._client_for, workspace, channel, "")
        except Unavailable:
            # Slack sends the event again in a minute; until then whoever looks makes the bot look first.
            self._forget([("looked", workspace, "")])
            raise
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

    def members(self, workspace: str, channel: str) -> frozenset[str]:
        """Who is in the channel; nobody where Slack will not say. Raises `Unavailable` when it does not answer."""

        def ask() -> frozenset[str]:
            return frozenset(ask_members(self._client_for, workspace, channel))

        return self._answer("members", workspace, channel, MEMBERSHIP_KEPT, ask) or frozenset()

    def hear_of(self, workspace: str, channel: str) -> None:
        """Asks Slack what `readers_in` mostly needs to know of the channel, unless it is at hand; "": of the workspace
        alone. Raises `Unavailable`."""
        if not channel:
            self._look_for_private(workspace)
        elif not self._is_shared(workspace, channel):
            self.members(workspace, channel)

    def members_at_hand(self, workspace: str, channel: str) -> frozenset[str] | None:
        """As `members`, without asking; None when that is not known right now."""
        kept: frozenset[str] | None = self._recall("members", workspace, channel, MEMBERSHIP_KEPT)
        return kept

    def became_private(self, workspace: str, channels: Collection[str]) -> None:
        """These channels are private: what was made in them is so too, if it was not before.

        Said as often as it is found: what somebody was filling in when it was said first is recorded as public.
        """
        if not channels:
            return
        self._forget(("channel", workspace, channel) for channel in channels)
        with self._db.begin() as session:
            changed = record_private(session, workspace, channels)
        if changed:
            # People's lists of private channels were asked for while it was public, so it is in none of those that are
            # kept.
            self.forget_membership(workspace, None)
            self._keep("private", workspace, "", True)

    def heard_of_private(self, workspace: str, *, found: bool) -> None:
        """Whether there is anything private, as somebody has just read: it is not asked for again at once."""
        self._keep("private", workspace, "", found)

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
            # Also when Slack says no (a scope that is missing): else every request would ask again and get the same no.
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

    def _is_shared(self, workspace: str, channel: str) -> bool:
        """Whether people of another organisation read along, or are about to, which Slack tells nobody: it is looked
        for. A channel without the bot is asked about by itself. Raises `Unavailable`."""
        # The bot's own channels are looked at anyway, every few minutes for the whole workspace: mostly this costs no
        # call.
        for own in self._look_for_private(workspace):
            if own.id == channel:
                return own.is_shared
        found = self._found(workspace, channel, "")
        return found is not None and found.is_shared

    def forget_channel(self, workspace: str, channel: str) -> None:
        """It was shared, or is no more, or has another id: ask again next time."""
        # All that may be different in a channel that others read: what it is, what it may be called, and who is there.
        # Whether it is shared is read from the last look at the bot's own channels first.
        self._forget([
            *((kind, workspace, channel) for kind in ("channel", "channel_name", "members")),
            ("looked", workspace, ""),
            *(each for each in self._known() if each[:2] == ("membership", workspace)),
        ])  # fmt: skip

    def forget_membership(self, workspace: str, user: str | None) -> None:
        """They joined or left a channel: ask again next time. None: the bot did, so that holds for everybody."""
        self._forget(
            [
                (kind, where, who)
                for kind, where, who in self._known()
                if where == workspace
                and (kind == "members" or (kind == "membership" and user in (None, who.removeprefix("guest:"))))
            ]
        )
