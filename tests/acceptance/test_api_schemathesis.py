"""Everything that the API's schema allows, and more, as Schemathesis draws it: never an error of ours, and never an
answer that the schema does not know."""

import os
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.acceptance.api_client import Client, clients, item
from tests.acceptance.conftest import World

SCOPES = ("items:read", "items:write", "incidents:write", "measures:read", "private:read")
EXAMPLES = int(os.environ.get("EXAMPLES", "3"))
"""Of each operation and each way to draw; `make fuzz-api EXAMPLES=500` draws more, and others each time."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[Client]:
    with clients(world) as made:
        yield made


@pytest.mark.walk
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
def test_whatever_is_asked_is_answered_as_the_schema_says(world: World, client: Client, mode: GenerationMode) -> None:
    item(world, world.incident_channel())
    schema = schemathesis.openapi.from_url(f"{world.bot.url}/api/v1/openapi.json")
    for found in schema.get_all_operations():
        # A token of its own: each may ask so often a minute.
        ask(found.ok(), {"Authorization": client(*SCOPES).headers["Authorization"]}, mode)


def ask(operation: APIOperation, headers: dict[str, str], mode: GenerationMode) -> None:
    """Asks it what is drawn."""

    @settings(
        max_examples=EXAMPLES, derandomize="EXAMPLES" not in os.environ, database=None, deadline=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def once(case: Case) -> None:
        if mode is GenerationMode.POSITIVE:
            case.headers.pop("Authorization", None)
            # What is there: of what is drawn, nothing would be.
            case.path_parameters.update(dict.fromkeys(case.path_parameters, 1))
        # A token that is drawn is none, and that is to be said.
        answer = case.call(headers={} if "Authorization" in case.headers else headers)
        case.validate_response(answer, checks=CHECKS)

    once()
