"""conversations.*: what there is, who is in it, what was said. Canvases are in `canvases.py`."""

import re
from collections.abc import Iterable

from bot.sandbox import membership
from bot.sandbox.errors import SlackError
from bot.sandbox.model import Channel, Json, Message
from bot.sandbox.shapes import channel_json, message_json, replies_of
from bot.sandbox.webapi.paging import page
from bot.sandbox.webapi.registry import Call, method

AT_ONCE_DISTRIBUTED = 15
"""Source: https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps"""

TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
SCOPE_OF_KIND = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
NAME = re.compile(r"[^\W A-Z]{1,80}|[a-z0-9_\-]{1,80}")


def channels_as_asked(call: Call, channels: Iterable[Channel]) -> list[Channel]:
    """Those of the `types` asked for (default: public), needing the scope of each type."""
    # Without `types` no private channel is listed: who forgets it takes everybody for being in none.
    types = call.args.names("types") or ["public_channel"]
    if not set(types) <= TYPES.keys():
        raise SlackError("invalid_types")
    kinds = {TYPES[name] for name in types}
    for kind in kinds:
        call.need_scope(f"{SCOPE_OF_KIND[kind]}:read")
    hide_archived = call.args.flag("exclude_archived")
    return [c for c in channels if c.kind in kinds and not (hide_archived and c.archived)]


@method("conversations.list", *READ, tier=2)
def list_(call: Call) -> Json:
    of_team = call.state.channels_of_team(call.team.id)
    visible = [c for c in of_team if c.kind == "public" or call.bot in c.members]
    chosen, more = page(call.args, channels_as_asked(call, visible), default=100)
    return {"channels": [channel_json(call.state, c, call.bot) for c in chosen], "response_metadata": more}


@method("conversations.info", *READ)
def info(call: Call) -> Json:
    channel = call.channel()
    call.need_scope(f"{SCOPE_OF_KIND[channel.kind]}:read")
    shown = channel_json(call.state, channel, call.bot)
    if not call.args.flag("include_num_members"):
        shown.pop("num_members", None)
    if canvas := call.state.canvas_of(channel):
        shown["properties"] = {"canvas": {"file_id": canvas.id, "is_empty": not canvas.content, "quip_thread_id": ""}}
    return {"channel": shown}


@method("conversations.members", *READ, tier=4)
def members(call: Call) -> Json:
    channel = call.channel()
    call.need_scope(f"{SCOPE_OF_KIND[channel.kind]}:read")
    chosen, more = page(call.args, channel.members, default=100)
    return {"members": chosen, "response_metadata": more}


def _within(call: Call, messages: Iterable[Message]) -> list[Message]:
    """Those between `oldest` and `latest`; the ends count with `inclusive`."""
    oldest, latest = call.args.text("oldest", "0"), call.args.text("latest")
    inclusive = call.args.flag("inclusive")
    try:
        low, high = float(oldest or 0), float(latest) if latest else None
    except ValueError as error:
        raise SlackError("invalid_ts_oldest") from error
    chosen = []
    for message in messages:
        ts = float(message.ts)
        above = ts > low or (inclusive and ts == low)
        below = high is None or ts < high or (inclusive and ts == high)
        if above and below:
            chosen.append(message)
    return chosen


def _shown(call: Call, messages: list[Message]) -> list[Json]:
    full = call.args.flag("include_all_metadata")
    return [message_json(call.state, message, with_metadata=full) for message in messages]


def _at_once(call: Call, usual: int) -> int:
    return AT_ONCE_DISTRIBUTED if call.state.app.distributed else usual


@method("conversations.history", *HISTORY)
def history(call: Call) -> Json:
    channel = call.joined_channel()
    call.need_scope(f"{SCOPE_OF_KIND[channel.kind]}:history")
    # Ephemerals are in nobody's history, replies only where they were broadcast.
    top = [m for m in channel.messages.values() if not m.only_for and (not m.is_reply or m.broadcast)]
    chosen, more = page(
        call.args, _within(call, reversed(top)), default=_at_once(call, 100), highest=_at_once(call, 999)
    )
    return {
        "messages": _shown(call, chosen),
        "has_more": bool(more["next_cursor"]),
        "pin_count": 0,
        "response_metadata": more,
    }


@method("conversations.replies", *HISTORY)
def replies(call: Call) -> Json:
    channel = call.joined_channel()
    call.need_scope(f"{SCOPE_OF_KIND[channel.kind]}:history")
    parent = channel.messages.get(call.args.required("ts"))
    if parent is None or parent.only_for:
        raise SlackError("thread_not_found")
    if parent.is_reply:
        parent = channel.messages[parent.thread_ts or ""]
    following = _within(call, replies_of(channel, parent.ts))
    chosen, more = page(call.args, [parent, *following], default=_at_once(call, 1000), highest=_at_once(call, 1000))
    return {
        "messages": _shown(call, chosen),
        "has_more": bool(more["next_cursor"]),
        "response_metadata": more,
    }


@method("conversations.open", "im:write", "mpim:write")
def open_(call: Call) -> Json:
    if "channel" in call.args:
        return {"channel": channel_json(call.state, call.joined_channel(), call.bot)}
    users = call.args.names("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    for user in users:
        person = call.state.users.get(user)
        if person is None or not call.state.are_one_company(person.team, call.team.id):
            raise SlackError("user_not_found")
        if person.deleted:
            raise SlackError("user_disabled")
    if users == [call.bot]:
        raise SlackError("cannot_dm_bot")
    channel = call.state.direct(call.bot, *users)
    return {
        "channel": channel_json(call.state, channel, call.bot) if call.args.flag("return_im") else {"id": channel.id}
    }


def _not_archived(channel: Channel) -> Channel:
    if channel.archived:
        raise SlackError("is_archived")
    return channel


@method("conversations.join", "channels:join")
def join(call: Call) -> Json:
    channel = _not_archived(call.channel())
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    # A warning and no error: joining twice must be harmless for an app that was restarted.
    was_in = not membership.join(call.state, channel, call.bot)
    shown = {"channel": channel_json(call.state, channel, call.bot)}
    return shown | ({"warning": "already_in_channel"} if was_in else {})


@method("conversations.invite", "channels:manage", "groups:write", "channels:write.invites")
def invite(call: Call) -> Json:
    channel = _not_archived(call.joined_channel())
    users = call.args.names("users")
    if not users:
        raise SlackError("no_user")
    for user in users:
        person = call.state.users.get(user)
        if person is None or person.deleted or person.team != call.team.id:
            raise SlackError("user_not_found")
        if user == call.bot:
            raise SlackError("cant_invite_self")
        if user in channel.members:
            raise SlackError("already_in_channel")
    for user in users:
        membership.join(call.state, channel, user, call.bot)
    return {"channel": channel_json(call.state, channel, call.bot)}


@method("conversations.kick", "channels:manage", "groups:write")
def kick(call: Call) -> Json:
    channel = call.joined_channel()
    user = call.user().id
    if user == call.bot:
        raise SlackError("cant_kick_self")
    if not membership.leave(call.state, channel, user):
        raise SlackError("not_in_channel")
    return {"errors": {}}


@method("conversations.archive", "channels:manage", "groups:write", tier=2)
def archive(call: Call) -> Json:
    channel = call.joined_channel()
    if channel.archived:
        raise SlackError("already_archived")
    if channel.name == "general":
        raise SlackError("cant_archive_general")
    membership.archive(call.state, channel, call.bot)
    return {}


@method("conversations.create", "channels:manage", "groups:write", tier=2)
def create(call: Call) -> Json:
    name = call.args.text("name")
    if not name:
        raise SlackError("invalid_name_required")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name_specials")
    if any(channel.name == name for channel in call.state.channels_of_team(call.team.id)):
        raise SlackError("name_taken")
    kind = "private" if call.args.flag("is_private") else "public"
    channel = call.state.add_channel(call.team.id, name, kind, members=[call.bot])
    membership.announce(call.state, channel, "created")
    return {"channel": channel_json(call.state, channel, call.bot)}


@method("conversations.setTopic", "channels:manage", "groups:write", "channels:write.topic", tier=2)
def set_topic(call: Call) -> Json:
    channel = _not_archived(call.joined_channel())
    topic = call.args.text("topic")
    if len(topic) > 250:  # noqa: PLR2004 - Slack's limit
        raise SlackError("too_long")
    membership.set_topic(call.state, channel, topic)
    return {"channel": channel_json(call.state, channel, call.bot)}
