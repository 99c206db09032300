"""What people do among themselves: saying, reacting, joining, uploading, opening the App Home."""

import base64
import binascii

from bot.sandbox import membership
from bot.sandbox.checks.messages import check_message
from bot.sandbox.errors import CannotDo, SlackError
from bot.sandbox.messages import change, remove, say
from bot.sandbox.model import Channel, File, Json, Message, User
from bot.sandbox.people.commanding import typed
from bot.sandbox.people.desk import Desk, Outcome
from bot.sandbox.people.sight import channel_seen, message_seen
from bot.sandbox.shapes import view_json
from bot.sandbox.webapi.reactions import react as set_reaction


def _open_channel(desk: Desk, user: User, body: Json) -> Channel:
    channel = desk.channel_of(user, str(body.get("channel")))
    if channel.archived:
        raise CannotDo("The channel is archived.")
    return channel


async def message(desk: Desk, user: User, body: Json) -> Json:
    channel = _open_channel(desk, user, body)
    if channel.kind == "im" and desk.state.bot_of(user.team) in channel.members and not desk.state.app.writable_tab:
        raise CannotDo("Sending messages to this app has been turned off.")
    text = typed(desk.state, user, str(body.get("text", "")), named=False)
    said = Message(desk.state.new_ts(), channel.id, user.id, text)
    if body.get("thread_ts"):
        parent = desk.message_at(user, {"channel": channel.id, "ts": body["thread_ts"]})
        # Slack knows no threads within threads: an answer to a reply belongs to its parent.
        said.thread_ts = parent.thread_ts or parent.ts
    try:
        check_message({"text": text, "blocks": body.get("blocks")})
    except SlackError as refusal:
        raise CannotDo(f"Slack refuses this message: {refusal.error}.") from refusal
    said.blocks = body.get("blocks")
    say(desk.state, said)
    return desk.result(user, Outcome(more={"message": message_seen(desk.state, said)}))


def _own(desk: Desk, user: User, body: Json) -> Message:
    found = desk.message_at(user, body)
    if found.user != user.id:
        raise CannotDo("One can only change one's own messages.")
    return found


async def edit_message(desk: Desk, user: User, body: Json) -> Json:
    text = typed(desk.state, user, str(body.get("text", "")), named=False)
    change(desk.state, _own(desk, user, body), {"text": text}, by=user.id)
    return desk.result(user, Outcome())


async def delete_message(desk: Desk, user: User, body: Json) -> Json:
    remove(desk.state, _own(desk, user, body))
    return desk.result(user, Outcome())


async def dismiss(desk: Desk, user: User, body: Json) -> Json:
    found = desk.message_at(user, body)
    if found.only_for != user.id:
        raise CannotDo("Only an ephemeral message can be dismissed.")
    remove(desk.state, found)
    return desk.result(user, Outcome())


async def react(desk: Desk, user: User, body: Json) -> Json:
    found = desk.message_at(user, body)
    if found.only_for:
        raise CannotDo("An ephemeral message takes no reactions.")
    try:
        set_reaction(desk.state, found, user.id, str(body.get("name")), remove=bool(body.get("remove")))
    except SlackError as refusal:
        raise CannotDo(f"Slack refuses this reaction: {refusal.error}.") from refusal
    return desk.result(user, Outcome())


async def open_home(desk: Desk, user: User, body: Json) -> Json:
    """`app_home_opened`; the app publishes what it likes."""
    bot = desk.state.installation(user.team).bot_user
    direct = desk.state.direct(user.id, bot)
    event: Json = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": direct.id,
        "tab": str(body.get("tab") or "home"),
        "event_ts": desk.state.new_ts(),
    }
    # Only once there is one: the first opening comes without `view`.
    if user.home is not None and event["tab"] == "home":
        event["view"] = view_json(desk.state, user.home)
    desk.state.emit(desk.state.teams[user.team], event)
    return desk.result(user, Outcome())


async def join(desk: Desk, user: User, body: Json) -> Json:
    channel = desk.state.channel(str(body.get("channel")))
    if channel.kind != "public" or not desk.state.may_see(user, channel) or channel.archived:
        raise CannotDo(f"{user.real_name} cannot join {channel.id}.")
    membership.join(desk.state, channel, user.id)
    return desk.result(user, Outcome(more={"channel": channel_seen(desk.state, channel, user)}))


async def leave(desk: Desk, user: User, body: Json) -> Json:
    membership.leave(desk.state, desk.channel_of(user, str(body.get("channel"))), user.id)
    return desk.result(user, Outcome())


async def invite(desk: Desk, user: User, body: Json) -> Json:
    channel = _open_channel(desk, user, body)
    if channel.is_direct:
        raise CannotDo("Nobody can be invited to a direct message.")
    guest = desk.state.person(str(body.get("user")))
    membership.join(desk.state, channel, guest.id, user.id)
    return desk.result(user, Outcome())


async def kick(desk: Desk, user: User, body: Json) -> Json:
    channel = _open_channel(desk, user, body)
    membership.leave(desk.state, channel, desk.state.person(str(body.get("user"))).id)
    return desk.result(user, Outcome())


async def create_channel(desk: Desk, user: User, body: Json) -> Json:
    if user.is_guest:
        raise CannotDo("Guests cannot create channels.")
    name = str(body.get("name") or "")
    if not name or any(each.name == name for each in desk.state.channels_of_team(user.team)):
        raise CannotDo(f"There cannot be a channel {name!r}.")
    kind = "private" if body.get("private") else "public"
    channel = desk.state.add_channel(user.team, name, kind, members=[user.id])
    membership.announce(desk.state, channel, "created")
    return desk.result(user, Outcome(more={"channel": channel_seen(desk.state, channel, user)}))


async def open_dm(desk: Desk, user: User, body: Json) -> Json:
    others = [desk.state.person(str(each)).id for each in body.get("users") or []]
    channel = desk.state.direct(user.id, *(others or [desk.state.installation(user.team).bot_user]))
    return desk.result(user, Outcome(more={"channel": channel_seen(desk.state, channel, user)}))


async def upload(desk: Desk, user: User, body: Json) -> Json:
    channel = _open_channel(desk, user, body)
    try:
        content = base64.b64decode(str(body.get("content", "")), validate=True)
    except binascii.Error as error:
        raise CannotDo("The content is base64.") from error
    state = desk.state
    file = File(state.new_id("F"), user.team, str(body.get("name")), len(content), user.id, state.seconds(), content)
    file.complete, file.channels = True, [channel.id]
    state.files[file.id] = file
    said = Message(state.new_ts(), channel.id, user.id, "", subtype="file_share", files=[file.id])
    said.thread_ts = body.get("thread_ts")
    say(state, said)
    return desk.result(user, Outcome(more={"message": message_seen(state, said), "file": file.id}))
