"""Whether what was sent has the shape of something that Slack sends, wherever Bolt and the handlers look into it.

Both stumble over anything else. What stands in the right shape is still believed by nobody: see `handlers/gateway`.
"""

from collections.abc import Callable, Mapping
from typing import Any

Is = Callable[[Any], bool]
NEEDED = {"block_actions": ("actions",), "event_callback": ("event",), "view_submission": ("view",)}


def is_shaped(body: Any) -> bool:
    """Whether it can be handed on."""
    return _request(body) and all(body.get(name) for name in NEEDED.get(str(body.get("type")), ()))


def _text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _either(*kinds: Is) -> Is:
    return lambda value: any(is_kind(value) for is_kind in kinds)


def _object(**names: Is) -> Is:
    """An object, or nothing; of these names it has what *names* say, or nothing. Any other name may hold anything."""

    def is_one(value: Any) -> bool:
        return value is None or (isinstance(value, dict) and _all(value, names))

    return is_one


def _all(value: Mapping[str, Any], names: Mapping[str, Is]) -> bool:
    return all(is_kind(value[name]) for name, is_kind in names.items() if name in value)


def _list_of(is_kind: Is) -> Is:
    return lambda value: (
        value is None or (isinstance(value, list) and all(each is not None and is_kind(each) for each in value))
    )


def _map_of(is_kind: Is) -> Is:
    return lambda value: value is None or (isinstance(value, dict) and all(is_kind(each) for each in value.values()))


def _texts(*names: str) -> dict[str, Is]:
    return dict.fromkeys(names, _text)


_block = _object(**_texts("type", "block_id"), element=_object(), label=_object())
_view = _object(
    **_texts("id", "type", "callback_id", "private_metadata", "hash", "root_view_id"),
    blocks=_list_of(_block),
    state=_object(values=_map_of(_map_of(_object()))),
)
_option = _object(**_texts("value"))
_action = _object(**_texts("action_id", "block_id", "type", "value"), selected_option=_option)
_who = _either(_text, _object(**_texts("id")))
_event = _object(
    **_texts("type", "ts", "thread_ts", "text", "tab", "reaction", "subtype", "function_execution_id"),
    user=_who,
    channel=_who,
    item=_object(**_texts("type", "channel", "ts")),
    inputs=_object(),
    function=_object(**_texts("callback_id")),
)
_named = ("type", "command", "text", "trigger_id", "response_url", "callback_id", "event_id")
_ids = ("channel_id", "channel_name", "user_id", "team_id")
_request = _object(
    **_texts(*_named, *_ids),
    actions=_list_of(_action),
    channel=_object(**_texts("id", "name")),
    container=_object(),
    event=_event,
    message=_object(**_texts("ts", "text", "user")),
    team=_object(**_texts("id")),
    user=_object(**_texts("id", "team_id")),
    view=_view,
)
