"""What stands in inputs: from simple values (docs/sandbox.md) to Slack's `state.values`, and its rules.

Knows elements and values; not views, people or the app.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.checks.blocks import elements_of
from bot.sandbox.checks.elements import STATEFUL
from bot.sandbox.checks.objects import offered
from bot.sandbox.errors import CannotDo
from bot.sandbox.model import Json, Values

KEYS = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
}
INITIALS = {
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
}
ID_KEYS = ("selected_user", "selected_channel", "selected_conversation")


@dataclass(frozen=True)
class Choices:
    """What can be chosen beyond an element's own options.

    `offered(action_id)`: the options that an external select was given; `exists(id)`: a person or channel.
    """

    offered: Callable[[str], list[Json]]
    exists: Callable[[str], bool]


def key_of(kind: str) -> str:
    """Where the value of such an element stands."""
    return KEYS.get(kind, "value")


def is_list(key: str) -> bool:
    return key in (
        "selected_options",
        "selected_users",
        "selected_conversations",
        "selected_channels",
        "files",
    )


def initial(element: Json, channel: str | None) -> Json:
    """The value object of an untouched element; `channel`: the conversation that the person is in."""
    kind = element["type"]
    key = key_of(kind)
    value = element.get(INITIALS.get(key, "initial_value"))
    # Only where the person is in a conversation: from the App Home such a field stays empty.
    if value is None and element.get("default_to_current_conversation") and channel:
        value = [channel] if is_list(key) else channel
    # Slack gives an empty list for lists and null for all else, and code that loops over null fails.
    if value is None and is_list(key):
        value = []
    return {"type": kind, key: value}


def initial_values(blocks: list[Json], channel: str | None, kept: Values) -> Values:
    """All inputs' values; `kept` wins where block, action and type are still the same."""
    values: Values = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] not in STATEFUL:
                continue
            before = kept.get(block["block_id"], {}).get(element["action_id"])
            # As Slack's client: `views.update` keeps what was typed only under the same block_id and action_id. A
            # form that renames them loses it.
            same = before is not None and before["type"] == element["type"]
            now = before if same and before is not None else initial(element, channel)
            values.setdefault(block["block_id"], {})[element["action_id"]] = now
    return values


def find_element(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The block and the element. Raises CannotDo when it is not there, or not the only one."""
    found = [
        (block, element)
        for block in blocks
        for element in elements_of(block)
        if element["action_id"] == action_id and block_id in (None, block["block_id"])
    ]
    # Two of one name cannot be told apart in `state.values`, so a test that presses one of them proves nothing.
    if len(found) != 1:
        known = [element["action_id"] for block in blocks for element in elements_of(block)]
        raise CannotDo(f"{len(found)} elements have the action_id {action_id!r}; there are: {known}.")
    return found[0]


def chosen(element: Json, value: Any, choices: Choices) -> Json:
    """The value object for a simple value. Raises CannotDo when such an element cannot have it."""
    kind = element["type"]
    key = key_of(kind)
    if is_list(key):
        if not isinstance(value, list):
            raise CannotDo(f"A {kind} takes a list.")
        return {"type": kind, key: [_one(element, each, choices) for each in value]}
    return {"type": kind, key: None if value in (None, "") else _one(element, value, choices)}


def _one(element: Json, value: Any, choices: Choices) -> Any:
    key = key_of(element["type"])
    if key.startswith(ID_KEYS) and not choices.exists(str(value)):
        raise CannotDo(f"There is no {value!r} to choose.")
    if not key.startswith("selected_option"):
        return value if element["type"] in ("datetimepicker", "rich_text_input") else str(value)
    external = "external" in element["type"]
    known = choices.offered(element["action_id"]) if external else offered(element)
    if external:
        first = element.get("initial_options") or [element.get("initial_option")]
        # What was chosen at first was never asked for, but stands in the field.
        known = [*known, *(each for each in first if each)]
    wanted = value["value"] if isinstance(value, dict) else value
    for option in known:
        if option["value"] == wanted:
            return option
    raise CannotDo(f"{wanted!r} is not offered; there are: {[option['value'] for option in known]}.")


def with_given(blocks: list[Json], values: Values, given: dict[str, dict[str, Any]], choices: Choices) -> Values:
    """`values` with what a page says stands in the fields. Raises CannotDo for unknown fields."""
    now = {block: dict(fields) for block, fields in values.items()}
    for block_id, fields in given.items():
        for action_id, value in fields.items():
            block, element = find_element(blocks, action_id, block_id)
            now.setdefault(block["block_id"], {})[action_id] = chosen(element, value, choices)
    return now
