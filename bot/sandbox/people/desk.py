"""What every acting person needs: the state, the way to the app, and the Result (docs/sandbox.md)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.errors import CannotDo
from bot.sandbox.inspector import Inspector
from bot.sandbox.messages import note
from bot.sandbox.model import Channel, Json, Message, User, View
from bot.sandbox.outgoing import Answer, Outgoing
from bot.sandbox.people.sight import message_seen, view_seen
from bot.sandbox.state import State


@dataclass
class Outcome:
    """What came of an act. `error`: in the words of Slack's client."""

    error: str | None = None
    status: int | None = None
    request: int | None = None
    shown: list[Message] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    more: Json = field(default_factory=dict)


@dataclass
class Desk:
    """`base_url()`: the sandbox's own address, known once it listens."""

    state: State
    outgoing: Outgoing
    inspector: Inspector
    base_url: Callable[[], str]

    def result(self, user: User, outcome: Outcome) -> Json:
        top = user.modals[-1] if user.modals else None
        shown: Json = {
            "ok": outcome.error is None,
            "error": outcome.error,
            "status": outcome.status,
            "request": outcome.request,
            "shown": [message_seen(self.state, message) for message in outcome.shown],
            "errors": outcome.errors,
            "modal": view_seen(self.state, top) if top else None,
            "depth": len(user.modals),
        }
        return shown | outcome.more

    def response_url(self, user: User, channel: Channel, message: Message | None = None) -> str:
        made = self.state.new_response_url(user.id, channel.id, message)
        return f"{self.base_url()}/respond/{self.state.team_at(user, channel)}/{made.id}"

    async def ask(
        self, user: User, kind: str, payload: Json, channel: str | None = None, team: str | None = None
    ) -> Answer:
        """Sends to the app of `team`, by default the person's; `kind`: command or interaction.

        Raises CannotDo when it is not installed there: nobody can use the commands of another company's app.
        """
        team = team or user.team
        self.state.installation(team)
        name = "slash_command" if kind == "command" else str(payload["type"])
        return await self.outgoing.send(kind, payload, method=name, workspace=team, user=user.id, channel=channel)

    def outcome(self, user: User, answer: Answer, channel: Channel | None = None, what: str = "") -> Outcome:
        """From an answer; a failure leaves Slack's note in the channel."""
        if answer.error and channel is not None:
            note(self.state, channel.id, user.id, f'{what} failed with the error "{answer.error}"')
        return Outcome(answer.error, answer.status, answer.entry)

    def message_at(self, user: User, where: Json) -> Message:
        """The message that the person sees there. Raises CannotDo."""
        channel = self.channel_of(user, str(where.get("channel")))
        message = channel.messages.get(str(where.get("ts")))
        # Somebody else's ephemeral is as if it were not there.
        if message is None or message.only_for not in (None, user.id):
            raise CannotDo(f"There is no message {where.get('ts')} in {channel.id}.", 404)
        return message

    def channel_of(self, user: User, channel: str) -> Channel:
        """A channel that the person is in; a person's id names the direct message with them."""
        if channel in self.state.users:
            return self.state.direct(user.id, channel)
        found = self.state.channel(channel)
        # Whoever is not in a channel can look at a public one and nothing else, so a command from there cannot
        # happen.
        if user.id not in found.members:
            raise CannotDo(f"{user.real_name} is not in {found.name or channel}.")
        return found

    def view_of(self, user: User, view_id: Any) -> View:
        """One of the person's open views, App Home included; None: the top of the stack. Raises CannotDo."""
        known = [*user.modals, *([user.home] if user.home else [])]
        if view_id is None and user.modals:
            return user.modals[-1]
        for view in known:
            if view.id == view_id:
                return view
        raise CannotDo(f"{user.real_name} has no open view {view_id or ''}".strip() + ".", 404)
