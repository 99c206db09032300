"""slack_sdk's models drawn as it draws them, in a fifth of the time: what it looks for in each object, again and again,
is found once for each class. The same checks, the same JSON."""

from collections.abc import Callable
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
    for check in _checks_of(type(self)):
        check(self)


@cache
def _checks_of(kind: type[JsonObject]) -> tuple[Callable[[JsonObject], object], ...]:
    """What the library marks as a check of that class, in the order in which it would find it."""
    found: list[Any] = [getattr(kind, name, None) for name in dir(kind) if not name.startswith("__")]
    return tuple(each for each in found if hasattr(each, "validator"))


_attributes: dict[type[JsonObject], list[str]] = {}
"""Of each class, in the order in which they are drawn."""


def _drawn(self: JsonObject) -> dict[str, Any]:
    kind = type(self)
    if kind not in _attributes:
        _attributes[kind] = sorted(self.attributes)
    drawn, get = {}, self.get_object_attribute
    for name in _attributes[kind]:
        value = get(name)
        if value or (value is not None and _is_said(self, name, value)):
            drawn[name] = value if isinstance(value, str) else _json(value)  # most are texts
    return drawn


def _is_said(drawn: JsonObject, name: str, value: Any) -> bool:
    """Whether what is nought or empty is said: a number is, and some that are empty may be."""
    return not hasattr(value, "__len__") or (getattr(drawn, "type", None), name) in _MAY_BE_EMPTY


_LISTS = (list, tuple)


def _json(value: Any) -> Any:
    if isinstance(value, _LISTS):
        return [_json(each) for each in value]
    # A dict of its own, for some objects keep what they have drawn.
    return dict(value.to_dict()) if hasattr(value, "to_dict") else value
