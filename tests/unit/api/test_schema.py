"""The API's schema: OpenAPI 3.1, with an example of each answer, and nothing of it breaks a client."""

import json
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from threading import Barrier
from typing import Any
from unittest.mock import Mock, patch

import jsonschema
from fastapi.openapi.utils import get_openapi
from openapi_spec_validator import validate

from bot.api.app import application
from tests.api_schema import breaks, promised, schema_now


def test_schema_is_openapi_3_1() -> None:
    found = schema_now()
    assert found["openapi"].startswith("3.1")
    validate(found)


def test_schema_is_made_once_however_many_ask_first() -> None:
    app, all_there = application(Mock(), Mock()), Barrier(8)

    def ask(_n: int) -> int:
        all_there.wait()
        return id(app.openapi())

    with patch("fastapi.applications.get_openapi", wraps=get_openapi) as made, ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(ask, range(8)))) == 1
    assert made.call_count == 1


def test_every_answer_with_a_body_has_an_example_that_is_one() -> None:
    schema = schema_now()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            for code, said in operation["responses"].items():
                for content in said.get("content", {}).values():
                    shape = content["schema"] | {"components": schema["components"]}
                    assert "example" in content, (path, method, code)
                    jsonschema.validate(content["example"], shape)


def test_nothing_in_the_schema_breaks_a_client() -> None:
    """Where this fails for good, a client has to be told. Else: `python -m tests.api_schema` writes it down anew."""
    assert breaks(promised(), schema_now()) == []


def test_what_is_written_down_is_the_schema_of_today() -> None:
    """`python -m tests.api_schema`"""
    assert promised() == json.loads(json.dumps(schema_now()))


def test_what_breaks_clients_is_found() -> None:
    before = schema_now()

    def after(change: Any) -> list[str]:
        now = deepcopy(before)
        change(now)
        return breaks(before, now)

    shapes = "components", "schemas"
    assert after(lambda now: now["paths"].pop("/teams")) == ["get /teams is gone"]
    assert after(lambda now: now[shapes[0]][shapes[1]]["ItemOut"]["properties"].pop("due")) == ["ItemOut.due is gone"]
    assert after(lambda now: now[shapes[0]][shapes[1]]["ItemIn"]["required"].append("team")) == [
        "ItemIn.team is required now"
    ]
    assert after(lambda now: now["paths"]["/items"]["get"]["parameters"].pop()) != []
    assert after(lambda now: now[shapes[0]][shapes[1]]["State"]["enum"].remove("closed")) == [
        "State is never closed any more"
    ]
    assert after(lambda now: now["info"].update(description="Said better")) == []
