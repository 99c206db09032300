"""reactions.*."""

import re

from bot.sandbox.errors import SlackError
from bot.sandbox.messages import tell
from bot.sandbox.model import Channel, Json, Message
from bot.sandbox.shapes import message_json, permalink
from bot.sandbox.state import State
from bot.sandbox.webapi.registry import Call, method

NAME = re.compile(r"[a-z0-9_+'\-]{1,100}(::skin-tone-[2-6])?")


def react(state: State, message: Message, user: str, name: str, *, remove: bool = False) -> None:
    """Adds or removes a reaction. Raises `invalid_name`, `already_reacted`, `no_reaction`."""
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name")
    users = message.reactions.get(name, [])
    if not remove and user in users:
        raise SlackError("already_reacted")
    if remove and user not in users:
        raise SlackError("no_reaction")
    now = [each for each in users if each != user] if remove else [*users, user]
    message.reactions = {**message.reactions, name: now} if now else _without(message.reactions, name)
    tell(state, message, "reaction")
    channel = state.channels[message.channel]
    event = {
        "type": "reaction_removed" if remove else "reaction_added",
        "user": user,
        "reaction": name,
        "item_user": message.user,
        "item": {"type": "message", "channel": channel.id, "ts": message.ts},
        "event_ts": state.new_ts(),
    }
    state.emit(state.teams[channel.team], event, channel)


def _without(reactions: dict[str, list[str]], name: str) -> dict[str, list[str]]:
    return {key: users for key, users in reactions.items() if key != name}


def _target(call: Call) -> tuple[Channel, Message]:
    channel = call.joined_channel()
    message = channel.messages.get(call.args.required("timestamp"))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    return channel, message


@method("reactions.add", "reactions:write")
def add(call: Call) -> Json:
    channel, message = _target(call)
    if channel.archived:
        raise SlackError("is_archived")
    react(call.state, message, call.bot, call.args.required("name"))
    return {}


@method("reactions.remove", "reactions:write")
def remove(call: Call) -> Json:
    _, message = _target(call)
    react(call.state, message, call.bot, call.args.required("name"), remove=True)
    return {}


@method("reactions.get", "reactions:read")
def get(call: Call) -> Json:
    channel, message = _target(call)
    shown = message_json(call.state, message) | {"permalink": permalink(call.state, message)}
    return {"type": "message", "channel": channel.id, "message": shown}
