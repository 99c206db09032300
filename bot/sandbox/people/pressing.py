"""Buttons, menus and inputs that report at once (`block_actions`), and external selects."""

from typing import Any

from bot.sandbox import payloads
from bot.sandbox.checks.elements import STATEFUL
from bot.sandbox.checks.objects import option
from bot.sandbox.checks.schema import Place
from bot.sandbox.errors import CannotDo
from bot.sandbox.model import Channel, Json, Message, User, Values, View
from bot.sandbox.people.desk import Desk
from bot.sandbox.state import State
from bot.sandbox.values import Choices, chosen, find_element, initial_values, with_given

Source = Message | View
OPTION = option()
MOST_OPTIONS = 100
FEWEST_LETTERS = 3
"""Unless the element says another `min_query_length`."""


def source_of(desk: Desk, user: User, body: Json) -> Source:
    """The message or view that the body names. Raises CannotDo."""
    if isinstance(body.get("message"), dict):
        return desk.message_at(user, body["message"])
    return desk.view_of(user, body.get("view"))


def blocks_of(source: Source) -> list[Json]:
    blocks = list(source.blocks or [])
    if isinstance(source, Message):
        for attachment in source.attachments or []:
            blocks += attachment.get("blocks") or []
    return blocks


def values_of(source: Source, user: User) -> Values:
    kept = source.values if isinstance(source, View) else source.values.get(user.id, {})
    channel = source.channel if isinstance(source, Message) else None
    return initial_values(blocks_of(source), channel, kept)


def keep_values(source: Source, user: User, values: Values) -> None:
    if isinstance(source, View):
        source.values = values
    else:
        source.values[user.id] = values


async def action(desk: Desk, user: User, body: Json) -> Json:
    """`/action`."""
    source = source_of(desk, user, body)
    block, element = find_element(blocks_of(source), str(body.get("action_id")), body.get("block_id"))
    # Slack's client keeps such a value to itself until the submission; a handler for it would never run.
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise CannotDo(f"{element['action_id']!r} does not report at once; its value goes with /submit.")
    now = _values_now(desk, user, source, body)
    value = _value(desk.state, user, element, body.get("value"))
    if element["type"] in STATEFUL:
        now.setdefault(block["block_id"], {})[element["action_id"]] = value
    keep_values(source, user, now)
    payload = _payload(desk, user, source, now)
    payload["actions"] = [payloads.action(block, element, value, desk.state.new_ts())]
    channel = desk.state.channels[source.channel] if isinstance(source, Message) else None
    answer = await desk.ask(user, "interaction", payload, channel.id if channel else None, _team(desk, user, source))
    return desk.result(user, desk.outcome(user, answer, channel, "The app's answer"))


def _team(desk: Desk, user: User, source: Source) -> str:
    """Whose app it is that an act in this message or view reaches."""
    if isinstance(source, View):
        return source.team
    return desk.state.team_at(user, desk.state.channels[source.channel])


def _values_now(desk: Desk, user: User, source: Source, body: Json) -> Values:
    given = body.get("values") or {}
    return with_given(blocks_of(source), values_of(source, user), given, choices_of(desk.state, user))


def choices_of(state: State, user: User) -> Choices:
    """What this person can choose: what external selects offered them, whom their workspace knows, and what it has."""

    def exists(wanted: str) -> bool:
        person, channel = state.users.get(wanted), state.channels.get(wanted)
        return state.is_known(person, user.team) if person else channel is not None and user.team in channel.teams

    return Choices(lambda action_id: state.offered.get((user.id, action_id), []), exists)


def _value(state: State, user: User, element: Json, value: Any) -> Json:
    if element["type"] in ("button", "workflow_button", "feedback_buttons", "icon_button"):
        return {"type": element["type"]}
    return chosen(element, value, choices_of(state, user))


def _payload(desk: Desk, user: User, source: Source, values: Values) -> Json:
    team = _team(desk, user, source)
    payload = payloads.envelope(desk.state, user, "block_actions", team)
    if isinstance(source, View):
        is_modal = source.body["type"] == "modal"
        # `views.push` needs a trigger from within a modal; from the App Home there is nothing to push onto.
        trigger = desk.state.new_trigger(user.id, source.id if is_modal else None, team)
        return payload | {"trigger_id": trigger} | payloads.from_view(desk.state, source)
    channel: Channel = desk.state.channels[source.channel]
    return (
        payload
        | {
            "trigger_id": desk.state.new_trigger(user.id, team=team),
            "state": {"values": values},
            "response_url": desk.response_url(user, channel, source),
        }
        | payloads.from_message(desk.state, source)
    )


async def options(desk: Desk, user: User, body: Json) -> Json:
    """`/options`: what an external select offers for a query."""
    source = source_of(desk, user, body)
    block, element = find_element(blocks_of(source), str(body.get("action_id")), body.get("block_id"))
    if "external" not in element["type"]:
        raise CannotDo(f"{element['action_id']!r} is no external select.")
    query, least = str(body.get("query") or ""), element.get("min_query_length", FEWEST_LETTERS)
    if len(query) < least:
        raise CannotDo(f"Slack asks the app from {least} letters on.")
    if not desk.state.app.options_url and desk.outgoing.socket is None:
        raise CannotDo("No result: the manifest has no message_menu_options_url.")
    team = _team(desk, user, source)
    payload = payloads.envelope(desk.state, user, "block_suggestion", team) | {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": query,
    }
    if isinstance(source, View):
        payload |= payloads.from_view(desk.state, source)
        # Slack says nothing here of what stands in the other fields (slackapi/java-slack-sdk#1292).
        payload["view"]["state"] = {"values": {}}
    else:
        payload |= payloads.from_message(desk.state, source)
    answer = await desk.ask(user, "interaction", payload, team=team)
    if answer.error:
        raise CannotDo(f"The app did not answer: {answer.error} {answer.status or ''}".strip() + ".")
    return _offered(desk.state, user, element["action_id"], answer.body)


def _offered(state: State, user: User, action_id: str, body: Any) -> Json:
    """Checks and remembers what was offered. Raises CannotDo."""
    if not isinstance(body, dict) or not isinstance(body.get("options", body.get("option_groups")), list):
        raise CannotDo("The app's answer has neither options nor option_groups.")
    groups = body.get("option_groups")
    flat = body.get("options") if groups is None else [each for group in groups for each in group["options"]]
    # Slack's limit for one answer; a bot that offers every incident must cut. Slack's client says “No result” then, and
    # to an option that is too long, and no more (slackapi/bolt-js#1630).
    if len(flat or []) > MOST_OPTIONS:
        raise CannotDo("The app offered more than 100 options.")
    for index, each in enumerate(flat or []):
        _check_option(index, each)
    known = state.offered.setdefault((user.id, action_id), [])
    # All that was offered lately can still be chosen: people go on typing, and answers overtake each other.
    known[:] = [*known, *(flat or [])][-1000:]
    return {"option_groups": groups} if groups is not None else {"options": flat}


def _check_option(index: int, offered: Any) -> None:
    place = Place("modal", f"/options/{index}")
    OPTION(place, offered)
    if place.errors:
        raise CannotDo(f"The app offered what Slack does not show: {place.errors[0]}")
