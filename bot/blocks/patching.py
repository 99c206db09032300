"""A form that is open, drawn again with something added: what its person has filled in stays as it is.

Works on the view as Slack sends it. Slack keeps the values of inputs whose ids stay; they are also written into the
blocks as initial values, so that nothing depends on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block

View = dict[str, Any]
_SENT_BACK = ("type", "callback_id", "title", "submit", "close", "private_metadata")
_INITIAL = {
    "value": "initial_value",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_date": "initial_date",
    "selected_date_time": "initial_date_time",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
}


def redrawn(view: Mapping[str, Any], blocks: Sequence[Mapping[str, Any]], **changes: Any) -> View:
    """The view with other blocks, ready for `views.update` or as the answer to a submission."""
    # A view as Slack sends it has more (id, hash, team): sent back, that is refused.
    kept = {name: view[name] for name in _SENT_BACK if view.get(name)}
    return kept | {"blocks": [dict(block) for block in blocks]} | changes


def filled_in(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The view's blocks, with what stands in its inputs now as their initial values."""
    values = view.get("state", {}).get("values", {})
    return [_filled(block, values.get(block.get("block_id", ""), {})) for block in view["blocks"]]


def without(blocks: Iterable[dict[str, Any]], *prefixes: str) -> list[dict[str, Any]]:
    """*blocks* without those whose block_id begins with one of *prefixes*."""
    return [block for block in blocks if not str(block.get("block_id", "")).startswith(prefixes)]


def inserted_after(blocks: Iterable[dict[str, Any]], field: str, added: Sequence[Block]) -> list[dict[str, Any]]:
    """*added* behind the input *field*; at the end when the form has no such input."""
    new = [block.to_dict() for block in added]
    found: list[dict[str, Any]] = []
    placed = False
    for block in blocks:
        found.append(block)
        if not placed and field_of(str(block.get("block_id", ""))) == field:
            found += new
            placed = True
    return found if placed else [*found, *new]


def field_of(block_id: str) -> str:
    """The field's name of a block_id. What follows a colon makes the block new to Slack, so that it is drawn afresh."""
    return block_id.partition(":")[0]


def _filled(block: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    element = block.get("element")
    value = next(iter(values.values()), None)
    if block.get("type") != "input" or element is None or value is None:
        return dict(block)
    initial = {_INITIAL[name]: chosen for name, chosen in value.items() if name in _INITIAL and chosen}
    # Also where nothing is chosen any more: the value it began with would come back.
    bare = {name: each for name, each in element.items() if not name.startswith("initial_")}
    return dict(block) | {"element": bare | initial}
