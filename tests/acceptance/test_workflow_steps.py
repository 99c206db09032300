"""Steps of Workflow Builder, as a workflow runs them: with good input, and with every kind of bad."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.acceptance.conftest import World, eventually

DUE = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
GOOD = {
    "title": "Alert when checkout errors exceed 2 % for 5 minutes",
    "owner": "U0PRIYA",
    "due": DUE,
    "verification": "Fire the alert on purpose in staging",
    "channel": "C0INC",
    "requested_by": "U0MARCO",
}


def run(world: World, step: str, **inputs: str) -> dict[str, Any]:
    """How the step ends."""
    http = world.person("U0PRIYA").http
    started = http.post("/sandbox/functions", json={"callback_id": step, "inputs": inputs}).json()

    def ended() -> dict[str, Any] | None:
        found = http.get(f"/sandbox/functions/{started['id']}").json()
        return dict(found) if found["status"] != "executing" else None

    return dict(eventually(ended))


@pytest.mark.walk
def test_step_makes_an_item_and_gives_its_number_and_the_link_to_its_card(world: World) -> None:
    ended = run(world, "create_action_item", **GOOD)
    assert ended["status"] == "completed", ended
    label = f"AI-{ended['outputs']['number']}"
    card = world.card("C0INC", label)
    assert "Alert when checkout errors" in card.text
    assert f"/archives/C0INC/p{card.ts.replace('.', '')}" in ended["outputs"]["permalink"]
    eventually(lambda: any(label in message.text for message in world.person("U0PRIYA").direct_messages()))


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("title", "", "Action: Say what will change."),
        ("title", "x" * 301, "Action: That is 301 characters"),
        ("owner", "", "Owner: Choose one person who answers for it."),
        ("owner", "U0GIL", "Owner: Gil Torres is a guest here."),
        ("due", "soon", "Due date: “soon” is not a day. Write it like 2026-12-01."),
        ("due", "2020-01-01", "Due date: The due date is in the past."),
        ("verification", " ", "How will we verify it?: Say how you will see that it works."),
        ("channel", "", "Channel: Choose the channel in which the card shall stand."),
        ("channel", "C0BOARD", "Channel: "),
        ("requested_by", "U0NOBODY", "Requested by: Nobody of this workspace is named."),
    ],
)
def test_bad_input_ends_the_step_with_the_field_and_the_reason(
    world: World, field: str, value: str, error: str
) -> None:
    ended = run(world, "create_action_item", **(GOOD | {field: value}))
    assert ended["status"] == "failed"
    assert str(ended["error"]).startswith(error), ended["error"]


def test_private_channel_takes_items_of_its_members_alone(world: World) -> None:
    ended = run(world, "create_action_item", **(GOOD | {"channel": "C0VAULT", "requested_by": "U0AISHA"}))
    assert ended["error"] == "Channel: Whoever requested it is not in that channel. Choose another one."
    made = run(world, "create_action_item", **(GOOD | {"channel": "C0VAULT"}))
    assert made["error"] is None
    assert f"AI-{made['outputs']['number']}" not in run(world, "list_due_items", team="Payments")["outputs"]["text"]


def test_step_lists_what_a_team_has_due(world: World) -> None:
    number = run(world, "create_action_item", **GOOD)["outputs"]["number"]
    ended = run(world, "list_due_items", team=" payments ")
    assert (
        f"*AI-{number}* Alert when checkout errors exceed 2 % for 5 minutes – Priya Raman – due "
        in ended["outputs"]["text"]
    )
    assert ended["outputs"]["count"] >= 1


def test_unknown_team_ends_the_step_with_the_teams_there_are(world: World) -> None:
    ended = run(world, "list_due_items", team="Paymants")
    assert str(ended["error"]).startswith("Team: ")
    assert "Payments" in ended["error"]
