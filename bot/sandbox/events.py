"""The Events API: which events the app gets, their envelopes, one after the other, and Slack's retries.

Source: https://docs.slack.dev/apis/events-api (retries: at once, after one minute, after five).
"""

import asyncio
import secrets

from bot.sandbox.model import Channel, Installation, Json, Team
from bot.sandbox.outgoing import Answer, Outgoing
from bot.sandbox.state import State

# Slack's own: who fails to know an event again by its id handles it four times.
RETRIES = (0, 60, 300)
MESSAGE_NAMES = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
SCOPES = {
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "app_mention": {"app_mentions:read"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "channel_created": {"channels:read"},
    "channel_rename": {"channels:read"},
    "channel_archive": {"channels:read"},
    "channel_unarchive": {"channels:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "channel_id_changed": {"channels:read", "groups:read"},
    "group_rename": {"groups:read"},
    "group_archive": {"groups:read"},
    "group_unarchive": {"groups:read"},
    "team_join": {"users:read"},
    "user_change": {"users:read"},
}


def subscription(event: Json) -> str:
    """The name under which an app subscribes to this event."""
    if event["type"] == "message":
        return f"message.{MESSAGE_NAMES[event['channel_type']]}"
    return str(event["type"])


def is_told(state: State, installation: Installation, event: Json, channel: Channel | None) -> bool:
    """Whether the app has subscribed, has the scope, and is where it happened."""
    name = subscription(event)
    # Subscribed, allowed and present, all three: a manifest that lacks one is noticed by a test, not by a customer.
    if state.app.events is not None and name not in state.app.events:
        return False
    needed = SCOPES.get(name, set())
    # Any one of them will do: each half of a pair stands for one kind of channel.
    if needed and installation.scopes is not None and not needed & installation.scopes:
        return False
    # Events about channels reach an app for every public one, messages only where its bot is a member.
    seen_by_all = channel is None or (channel.kind == "public" and name.startswith("channel_"))
    return seen_by_all or (channel is not None and installation.bot_user in channel.members)


def envelope(state: State, team: Team, installation: Installation, event: Json, channel: Channel | None = None) -> Json:
    """What stands around an event. `context_team_id` and `team_id` are the workspace of the installation."""
    return {
        "token": state.app.verification_token,
        "team_id": team.id,
        "enterprise_id": team.enterprise,
        "context_team_id": team.id,
        "context_enterprise_id": team.enterprise,
        "api_app_id": state.app.id,
        "event": event,
        "type": "event_callback",
        # The same in every retry: the only thing by which a repeated event can be known.
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": state.seconds(),
        "event_context": secrets.token_urlsafe(12),
        "is_ext_shared_channel": channel is not None and state.is_ext_shared(channel),
        "authorizations": [
            {
                "enterprise_id": team.enterprise,
                # An organisation's names no workspace: who takes it from here finds none.
                "team_id": None if installation.organisation else team.id,
                "user_id": installation.bot_user,
                "is_bot": True,
                "is_enterprise_install": bool(installation.organisation),
            }
        ],
    }


def news(state: State, organisation: str, event: Json) -> Json:
    """What stands around news of an organisation's installation: no workspace, and no authorizations.

    Source: tests/scenario_tests/test_events_org_apps.py of slackapi/bolt-python.
    """
    return {
        "token": state.app.verification_token,
        "enterprise_id": organisation,
        "api_app_id": state.app.id,
        "event": event | {"event_ts": state.new_ts()},
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": state.seconds(),
    }


def retry_reason(answer: Answer) -> str:
    if answer.error == "operation_timeout":
        return "http_timeout"
    return "http_error" if answer.status else "connection_failed"


class EventDelivery:
    """A queue: first attempts in order, retries beside it, by the sandbox's clock."""

    def __init__(self, state: State, outgoing: Outgoing) -> None:
        self._state, self._outgoing = state, outgoing
        self._queue: asyncio.Queue[Json] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._clock_moved = asyncio.Event()
        self._retries: set[asyncio.Task[None]] = set()
        state.event_sinks.append(self.take)
        state.clock.on_move.append(self._wake)

    def take(self, team: Team, event: Json, channel: Channel | None) -> None:
        """Called for everything that happens, from any thread."""
        installation = team.installation
        reachable = self._outgoing.socket is not None or self._outgoing.app.request_url is not None
        if self._loop is None or installation is None or not reachable:
            return
        if is_told(self._state, installation, event, channel):
            # Made when it happens, not when it is sent: the channel may be renamed or gone by then.
            full = envelope(self._state, team, installation, event, channel)
            # Things happen in a test's thread too, and asyncio's queue belongs to its loop.
            self._loop.call_soon_threadsafe(self._queue.put_nowait, full)

    def take_news(self, organisation: str, event: Json) -> None:
        """News of an organisation's installation."""
        subscribed = self._state.app.events
        if self._loop is not None and (subscribed is None or event["type"] in subscribed):
            self._loop.call_soon_threadsafe(self._queue.put_nowait, news(self._state, organisation, event))

    def _wake(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._clock_moved.set)

    async def run(self) -> None:
        """Delivers until it is cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            full = await self._queue.get()
            try:
                answer = await self._send(full, None)
                if answer.error:
                    # Beside the queue, as in Slack: what is retried comes after newer events, and code that needs
                    # their order fails.
                    task = asyncio.create_task(self._retry(full, answer))
                    # The loop keeps tasks only weakly.
                    self._retries.add(task)
                    task.add_done_callback(self._retries.discard)
            finally:
                self._queue.task_done()

    async def settled(self, seconds: float) -> bool:
        """Whether every event had its first attempt within `seconds`."""
        await asyncio.sleep(0)
        try:
            await asyncio.wait_for(self._queue.join(), seconds)
        except TimeoutError:
            return False
        return True

    async def _send(self, full: Json, retry: Json | None) -> Answer:
        event = full["event"]
        user = event.get("user")
        channel = event.get("channel")
        return await self._outgoing.send(
            "event",
            full,
            retry,
            method=f"event:{subscription(event)}",
            workspace=full.get("team_id") or full["enterprise_id"],
            user=user if isinstance(user, str) else None,
            channel=channel if isinstance(channel, str) else None,
        )

    async def _retry(self, full: Json, answer: Answer) -> None:
        # By the sandbox's clock, so that a test sees the retry after five minutes by moving it.
        began = self._state.clock.epoch()
        for number, seconds in enumerate(RETRIES, start=1):
            await self._until(began + seconds)
            answer = await self._send(full, {"num": number, "reason": retry_reason(answer)})
            if not answer.error:
                return

    async def _until(self, epoch: float) -> None:
        """Waits for the sandbox's clock, however it gets there."""
        while (left := epoch - self._state.clock.epoch()) > 0:
            self._clock_moved.clear()
            try:
                await asyncio.wait_for(self._clock_moved.wait(), left)
            except TimeoutError:
                continue
