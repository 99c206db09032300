"""A few words to write down what Slack accepts, and a place to collect what is wrong.

A `Check` looks at one value at one place and reports there. Messages follow Slack's own
(`no more than 25 items allowed [json-pointer:/blocks/1/elements]`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.model import Json


@dataclass
class Place:
    """Where in the payload; `surface`: message, modal or home. All places of a check share `errors`."""

    surface: str
    pointer: str = ""
    errors: list[str] = field(default_factory=list)

    def at(self, *keys: str | int) -> "Place":
        return Place(self.surface, "".join([self.pointer, *(f"/{key}" for key in keys)]), self.errors)

    def fail(self, message: str) -> None:
        self.errors.append(f"{message} [json-pointer:{self.pointer}]")


Check = Callable[[Place, Any], None]
Rule = Callable[[Place, Json], None]


def string(highest: int, lowest: int = 1) -> Check:
    """A text of `lowest` to `highest` characters."""

    def check(place: Place, value: Any) -> None:
        if not isinstance(value, str):
            place.fail("must provide a string")
        elif len(value) > highest:
            place.fail(f"must be less than {highest + 1} characters")
        elif len(value) < lowest:
            place.fail(f"must be more than {lowest - 1} characters")

    return check


def pattern(expression: str, message: str) -> Check:
    compiled = re.compile(expression)

    def check(place: Place, value: Any) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            place.fail(message)

    return check


def boolean(place: Place, value: Any) -> None:
    if not isinstance(value, bool):
        place.fail("must provide a boolean")


def integer(lowest: int, highest: int) -> Check:
    def check(place: Place, value: Any) -> None:
        # Python takes True for 1, JSON does not.
        if not isinstance(value, int) or isinstance(value, bool):
            place.fail("must provide an integer")
        elif value < lowest:
            place.fail(f"must be greater than or equal to {lowest}")
        elif value > highest:
            place.fail(f"must be less than or equal to {highest}")

    return check


def one_of(*allowed: str) -> Check:
    def check(place: Place, value: Any) -> None:
        if value not in allowed:
            place.fail(f"must be a valid enum value: {', '.join(allowed)}")

    return check


def anything(_place: Place, _value: Any) -> None:
    """For fields that Slack takes as they are."""


def array(item: Check, lowest: int, highest: int) -> Check:
    """A list of `lowest` to `highest` items."""

    def check(place: Place, value: Any) -> None:
        if not isinstance(value, list):
            place.fail("must provide an array")
            return
        if len(value) > highest:
            place.fail(f"no more than {highest} items allowed")
        if len(value) < lowest:
            place.fail(f"no fewer than {lowest} items allowed")
        for index, each in enumerate(value):
            item(place.at(index), each)

    return check


def shape(required: dict[str, Check], optional: dict[str, Check], *rules: Rule) -> Check:
    """An object with these fields and no others; `rules` look at the whole when its fields are right."""

    def check(place: Place, value: Any) -> None:
        if not isinstance(value, dict):
            place.fail("must provide an object")
            return
        before = len(place.errors)
        for key in required.keys() - value.keys():
            place.fail(f"missing required field: {key}")
        for key, each in value.items():
            known = required.get(key) or optional.get(key)
            if known is None:
                # A mistyped field would otherwise be ignored, and what it should do would silently be missing.
                place.fail(f"invalid additional property: {key}")
            # slack_sdk leaves out what is None, dicts written by hand do not; Slack takes both.
            elif each is None and key in optional:
                continue
            else:
                known(place.at(key), each)
        # Rules read fields, so they may only look at what has its shape.
        if len(place.errors) == before:
            for rule in rules:
                rule(place, value)

    return check


def by_type(table: dict[str, Check], allowed: frozenset[str] | None = None) -> Check:
    """An object whose `type` says which shape it has; `allowed`: the types that may stand here."""

    def check(place: Place, value: Any) -> None:
        if not isinstance(value, dict):
            place.fail("must provide an object")
        elif "type" not in value:
            place.fail("missing required field: type")
        elif value["type"] not in table or (allowed is not None and value["type"] not in allowed):
            place.fail(f"unsupported type: {value['type']}")
        else:
            table[value["type"]](place, value)

    return check


def exactly_one(*keys: str) -> Rule:
    def rule(place: Place, value: Json) -> None:
        given = [key for key in keys if value.get(key) is not None]
        if len(given) != 1:
            place.fail(f"must define exactly one of: {', '.join(keys)}")

    return rule
