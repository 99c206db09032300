"""What a person sees: channels, messages with their own ephemerals, App Home, modal."""

from collections.abc import Collection

from bot.sandbox.errors import CannotDo
from bot.sandbox.messages import mentions
from bot.sandbox.model import Channel, Json, Message, User, View
from bot.sandbox.shapes import color_of, message_json, permalink, tz_fields, view_json
from bot.sandbox.state import State

TRAITS = (
    "id",
    "name",
    "real_name",
    "display_name",
    "email",
    "locale",
    "is_admin",
    "is_owner",
    "is_restricted",
    "is_ultra_restricted",
    "is_stranger",
    "is_bot",
    "deleted",
)


def person_seen(state: State, user: User) -> Json:
    known = {key: getattr(user, key) for key in TRAITS}
    return known | {"workspace": user.team, "color": color_of(user.id)} | tz_fields(user, state.clock.now())


def channel_seen(state: State, channel: Channel, user: User) -> Json:
    other = next((each for each in channel.members if each != user.id), user.id)
    seen = [m for m in channel.messages.values() if m.only_for in (None, user.id)]
    mark = channel.last_read.get(user.id, "0")
    # One's own words are never unread.
    new = [m for m in seen if m.ts > mark and m.user != user.id]
    return {
        "id": channel.id,
        "name": state.users[other].real_name if channel.kind == "im" else channel.name,
        "kind": channel.kind,
        "member": user.id in channel.members,
        "archived": channel.archived,
        "topic": channel.topic,
        "purpose": channel.purpose,
        "with": other if channel.kind == "im" else None,
        "unread": len(new),
        "mentions": sum(1 for m in new if channel.is_direct or mentions(m.text, user.id)),
        "last_read": mark,
        "latest": seen[-1].ts if seen else None,
    }


def channels_seen(state: State, user: User, *, every: bool) -> list[Json]:
    """The person's own, then with `every` the public ones that they could join."""
    own = [c for c in state.channels_of_team(user.team) if user.id in c.members]
    others = [c for c in state.channels_of_team(user.team) if c not in own and c.kind == "public"]
    could_join = [c for c in others if not c.archived] if every and not user.is_guest else []
    return [channel_seen(state, channel, user) for channel in [*own, *could_join]]


def visible_channel(state: State, user: User, channel_id: str) -> Channel:
    """Raises CannotDo (404) for one that the person may not see."""
    channel = state.channel(channel_id)
    if not state.may_see(user, channel):
        raise CannotDo(f"{user.real_name} does not see {channel_id}.", 404)
    return channel


def _from_name(state: State, message: Message) -> str:
    user = state.users.get(message.user)
    return message.username or (user.shown_name if user else message.user)


def message_seen(state: State, message: Message) -> Json:
    return message_json(state, message, with_metadata=True) | {
        "sandbox": {
            "channel": message.channel,
            "from": _from_name(state, message),
            "is_app": message.bot_id is not None,
            "ephemeral": message.only_for is not None,
            "permalink": permalink(state, message),
            "answering": message.answering,
            "call": message.call,
        }
    }


def messages_seen(
    state: State, user: User, channel: Channel, thread: str | None, only: Collection[str] = ()
) -> list[Json]:
    """The top level, or the thread's parent and replies; oldest first. *only*: of these those with one of these ts."""
    seen = [m for m in channel.messages.values() if m.only_for in (None, user.id)]
    if thread is None:
        # As in Slack's client: what is answered in a thread stands in the channel only where it was broadcast.
        chosen = [m for m in seen if not m.is_reply or m.broadcast]
    else:
        chosen = [m for m in seen if thread in (m.ts, m.thread_ts)]
    return [message_seen(state, message) for message in chosen if not only or message.ts in only]


def view_seen(state: State, view: View) -> Json:
    return view_json(state, view) | {"sandbox": {"call": view.call}}
