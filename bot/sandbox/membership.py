"""Coming, going, archiving: changes to channels and people, and the events that they cause."""

from typing import Any

from bot.sandbox.errors import CannotDo
from bot.sandbox.messages import emit_message
from bot.sandbox.model import Channel, Json, User
from bot.sandbox.shapes import user_json
from bot.sandbox.state import State


def _member_event(state: State, kind: str, channel: Channel, user: str, inviter: str | None = None) -> None:
    event: Json = {
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": "C" if channel.kind == "public" else "G",
        "team": state.users[user].team if user in state.users else channel.team,
        "event_ts": state.new_ts(),
    }
    state.emit(state.teams[channel.team], event | ({"inviter": inviter} if inviter else {}), channel)


def join(state: State, channel: Channel, user: str, inviter: str | None = None) -> bool:
    """Whether the person was not in it before."""
    if user in channel.members:
        return False
    # Slack Connect lets nobody in before the channel is shared; an invitation alone is not enough.
    if state.users[user].team not in channel.teams and user != state.bot_of(channel.team):
        raise CannotDo(f"{channel.name} is not shared with the workspace of {user}.")
    channel.members.append(user)
    state.feed.tell(state.watchers(channel), "channel", channel=channel.id)
    _member_event(state, "member_joined_channel", channel, user, inviter)
    return True


def leave(state: State, channel: Channel, user: str) -> bool:
    """Whether the person was in it. The event still reaches the app that was in the channel."""
    if user not in channel.members:
        return False
    watchers = state.watchers(channel)
    # Before the member goes, else the bot would not hear that it was itself removed.
    _member_event(state, "member_left_channel", channel, user)
    channel.members.remove(user)
    state.feed.tell([*watchers, user], "channel", channel=channel.id)
    return True


def archive(state: State, channel: Channel, by: str, *, archived: bool = True) -> None:
    channel.archived = archived
    state.feed.tell(state.watchers(channel), "channel", channel=channel.id)
    prefix = "channel" if channel.kind == "public" else "group"
    kind = f"{prefix}_archive" if archived else f"{prefix}_unarchive"
    event = {"type": kind, "channel": channel.id, "user": by, "event_ts": state.new_ts()}
    state.emit(state.teams[channel.team], event, channel)


def announce(state: State, channel: Channel, kind: str) -> None:
    """`channel_created` or `channel_rename`, for channels that are not direct."""
    if channel.kind not in ("public", "private"):
        return
    prefix = "channel" if channel.kind == "public" else "group"
    # Slack tells nobody that a private channel was made: the bot learns of it when it is invited.
    if kind == "created" and prefix == "group":
        return
    shape = {"id": channel.id, "name": channel.name, "created": channel.created, "creator": channel.creator}
    event = {"type": f"{prefix}_{kind}", "channel": shape, "event_ts": state.new_ts()}
    # A new channel has no bot in it yet, and its creation is told all the same.
    state.emit(state.teams[channel.team], event, None if kind == "created" else channel)


def rename(state: State, channel: Channel, name: str) -> None:
    channel.name = name
    state.feed.tell(state.watchers(channel), "channel", channel=channel.id)
    announce(state, channel, "rename")


def make_private(state: State, channel: Channel, by: str) -> None:
    """A public channel becomes private, which its members alone still see; Slack says so in a message."""
    watchers = state.watchers(channel)
    channel.kind = "private"
    state.feed.tell(watchers, "channel", channel=channel.id)
    said = "made this channel *private*. Now, it can only be viewed or joined by invitation."
    event = {"subtype": "channel_convert_to_private", "user": by, "text": said, "ts": state.new_ts()}
    emit_message(state, channel, event)
    for member in channel.members:  # whoever is in it joins it anew, invited by nobody
        _member_event(state, "member_joined_channel", channel, member)


def share(state: State, channel: Channel, team: str, *, pending: bool = False) -> None:
    """Another workspace is connected, or only invited, which Slack tells nobody."""
    if pending:
        # No event: a bot that waits for one says private things in a channel that is about to have outsiders.
        channel.pending_with = [*channel.pending_with, team]
        return
    channel.pending_with = [one for one in channel.pending_with if one != team]
    channel.shared_with = [*(one for one in channel.shared_with if one != team), team]
    state.feed.tell(state.watchers(channel), "channel", channel=channel.id)
    event = {"type": "channel_shared", "connected_team_id": team, "channel": channel.id, "event_ts": state.new_ts()}
    state.emit(state.teams[channel.team], event, channel)


def unshare(state: State, channel: Channel, team: str) -> None:
    """Its people leave, and it is one workspace's again, unless a third one is connected."""
    channel.pending_with = [one for one in channel.pending_with if one != team]
    if team not in channel.shared_with:
        return
    # They leave one by one, as in Slack, so that whoever keeps a list of readers hears of each.
    for user in [one for one in channel.members if state.users[one].team == team]:
        leave(state, channel, user)
    channel.shared_with = [one for one in channel.shared_with if one != team]
    event = {
        "type": "channel_unshared",
        "previously_connected_team_id": team,
        "channel": channel.id,
        "is_ext_shared": state.is_ext_shared(channel),
        "event_ts": state.new_ts(),
    }
    state.emit(state.teams[channel.team], event, channel)


def change_id(state: State, channel: Channel, new: str) -> None:
    """As may happen when a channel is connected: the old id is nobody's any more."""
    old, channel.id = channel.id, new
    # Calls with the old id get `channel_not_found`; a bot that keeps it is silent from then on.
    del state.channels[old]
    state.channels[new] = channel
    for message in channel.messages.values():
        message.channel = new
    state.feed.tell(state.watchers(channel), "channel", channel=new)
    event = {"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": new, "event_ts": state.new_ts()}
    state.emit(state.teams[channel.team], event, channel)


def set_topic(state: State, channel: Channel, topic: str) -> None:
    channel.topic = topic
    state.feed.tell(state.watchers(channel), "channel", channel=channel.id)


def add_person(state: State, team: str, real_name: str, **traits: Any) -> User:
    """A new person, with `team_join`."""
    user = state.add_user(team, real_name, **traits)
    event = {"type": "team_join", "user": user_json(state, user), "event_ts": state.new_ts()}
    state.emit(state.teams[team], event)
    return user


def change_person(state: State, user: User, changes: Json) -> None:
    """New traits, `user_change`. A deactivated person leaves every channel, as in Slack."""
    for key, value in changes.items():
        setattr(user, key, value)
    user.updated = state.seconds()
    if user.deleted:
        for channel in state.channels_of_team(user.team):
            if not channel.is_direct and user.id in channel.members:
                leave(state, channel, user.id)
    state.feed.tell(state.everybody(user.team), "person", user=user.id)
    event = {
        "type": "user_change",
        "user": user_json(state, user),
        "cache_ts": user.updated,
        "event_ts": state.new_ts(),
    }
    state.emit(state.teams[user.team], event)
