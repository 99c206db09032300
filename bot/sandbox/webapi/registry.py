"""What a Web API method is and what it is given. The methods themselves are in the modules beside."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.errors import SlackError
from bot.sandbox.model import Channel, Installation, Json, Team, User
from bot.sandbox.state import State
from bot.sandbox.wire import Args


@dataclass
class Call:
    """One call of a method. `id` is the inspector's; `base_url` is the sandbox's own address."""

    state: State
    args: Args
    team: Team
    installation: Installation
    id: int
    base_url: str

    @property
    def bot(self) -> str:
        return self.installation.bot_user

    def has_scope(self, scope: str) -> bool:
        return self.installation.scopes is None or scope in self.installation.scopes

    def need_scope(self, *any_of: str) -> None:
        """Raises `missing_scope` unless one of them was granted."""
        if any_of and not any(self.has_scope(scope) for scope in any_of):
            provided = ",".join(sorted(self.installation.scopes or ()))
            raise SlackError("missing_scope", needed=",".join(any_of), provided=provided)

    def user(self, name: str = "user") -> User:
        """The user that the argument names. Raises `user_not_found`."""
        found = self.state.users.get(self.args.text(name))
        if found is None or not self.state.is_known(found, self.team.id):
            raise SlackError("user_not_found")
        return found

    def channel(self, name: str = "channel") -> Channel:
        """The channel that the argument names, as far as the bot may know of it.

        Raises `channel_not_found`, also for private channels that the bot is not in.
        """
        return self.known_channel(self.args.required(name))

    def known_channel(self, channel: str) -> Channel:
        found = self.state.channels.get(channel)
        if found is None or self.team.id not in found.teams:
            raise SlackError("channel_not_found")
        # Not `not_in_channel`: that would tell the app that the private channel exists.
        if found.kind != "public" and self.bot not in found.members:
            raise SlackError("channel_not_found")
        return found

    def joined_channel(self, name: str = "channel") -> Channel:
        """As `channel`, and the bot is in it. Raises `not_in_channel`."""
        found = self.channel(name)
        if self.bot not in found.members:
            raise SlackError("not_in_channel")
        return found


@dataclass(frozen=True)
class Method:
    """`scopes`: any of them will do. `tier`: of Slack's rates. `auth`: which token: bot, app or none."""

    name: str
    run: Callable[[Call], Json]
    scopes: tuple[str, ...]
    tier: int
    auth: str
    per_channel: bool


METHODS: dict[str, Method] = {}


def method(
    name: str, *scopes: str, tier: int = 3, auth: str = "bot", per_channel: bool = False
) -> Callable[[Callable[[Call], Json]], Callable[[Call], Json]]:
    """Registers a function as the method `name`."""

    def register(run: Callable[[Call], Json]) -> Callable[[Call], Json]:
        METHODS[name] = Method(name, run, scopes, tier, auth, per_channel)
        return run

    return register
