"""Slash commands and shortcuts: a person calls the app."""

import re

from bot.sandbox import payloads
from bot.sandbox.errors import CannotDo, SlackError
from bot.sandbox.messages import note
from bot.sandbox.model import Channel, Json, User
from bot.sandbox.people.desk import Desk, Outcome
from bot.sandbox.responding import show
from bot.sandbox.shapes import message_json
from bot.sandbox.state import State

OWN_MARKUP = re.compile(r"<(@[UW][A-Z0-9]+|#C[A-Z0-9]+)(\|[^>]*)?>")
# What is escaped already stays, or the page's own escaping would show as `&amp;amp;`.
BARE_AMPERSAND = re.compile(r"&(?!(amp|lt|gt);)")


def typed(state: State, user: User, text: str, *, named: bool) -> str:
    """What a person typed, as Slack sends it: `@handle` and `#channel` become ids, the rest is escaped.

    What is escaped already stays. `named`: with the name behind the id, as in slash commands.
    """
    parts, end = [], 0
    for found in OWN_MARKUP.finditer(text):
        parts += [
            _mentions(state, user, text[end : found.start()], named=named),
            _whole(state, found, named=named),
        ]
        end = found.end()
    return "".join([*parts, _mentions(state, user, text[end:], named=named)])


def _whole(state: State, found: re.Match[str], *, named: bool) -> str:
    mark, key = found[1][0], found[1][1:]
    user, channel = state.users.get(key), state.channels.get(key)
    name = user.name if user else channel.name if channel else ""
    return f"<{mark}{key}|{name}>" if named and name else f"<{mark}{key}>"


def _mentions(state: State, user: User, text: str, *, named: bool) -> str:
    escaped = BARE_AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
    names: dict[str, str] = {}
    for person in state.members_of_team(user.team):
        suffix = f"|{person.name}" if named else ""
        for name in (person.name, person.real_name, person.display_name):
            names[f"@{name}".lower()] = f"<@{person.id}{suffix}>"
    for channel in state.channels_of_team(user.team):
        if channel.kind == "public":
            names[f"#{channel.name}"] = f"<#{channel.id}|{channel.name}>"
    for group in state.teams[user.team].usergroups.values():
        # A group looks like a person to who types it; the owner's check must tell them apart (R30).
        names[f"@{group.handle}"] = f"<!subteam^{group.id}|@{group.handle}>"
    for word in ("channel", "here", "everyone"):
        # So a person's words may ping everybody, and a bot that repeats them must defuse them (contract.md, bad
        # input).
        names[f"@{word}"] = f"<!{word}>"
    # Nobody's name: a display name may be empty.
    names.pop("@", None)
    # Else `@priya` would take the beginning of `@priya.raman`.
    longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<!\w)({longest_first})(?![\w-])", lambda m: names[m[1].lower()], escaped, flags=re.IGNORECASE)


async def command(desk: Desk, user: User, body: Json) -> Json:
    """`/command`: the app's immediate answer is shown in the channel."""
    channel = desk.channel_of(user, str(body.get("channel")))
    name, _, text = str(body.get("text", "")).strip().partition(" ")
    config = _command_config(desk.state, name)
    if channel.archived:
        raise CannotDo("The channel is archived.")
    if not body.get("raw"):
        escape = config.get("should_escape", True)
        text = typed(desk.state, user, text.strip(), named=True) if escape else text.strip()
    payload = payloads.command(desk.state, user, channel, name, text, desk.response_url(user, channel))
    answer = await desk.ask(user, "command", payload, channel.id)
    outcome = desk.outcome(user, answer, channel, name)
    if answer.error is None and answer.body not in ("", None, "ok"):
        _show_answer(desk, user, channel, answer.body, outcome, name)
    return desk.result(user, outcome)


def _command_config(state: State, name: str) -> Json:
    """Raises CannotDo for a command that the app has not."""
    if not re.fullmatch(r"/[^\s/]{1,31}", name):
        raise CannotDo("A command begins with a slash, as in /actionitem list.")
    known = state.app.commands
    if known is None:
        return {}
    for each in known:
        if each["command"] == name:
            return each
    raise CannotDo(f"{name} is not a valid command.")


def _show_answer(desk: Desk, user: User, channel: Channel, body: object, outcome: Outcome, name: str) -> None:
    if not isinstance(body, str | dict):
        outcome.error = "invalid_command_response"
    else:
        try:
            shown = show(desk.state, channel, user.id, body, call=outcome.request)
            outcome.shown = [shown] if shown else []
        except SlackError as refusal:
            outcome.error = refusal.error
            _remember(desk, outcome, refusal)
    if outcome.error:
        note(desk.state, channel.id, user.id, f'{name} failed with the error "{outcome.error}"')


def _remember(desk: Desk, outcome: Outcome, refusal: SlackError) -> None:
    entry = desk.inspector.find(outcome.request or 0)
    if entry is not None:
        entry.verdict, entry.details = refusal.error, refusal.details


async def shortcut(desk: Desk, user: User, body: Json) -> Json:
    """A global shortcut."""
    callback_id = _shortcut_id(desk.state, body, "global")
    payload = payloads.envelope(desk.state, user, "shortcut") | {
        "callback_id": callback_id,
        "trigger_id": desk.state.new_trigger(user.id),
        "action_ts": desk.state.new_ts(),
    }
    answer = await desk.ask(user, "interaction", payload)
    return desk.result(user, desk.outcome(user, answer))


async def message_shortcut(desk: Desk, user: User, body: Json) -> Json:
    """A shortcut on a message."""
    callback_id = _shortcut_id(desk.state, body, "message")
    message = desk.message_at(user, body)
    if message.only_for:
        raise CannotDo("An ephemeral message has no shortcuts.")
    channel = desk.state.channels[message.channel]
    payload = payloads.envelope(desk.state, user, "message_action") | {
        "callback_id": callback_id,
        "trigger_id": desk.state.new_trigger(user.id),
        "action_ts": desk.state.new_ts(),
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": payloads.channel_name(channel)},
        "message": message_json(desk.state, message),
        "response_url": desk.response_url(user, channel, message),
    }
    answer = await desk.ask(user, "interaction", payload, channel.id)
    return desk.result(user, desk.outcome(user, answer, channel, "The shortcut"))


def _shortcut_id(state: State, body: Json, kind: str) -> str:
    wanted = str(body.get("callback_id") or "")
    known = state.app.shortcuts
    if known is not None:
        ids = [each["callback_id"] for each in known if each["type"] == kind]
        if wanted not in ids:
            raise CannotDo(f"There is no {kind} shortcut {wanted!r}; there are: {ids}.")
    return wanted
