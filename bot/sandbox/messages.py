"""Saying, changing and removing messages: the record, what people's pages are told, and the events."""

import re

from bot.sandbox.model import Channel, Json, Message
from bot.sandbox.shapes import message_json
from bot.sandbox.state import State

EVENT_CHANNEL_TYPES = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}


def say(state: State, message: Message) -> Message:
    """Puts a message into its channel. An ephemeral one is told to its reader alone, and is no event."""
    channel = state.channels[message.channel]
    # Slack takes it, answers `ok`, and shows it to nobody: “only shown if there is already an active thread”.
    if message.only_for and message.is_reply and not channel.threads.get(message.thread_ts or ""):
        return message
    channel.messages[message.ts] = message
    if message.only_for:
        tell(state, message, "ephemeral")
        return message
    if message.is_reply:
        channel.threads.setdefault(message.thread_ts or "", []).append(message.ts)
    channel.last_read[message.user] = message.ts
    tell(state, message, "message")
    event = message_json(state, message, with_metadata=True)
    emit_message(state, channel, event)
    bot = state.bot_of(channel.team)
    # Beside the `message` event, not instead of it: who handles both answers twice. In a direct message Slack sends
    # none.
    if bot and mentions(message.text, bot) and message.user != bot and not channel.is_direct:
        team = state.teams[channel.team]
        state.emit(team, event | {"type": "app_mention", "channel": channel.id, "event_ts": message.ts}, channel)
    return message


def mentions(text: str, user: str) -> bool:
    return re.search(rf"<@{user}(\|[^>]*)?>", text) is not None


def tell(state: State, message: Message, kind: str) -> None:
    """Tells the pages of everybody who sees the message."""
    channel = state.channels[message.channel]
    readers = [message.only_for] if message.only_for else channel.members
    thread = message.thread_ts if message.is_reply else None
    state.feed.tell(readers, kind, channel=channel.id, ts=message.ts, thread_ts=thread)


def emit_message(state: State, channel: Channel, event: Json) -> None:
    """A `message` event, with the fields that only events have."""
    kind = EVENT_CHANNEL_TYPES[channel.kind]
    said_by = state.users.get(str(event.get("user")))
    # The one thing by which an outsider's message is known: `is_restricted` says nothing about them.
    if said_by is not None and said_by.team != channel.team:
        event = event | {"user_team": said_by.team, "source_team": said_by.team}
    full = {"event_ts": event["ts"]} | event | {"type": "message", "channel": channel.id, "channel_type": kind}
    state.emit(state.teams[channel.team], full, channel)


def change(state: State, message: Message, changes: Json, *, by: str | None) -> None:
    """Edits fields of a message. `by`: who is named in `edited`; None leaves no mark."""
    before = message_json(state, message)
    for key, value in changes.items():
        setattr(message, key, value)
    now = state.new_ts()
    if by:
        message.edited = {"user": by, "ts": now}
    tell(state, message, "message_changed")
    if message.only_for:
        return
    after = message_json(state, message, with_metadata=True)
    event = {
        "subtype": "message_changed",
        "message": after,
        "previous_message": before,
        "hidden": True,
        "ts": now,
    }
    emit_message(state, state.channels[message.channel], event)


def remove(state: State, message: Message) -> None:
    """Deletes a message."""
    channel = state.channels[message.channel]
    before = message_json(state, message)
    del channel.messages[message.ts]
    if message.is_reply and not message.only_for:
        channel.threads[message.thread_ts or ""].remove(message.ts)
    tell(state, message, "message_deleted")
    if message.only_for:
        return
    event = {
        "subtype": "message_deleted",
        "deleted_ts": message.ts,
        "previous_message": before,
        "hidden": True,
        "ts": state.new_ts(),
    }
    emit_message(state, channel, event)


def note(state: State, channel: str, user: str, text: str) -> Message:
    """Slackbot's ephemeral word to one person, as when a command failed."""
    return say(state, Message(state.new_ts(), channel, "USLACKBOT", text, only_for=user, username="Slackbot"))
