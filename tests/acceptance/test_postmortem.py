"""The incident's items in the post-mortem: as a table to paste, and as the channel's canvas that follows them (R44)."""

from typing import Any

import pytest

from tests.acceptance.conftest import World, eventually
from tests.acceptance.test_life_of_an_item import VERIFIED, create, submit, walk_to
from tests.people import Person

HEAD = "| Item | Action | Owner | Due | State | How we know |"


def canvas(world: World, channel: str) -> str:
    """What the channel's canvas says; "" while it has none."""
    found = world.sandbox.do(lambda state: state.canvas_of(state.channels[channel]))
    return (found.content or b"").decode() if found else ""


def says(world: World, channel: str, words: str) -> bool:
    return eventually(lambda: words in canvas(world, channel))


def table(person: Person, channel: str) -> str:
    return person.command("/actionitem incident table", channel=channel).text


@pytest.mark.walk
def test_table_has_a_row_for_each_item_with_what_is_known_of_it(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    planned = create(world, priya, channel, Action="Cap the retry | queue at 10,000")
    proven = create(world, priya, channel)
    walk_to(priya, channel, proven, "verified")
    text = table(priya, channel)
    assert HEAD in text
    assert f"| {planned} | Cap the retry \\| queue at 10,000 | Marco Rossi |" in text
    assert "not started | Planned: Fire the alert on purpose in staging |" in text
    assert f"verified | Alert fired on purpose: {VERIFIED['Evidence']} |" in text


def test_table_is_a_button_of_the_incident_too(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    priya.command("/actionitem incident", channel=channel)
    priya.modal_click("Post-mortem table")
    assert f"| {label} |" in priya.modal.text


def test_incident_is_registered_by_save_and_not_by_looking_at_its_form(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), "C0GENERAL"
    priya.command("/actionitem incident", channel=channel)
    priya.modal_click("Post-mortem table")
    assert "no action items yet" in priya.modal.text
    priya.modal.cancel()
    priya.modal.cancel()
    assert "No incident was handled in this channel." in table(priya, channel)
    priya.command("/actionitem incident", channel=channel)
    assert priya.modal.fill({"Title": "Checkout failed"}).submit("Save") == {}
    assert "no action items yet" in table(priya, channel)
    priya.command("/actionitem incident", channel=channel)
    assert priya.modal.shown("Title") == "Checkout failed"


def test_ideas_are_no_commitment_and_stay_out_of_the_table(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem idea Rehearse the failover", channel=channel)
    assert "no action items yet" in table(priya, channel)


@pytest.mark.walk
def test_canvas_is_made_with_the_first_item_and_follows_every_change(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    assert says(world, channel, f"| {label} |")
    assert HEAD in canvas(world, channel)
    walk_to(priya, channel, label, "in progress")
    assert says(world, channel, "| in progress |")
    submit(priya, channel, f"due {label}", {"New due date": "2099-01-15", "Why does it move?": "The vendor is late"})
    assert says(world, channel, "2099-01-15 (was ")
    priya.command("/actionitem incident", channel=channel)
    priya.modal.fill({"Title": "Checkout answered slowly"}).submit("Save")
    assert says(world, channel, "# Action items: Checkout answered slowly")


def test_canvas_of_a_private_channel_holds_its_private_items(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(private=True)
    label = create(world, priya, channel, Action="Numbat: rotate the vault keys")
    assert says(world, channel, f"| {label} | Numbat")


def refused_with(world: World, error: str) -> None:
    fault = {"method": "conversations.canvases.create", "kind": "error", "error": error}
    world.person("U0PRIYA").http.post("/sandbox/faults", json=fault)


def test_workspace_without_canvases_is_served_silently_without(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    refused_with(world, "canvas_disabled_user_team")
    label = create(world, priya, channel)
    walk_to(priya, channel, label, "in progress")
    eventually(lambda: "_in progress_" in world.card(channel, label).text)
    assert canvas(world, channel) == ""
    assert not [message for message in priya.direct_messages() if "canvas" in message.text.lower()]


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("conversations.canvases.create", "channel_canvas_creation_failed"),
        ("conversations.canvases.create", "canvas_tab_creation_failed"),
        ("canvases.edit", "canvas_editing_locked"),
        ("canvases.edit", "canvas_too_large"),
    ],
)
def test_canvas_that_was_refused_once_follows_the_next_change(world: World, method: str, error: str) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    fault = {"method": method, "kind": "error", "error": error}
    set_ = priya.http.post("/sandbox/faults", json=fault).json()
    label = create(world, priya, channel)
    if method == "canvases.edit":
        assert says(world, channel, f"| {label} |")
        walk_to(priya, channel, label, "in progress")
    eventually(lambda: any(f["id"] == set_["id"] and f["hits"] for f in faults(priya)))
    submit(priya, channel, f"due {label}", {"New due date": "2099-01-15", "Why does it move?": "The vendor is late"})
    assert says(world, channel, "2099-01-15 (was ")


def faults(priya: Person) -> list[dict[str, Any]]:
    return list(priya.http.get("/sandbox/faults").json()["faults"])


def test_canvas_of_somebody_else_s_is_left_alone(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    world.sandbox.do(lambda state: theirs(state, channel))
    label = create(world, priya, channel)
    walk_to(priya, channel, label, "in progress")
    eventually(lambda: "_in progress_" in world.card(channel, label).text)
    assert canvas(world, channel) == "Our own notes"


def theirs(state, channel: str) -> None:  # type: ignore[no-untyped-def]  # the sandbox's state
    from bot.sandbox.model import File

    made = File(state.new_id("F"), "T0ACME", "canvas", 13, "U0PRIYA", 0, b"Our own notes")
    made.channels = [channel]
    state.files[made.id] = made


def test_canvas_whose_creation_was_not_confirmed_is_found_again(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    fault = {"method": "conversations.canvases.create", "kind": "drop_after_acceptance"}
    priya.http.post("/sandbox/faults", json=fault)
    label = create(world, priya, channel)
    assert says(world, channel, f"| {label} |")
    walk_to(priya, channel, label, "in progress")
    assert says(world, channel, "| in progress |")
