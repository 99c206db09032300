"""The bodies that Slack sends to an app when a person does something.

Source: https://docs.slack.dev/reference/interaction-payloads
"""

from bot.sandbox.model import Channel, Json, Message, Team, User, View
from bot.sandbox.shapes import message_json, view_json
from bot.sandbox.state import State

# Slack does so in commands and interactions: an app that takes the name from there calls every private channel alike.
CHANNEL_NAMES = {"private": "privategroup", "im": "directmessage"}


def channel_name(channel: Channel) -> str:
    """As Slack names a channel to an app: private ones are not named."""
    return CHANNEL_NAMES.get(channel.kind, channel.name)


def person_json(user: User) -> Json:
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team}


def envelope(state: State, user: User, kind: str, team_id: str | None = None) -> Json:
    """What every interaction begins with. `team_id`: the workspace of the installation; default: the person's.

    An outsider is told by `user.team_id` alone: `team` is the installation's.
    """
    team = state.teams[team_id or user.team]
    enterprise = {"id": team.enterprise, "name": team.enterprise.title()} if team.enterprise else None
    ids = {"enterprise_id": team.enterprise, "enterprise_name": team.enterprise.title()} if team.enterprise else {}
    return {
        "type": kind,
        "team": {"id": team.id, "domain": team.domain} | ids,
        "user": person_json(user),
        "api_app_id": state.app.id,
        "token": state.app.verification_token,
        "enterprise": enterprise,
        "is_enterprise_install": is_of_organisation(team),
    }


def is_of_organisation(team: Team) -> bool:
    """Whether the app is there by an installation for the whole organisation."""
    return bool(team.installation and team.installation.organisation)


def command(state: State, user: User, channel: Channel, name: str, text: str, response_url: str) -> Json:
    """The form fields of a slash command."""
    team = state.teams[user.team]
    return {
        "token": state.app.verification_token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": state.app.id,
        # A command is a form, in which all are texts: `bool("false")` is true.
        "is_enterprise_install": "true" if is_of_organisation(team) else "false",
        "response_url": response_url,
        "trigger_id": state.new_trigger(user.id),
    } | ({"enterprise_id": team.enterprise, "enterprise_name": team.enterprise.title()} if team.enterprise else {})


def from_message(state: State, message: Message) -> Json:
    """Container, channel and message; an ephemeral message is not included, as in Slack."""
    channel = state.channels[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    place: Json = {"container": container, "channel": {"id": channel.id, "name": channel_name(channel)}}
    # So a button of an ephemeral message must carry all that its handler needs.
    if message.only_for is None:
        place["message"] = message_json(state, message)
    return place


def from_view(state: State, view: View) -> Json:
    return {"container": {"type": "view", "view_id": view.id}} | view_alone(state, view)


def view_alone(state: State, view: View) -> Json:
    """The view. Of an organisation's installation Slack names no workspace around it, only in it."""
    team: Json = {"team": None} if is_of_organisation(state.teams[view.team]) else {}
    return {"view": view_json(state, view)} | team


def action(block: Json, element: Json, value: Json, action_ts: str) -> Json:
    """One entry of `actions`."""
    shown = {key: element[key] for key in ("text", "value", "url", "style", "placeholder") if key in element}
    return (
        {"action_id": element["action_id"], "block_id": block["block_id"], "type": element["type"]}
        | (shown if element["type"] == "button" else {})
        | {key: each for key, each in value.items() if key != "type"}
        | {"action_ts": action_ts}
    )
