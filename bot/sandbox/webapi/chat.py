"""chat.*: posting, changing, deleting, ephemerals, links, unfurls."""

from typing import Any

from bot.sandbox.checks.messages import check_message
from bot.sandbox.errors import SlackError
from bot.sandbox.messages import change, remove, say
from bot.sandbox.model import Channel, Json, Message
from bot.sandbox.shapes import message_json, permalink, replies_of
from bot.sandbox.webapi.registry import Call, method


def content_of(call: Call) -> Json:
    """`text`, `blocks`, `attachments`, `metadata` as given and checked (absent: not in the result)."""
    raw = {
        "blocks": call.args.json("blocks", "invalid_blocks_format"),
        "attachments": call.args.json("attachments", "invalid_attachments_format"),
        "metadata": call.args.json("metadata", "invalid_metadata_format"),
        "text": call.args.text("text") if call.args.values.get("text") is not None else None,
    }
    content = {key: value for key, value in raw.items() if value is not None}
    checked = check_message(content)
    _check_files(call, checked.get("blocks") or [])
    return checked


def _check_files(call: Call, blocks: list[Json]) -> None:
    """An image may show a file of the workspace that was uploaded whole; any other is refused, as Slack does."""
    for place, block in enumerate(blocks):
        wanted = (block.get("slack_file") or {}).get("id")
        file = call.state.files.get(wanted) if wanted else None
        if wanted and (file is None or file.team != call.team.id or not file.complete):
            where = f"[json-pointer:/blocks/{place}/slack_file]"
            raise SlackError("invalid_blocks", [f"[ERROR] invalid slack file {where}"])


def _target(call: Call) -> Channel:
    """Where to post: a channel's id or #name, or a person's id (their direct message)."""
    wanted = call.args.text("channel")
    if not wanted:
        raise SlackError("channel_not_found")
    # `chat.postMessage` takes a person's id and opens their direct message.
    if wanted in call.state.users:
        return _direct(call, wanted)
    by_name = {c.name: c.id for c in call.state.channels_of_team(call.team.id) if not c.is_direct}
    return call.known_channel(by_name.get(wanted.removeprefix("#"), wanted))


def _direct(call: Call, user: str) -> Channel:
    person = call.state.users[user]
    if not call.state.are_one_company(person.team, call.team.id):
        raise SlackError("channel_not_found")
    if person.deleted:
        raise SlackError("user_disabled")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    return call.state.direct(call.bot, user)


def _writable(call: Call) -> Channel:
    channel = _target(call)
    if channel.archived:
        raise SlackError("is_archived")
    # An app's direct messages are its Messages tab, which the manifest can leave out.
    if channel.kind == "im" and not call.state.app.messages_tab:
        raise SlackError("messages_tab_disabled")
    # The scope is one that an admin may decline (docs/slack.md): then the lead is told to invite the bot.
    if call.bot not in channel.members and not call.has_scope("chat:write.public"):
        raise SlackError("not_in_channel")
    return channel


def _thread(call: Call, channel: Channel) -> str | None:
    ts = call.args.text("thread_ts")
    if not ts:
        return None
    parent = channel.messages.get(ts)
    if parent is None or parent.only_for:
        raise SlackError("thread_not_found")
    # Given a reply's ts, Slack answers in the thread of its parent.
    return parent.thread_ts if parent.is_reply else ts


def _from_app(call: Call, channel: Channel, content: Json, **more: Any) -> Message:
    name = call.args.text("username") or None
    if name:
        call.need_scope("chat:write.customize")
    message = Message(call.state.new_ts(), channel.id, call.bot, content.pop("text", ""), call=call.id, **more)
    message.bot_id, message.username = call.installation.bot_id, name
    for key, value in content.items():
        setattr(message, key, value)
    return message


@method("chat.postMessage", "chat:write", per_channel=True)
def post_message(call: Call) -> Json:
    channel = _writable(call)
    thread = _thread(call, channel)
    message = _from_app(call, channel, content_of(call), thread_ts=thread)
    message.broadcast = call.args.flag("reply_broadcast") and thread is not None
    if message.broadcast:
        message.subtype = "thread_broadcast"
    say(call.state, message)
    shown = message_json(call.state, message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


@method("chat.postEphemeral", "chat:write", tier=4)
def post_ephemeral(call: Call) -> Json:
    channel = _writable(call)
    # Slack shows nothing to somebody who is not there: such an answer must go by another way.
    if call.args.required("user") not in channel.members:
        raise SlackError("user_not_in_channel")
    content = content_of(call)
    content.pop("metadata", None)
    message = _from_app(call, channel, content, thread_ts=_thread(call, channel))
    message.only_for = call.args.text("user")
    say(call.state, message)
    return {"message_ts": message.ts}


def _own_message(call: Call, refusal: str) -> Message:
    channel = call.channel()
    message = channel.messages.get(call.args.required("ts"))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    if message.user != call.bot:
        raise SlackError(refusal)
    return message


@method("chat.update", "chat:write")
def update(call: Call) -> Json:
    message = _own_message(call, "cant_update_message")
    if call.state.channels[message.channel].archived:
        raise SlackError("is_archived")
    content = content_of(call)
    if "text" in content and "blocks" not in content:
        content["blocks"] = None
    message.values.clear()
    message.call = call.id
    change(call.state, message, content, by=call.bot)
    shown = message_json(call.state, message, with_metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


@method("chat.delete", "chat:write")
def delete(call: Call) -> Json:
    message = _own_message(call, "cant_delete_message")
    channel = call.state.channels[message.channel]
    # A parent with replies leaves a tombstone, so that its thread has something to hang from.
    if not message.is_reply and replies_of(channel, message.ts):
        change(call.state, message, {"text": "This message was deleted.", "blocks": None}, by=None)
        message.subtype = "tombstone"
    else:
        remove(call.state, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", tier=5)
def get_permalink(call: Call) -> Json:
    channel = call.channel()
    message = channel.messages.get(call.args.required("message_ts"))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    return {"channel": channel.id, "permalink": permalink(call.state, message)}


@method("chat.unfurl", "links:write")
def unfurl(call: Call) -> Json:
    channel = call.channel()
    message = channel.messages.get(call.args.required("ts"))
    if message is None:
        raise SlackError("cannot_unfurl_message")
    unfurls = call.args.json("unfurls", "invalid_unfurls_format")
    if not isinstance(unfurls, dict) or not unfurls:
        raise SlackError("missing_unfurls")
    if any(link.replace("&", "&amp;") not in message.text and link not in message.text for link in unfurls):
        raise SlackError("cannot_unfurl_url")
    for one in unfurls.values():
        check_message({"blocks": one["blocks"]} if "blocks" in one else {"text": str(one)})
    attachments = [{"from_url": link, **one} for link, one in unfurls.items()]
    change(call.state, message, {"attachments": attachments}, by=None)
    return {}
