"""All that the sandbox knows: workspaces, people, channels, triggers. Who is where; not who may do what."""

import itertools
import secrets
import string
from collections.abc import Callable, Iterable
from typing import Any

from bot.sandbox.clock import Clock
from bot.sandbox.errors import CannotDo
from bot.sandbox.feed import Feed
from bot.sandbox.model import (
    AppConfig,
    Channel,
    Execution,
    File,
    Installation,
    Json,
    Message,
    ResponseUrl,
    Team,
    Trigger,
    User,
    View,
)

# Slack's own: whoever asks the database at length before `views.open` comes too late.
TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60.0
ALPHABET = string.digits + string.ascii_uppercase
EventSink = Callable[[Team, Json, Channel | None], None]


def base36(number: int, width: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = ALPHABET[rest] + digits
    return digits.rjust(width, "0")


class State:
    """Records by id. Ids of people and channels are unique over all workspaces."""

    def __init__(self, clock: Clock, app: AppConfig) -> None:
        self.clock = clock
        self.app = app
        self.feed = Feed()
        self.event_sinks: list[EventSink] = []
        self.clear()

    def clear(self) -> None:
        """Forgets everything but the app and the clock."""
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.files: dict[str, File] = {}
        self.codes: dict[str, str] = {}
        self.executions: dict[str, Execution] = {}
        self.installed: dict[str, int] = {}
        self.organisations: dict[str, Installation] = {}
        self.tickets: set[str] = set()
        self.revoked: set[str] = set()
        self.offered: dict[tuple[str, str], list[Json]] = {}
        # Anew, so that a reset gives the same ids and what a test or a page remembers still fits.
        self._ids = itertools.count(1)
        self._last_ts = 0

    # ids and times

    def new_id(self, prefix: str) -> str:
        return prefix + base36(next(self._ids), 10 - len(prefix) + 1)

    def new_ts(self) -> str:
        """A message's time, unique and rising: seconds with six decimals."""
        # Slack promises that a ts is unique in its channel; clocks give the same microsecond twice.
        self._last_ts = max(int(self.clock.epoch() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def seconds(self) -> int:
        return int(self.clock.epoch())

    # finding

    def organisation_of_token(self, token: str) -> Installation | None:
        """The installation for a whole organisation that the token is of."""
        return next((one for one in self.organisations.values() if secrets.compare_digest(one.token, token)), None)

    def let_in(self, organisation: str) -> list[Team]:
        """The workspaces that the organisation lets the app into."""
        return [t for t in self.teams.values() if t.installation and t.installation.organisation == organisation]

    def team_of_token(self, token: str) -> Team | None:
        for team in self.teams.values():
            if team.installation is not None and secrets.compare_digest(team.installation.token, token):
                return team
        # A step is completed with its own token, which belongs to no installation.
        return next((self.teams[one.team] for one in self.executions.values() if one.token == token), None)

    def person(self, user: str) -> User:
        """Raises CannotDo (404)."""
        if user not in self.users:
            raise CannotDo(f"There is no person {user}.", 404)
        return self.users[user]

    def channel(self, channel: str) -> Channel:
        """Raises CannotDo (404)."""
        if channel not in self.channels:
            raise CannotDo(f"There is no channel {channel}.", 404)
        return self.channels[channel]

    def installation(self, team: str) -> Installation:
        """Raises CannotDo when the app is not installed there."""
        found = self.teams[team].installation if team in self.teams else None
        if found is None:
            raise CannotDo(f"The app is not installed in {team}.")
        return found

    def bot_of(self, team: str) -> str | None:
        installation = self.teams[team].installation
        return installation.bot_user if installation else None

    def members_of_team(self, team: str) -> list[User]:
        return [user for user in self.users.values() if user.team == team]

    def channels_of_team(self, team: str) -> list[Channel]:
        """Its own, and those that another workspace shares with it."""
        return [channel for channel in self.channels.values() if team in channel.teams]

    def enterprise_of(self, team: str) -> str | None:
        return self.teams[team].enterprise

    def are_one_company(self, team: str, other: str) -> bool:
        """The same workspace, or two of one Enterprise."""
        return team == other or (
            self.enterprise_of(team) is not None and self.enterprise_of(team) == self.enterprise_of(other)
        )

    def is_ext_shared(self, channel: Channel) -> bool:
        """Whether another company is in it."""
        return any(not self.are_one_company(channel.team, team) for team in channel.shared_with)

    def is_known(self, user: User, team: str) -> bool:
        """Whether an app in that workspace can look the person up: one of the company, or met in a shared channel."""
        # An app may know outsiders whom it meets, and `users.info` finds no others.
        met = any(user.id in channel.members for channel in self.channels_of_team(team))
        return met or self.are_one_company(user.team, team)

    def team_at(self, user: User, channel: Channel | None) -> str:
        """The workspace whose app somebody meets there: an outsider meets that of the channel."""
        if channel is None or channel.team == user.team:
            return user.team
        here = [team for team in channel.teams if self.teams[team].installation is not None]
        return user.team if user.team in here else (here or [channel.team])[0]

    def canvas_of(self, channel: Channel) -> File | None:
        """The canvas in the channel's tab."""
        return next((f for f in self.files.values() if f.name == "canvas" and channel.id in f.channels), None)

    def may_see(self, user: User, channel: Channel) -> bool:
        """Members; and, for public channels, everybody of the workspace but guests."""
        if user.id in channel.members:
            return True
        # A guest sees no public channel that they are not in; “public” means the full members.
        return channel.kind == "public" and user.team in channel.teams and not user.is_guest

    # making

    def add_team(
        self, name: str, *, team: str | None = None, install: bool = True, enterprise: str | None = None
    ) -> Team:
        made = Team(team or self.new_id("T"), name, name.lower().replace(" ", "-"), enterprise=enterprise)
        self.teams[made.id] = made
        if install:
            self.install(made)
        return made

    def install(self, team: Team, scopes: set[str] | None = None) -> Installation:
        """The bot's user and a token; a second time: the same user, a new token. The same again after a reset."""
        old = next((u for u in self.members_of_team(team.id) if u.is_bot and u.bot_id), None)
        first = not any(u.id == "U0BOT" for u in self.users.values())
        bot = old or self.add_user(
            team.id,
            self.app.name,
            user="U0BOT" if first else None,
            is_bot=True,
            bot_id="B0BOT" if first else self.new_id("B"),
        )
        bot.deleted = False
        self.installed[team.id] = self.installed.get(team.id, 0) + 1
        # Counted and not random: after a reset the bot of the demo goes on with the token that it has.
        token = f"xoxb-{team.id}-sandbox-{self.installed[team.id]}"
        granted = scopes if scopes is not None else self.app.scopes
        team.installation = Installation(bot.id, bot.bot_id or "", token, granted and set(granted))
        return team.installation

    def install_organisation(self, organisation: str, scopes: set[str] | None = None) -> Installation:
        """The app for a whole organisation, which lets it into no workspace yet; those that it was in it stays in."""
        first = next(team for team in self.teams.values() if team.enterprise == organisation)
        if "W0BOT" not in self.users:
            self.add_user(first.id, self.app.name, user="W0BOT", is_bot=True, bot_id="B0ORG")
        self.installed[organisation] = self.installed.get(organisation, 0) + 1
        token = f"xoxb-{organisation}-sandbox-{self.installed[organisation]}"
        granted = scopes if scopes is not None else self.app.scopes
        made = Installation("W0BOT", "B0ORG", token, granted and set(granted), organisation)
        self.organisations[organisation] = made
        for team in self.let_in(organisation):
            team.installation = made
        return made

    def add_user(self, team: str, real_name: str, *, user: str | None = None, **traits: Any) -> User:
        name = traits.pop("name", None) or real_name.lower().replace(" ", ".")
        email = traits.pop("email", None) or f"{name}@{self.teams[team].domain}.example"
        made = User(user or self.new_id("U"), team, name, real_name, email, **traits)
        made.updated = self.seconds()
        self.users[made.id] = made
        self.feed.tell(self.everybody(team), "person", user=made.id)
        return made

    def add_channel(
        self,
        team: str,
        name: str,
        kind: str = "public",
        *,
        members: Iterable[str] = (),
        channel: str | None = None,
    ) -> Channel:
        people = list(dict.fromkeys(members))
        creator = people[0] if people else ""
        # For years private channels have begun with C too: an app cannot tell them by their id.
        prefix = "D" if kind == "im" else "C"
        made = Channel(channel or self.new_id(prefix), team, name, kind, creator, self.seconds(), people)
        self.channels[made.id] = made
        self.feed.tell(self.watchers(made), "channel", channel=made.id)
        return made

    def direct(self, *users: str) -> Channel:
        """The direct message between these people (two: im, more: mpim), made when it is not there."""
        wanted = set(users)
        for channel in self.channels.values():
            # Opening one twice gives the same channel, in Slack too: apps may call `conversations.open` before each
            # message.
            if channel.is_direct and set(channel.members) == wanted:
                return channel
        team = self.users[users[0]].team
        if len(wanted) <= 2:  # noqa: PLR2004 - a direct message has two sides
            return self.add_channel(team, "", "im", members=users)
        names = "--".join(self.users[user].name for user in sorted(wanted))
        return self.add_channel(team, f"mpdm-{names}-1", "mpim", members=users)

    def new_trigger(self, user: str, from_modal: str | None = None, team: str | None = None) -> str:
        made = f"{self.seconds()}.{next(self._ids)}.{secrets.token_hex(8)}"
        self.triggers[made] = Trigger(
            made, user, team or self.users[user].team, self.clock.epoch() + TRIGGER_SECONDS, from_modal=from_modal
        )
        return made

    def new_response_url(self, user: str, channel: str, message: Message | None = None) -> ResponseUrl:
        key = secrets.token_urlsafe(12)
        made = ResponseUrl(key, user, channel, self.clock.epoch() + RESPONSE_URL_SECONDS)
        if message is not None:
            made.message, made.thread_ts = message.ts, message.thread_ts
            made.ephemeral = message.only_for is not None
        self.response_urls[key] = made
        return made

    # telling

    def everybody(self, team: str) -> list[str]:
        return [user.id for user in self.members_of_team(team)]

    def watchers(self, channel: Channel) -> list[str]:
        """Who sees that the channel changed: members, and for public ones the workspace."""
        return [*self.everybody(channel.team), *channel.members] if channel.kind == "public" else list(channel.members)

    def emit(self, team: Team, event: Json, channel: Channel | None = None) -> None:
        """Something happened that the app may have subscribed to; in a shared channel, in each of its workspaces."""
        # Where both companies have the app, each installation gets the event: it must not be handled twice.
        others = [self.teams[other] for other in channel.teams if other != team.id] if channel else []
        told_to: list[Installation] = []
        for told in (team, *others):
            # An installation for several of them gets it once.
            if told.installation and told.installation in told_to:
                continue
            told_to += [told.installation] if told.installation else []
            for sink in self.event_sinks:
                sink(told, event, channel)
