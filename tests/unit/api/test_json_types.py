"""Every field of every body, and of every tool's arguments, refuses JSON of another type by its name."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from bot.api.asked import RequestBody
from bot.api.mcp_reading import ListArguments
from bot.api.mcp_tools import TOOLS
from tests.api_schema import promised

SCHEMA = promised()
TRUTH, TEXT, NO_OBJECT = [True, False], ["3", "true", "1800000000"], [{}, {"a": 1}]
FRACTIONS = [2.5, float("nan"), float("inf"), float("-inf"), 1e400]
WRONG: dict[str, list[Any]] = {
    "integer": [10**400, *TRUTH, *TEXT, *FRACTIONS, *NO_OBJECT, [], [3]],
    "boolean": ["true", "yes", 0, 1, *FRACTIONS, *NO_OBJECT, []],
    "string": [3, *TRUTH, *FRACTIONS, *NO_OBJECT, [], ["x"]],
    "day": [3, 1_800_000_000, *TEXT, *TRUTH, *FRACTIONS, *NO_OBJECT, [], ["2027-02-05"]],
    "array": ["x", 3, *TRUTH, *FRACTIONS, {"a": "x"}, [3], [True], [None], [[]], [{}], [2.5]],
}


def bodies(kind: type[BaseModel] = RequestBody) -> Iterator[type[BaseModel]]:
    for each in kind.__subclasses__():
        yield each
        yield from bodies(each)


BODIES = sorted({*bodies(), *(tool.arguments for tool in TOOLS)} - {ListArguments}, key=lambda each: each.__name__)


def fields() -> Iterator[tuple[type[BaseModel], str, str, Any]]:
    """Each field with a value that it cannot have."""
    for body in BODIES:
        shape = body.model_json_schema()
        for name, said in shape["properties"].items():
            kinds, may_be_null = kinds_of(said, shape)
            for kind in kinds:
                for value in WRONG[kind]:
                    # An assistant may name an item as it has read of it.
                    if not (name == "number" and isinstance(value, str) and value.isdigit()):
                        yield body, name, kind, value
            if not may_be_null:
                yield body, name, "null", None


def kinds_of(said: dict[str, Any], shape: dict[str, Any]) -> tuple[list[str], bool]:
    every = [
        shape["$defs"][each["$ref"].rpartition("/")[2]] if "$ref" in each else each
        for each in said.get("anyOf", [said])
    ]
    kinds = ["day" if "format" in each else each["type"] for each in every]
    return [kind for kind in kinds if kind != "null"], "null" in kinds


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_value_of_another_type_is_refused_by_the_name_of_its_field(body: type[BaseModel]) -> None:
    taken = []
    for of, name, kind, value in fields():
        if of is not body:
            continue
        try:
            body.model_validate(json.loads(json.dumps({name: value})))
            refused = set()
        except ValidationError as error:
            refused = {str(each["loc"][0]) for each in error.errors() if each["type"] != "missing"}
        if refused != {name}:
            taken.append((name, kind, value))
    assert taken == []


def test_every_body_of_the_api_is_among_them() -> None:
    asked = {
        said["schema"]["$ref"].rpartition("/")[2]
        for methods in SCHEMA["paths"].values()
        for operation in methods.values()
        for said in operation.get("requestBody", {}).get("content", {}).values()
    }
    assert asked <= {body.__name__ for body in BODIES}
    assert len(asked) > 5


@pytest.mark.parametrize("value", [{"limit": True}, {"incident": True}])
def test_true_is_no_number_of_a_list_either(value: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ListArguments.model_validate(value)
