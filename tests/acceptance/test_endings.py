"""Accepted risk, will not do, merged: each with its reason, on the card, in the incident's list and in the history."""

import pytest

from tests.acceptance.conftest import World, eventually
from tests.acceptance.endings import ACCEPTED, DROPPED, ENDINGS, is_in, newest_to, owned
from tests.acceptance.test_life_of_an_item import create, submit, walk_to

OTHER = "Reject deploys to production without a rollback step in CI"


@pytest.mark.walk
def test_accepted_risk_names_its_kind_and_justification(world: World) -> None:
    priya, channel, label = owned(world)
    marco = world.person("U0MARCO")
    marco.command(f"/actionitem risk {label}", channel=channel)
    modal = marco.modal
    assert (modal.title, modal.labels) == ("Accept the risk", ["Reason", "Justification", "Approver"])
    assert modal.options("Reason") == ["Cost out of proportion", "System being retired", "Other"]
    assert modal.fill(ACCEPTED).submit("Accept the risk") == {}
    is_in(world, channel, label, "risk accepted")
    for text in (world.card(channel, label).text, priya.command(f"/actionitem show {label}", channel=channel).text):
        assert "system being retired" in text
        assert "The old ledger is switched off in May" in text
        assert "Marco Rossi" in text


@pytest.mark.walk
def test_will_not_do_asks_only_why(world: World) -> None:
    _priya, channel, label = owned(world)
    marco = world.person("U0MARCO")
    marco.command(f"/actionitem drop {label}", channel=channel)
    assert (marco.modal.title, marco.modal.labels) == ("Will not do", ["Why?"])
    assert marco.modal.fill(DROPPED).submit("Will not do") == {}
    is_in(world, channel, label, "will not do")
    assert "Will not be done" in world.card(channel, label).text
    assert "The new client covers it" in world.card(channel, label).text


@pytest.mark.parametrize(("subcommand", "field"), [("risk", "Justification"), ("risk", "Reason"), ("drop", "Why?")])
def test_ending_without_its_reason_is_refused_beside_the_field(world: World, subcommand: str, field: str) -> None:
    _priya, channel, label = owned(world)
    fields, _button, _state = ENDINGS[subcommand]
    assert field in submit(world.person("U0MARCO"), channel, f"{subcommand} {label}", fields | {field: None})


@pytest.mark.parametrize("subcommand", ["defer", "risk", "drop", "merge"])
@pytest.mark.parametrize("state", ["implemented", "closed"])
def test_what_is_in_production_is_neither_parked_nor_dropped(world: World, subcommand: str, state: str) -> None:
    priya, channel, label = owned(world)
    walk_to(priya, channel, label, state)
    answer = world.person("U0MARCO").command(f"/actionitem {subcommand} {label}", channel=channel)
    assert f"is {state} and cannot be" in answer.text


@pytest.mark.walk
@pytest.mark.parametrize("subcommand", ["risk", "drop"])
def test_ended_item_is_reopened_with_a_reason(world: World, subcommand: str) -> None:
    priya, channel, label = owned(world)
    fields, button, state = ENDINGS[subcommand]
    submit(world.person("U0MARCO"), channel, f"{subcommand} {label}", fields, button)
    is_in(world, channel, label, state)
    assert submit(priya, channel, f"reopen {label}", {"Why?": "The retirement was called off"}) == {}
    is_in(world, channel, label, "not started")
    assert "ledger" not in world.card(channel, label).text


@pytest.mark.walk
def test_endings_are_shown_in_the_incident_s_list(world: World) -> None:
    priya, channel, label = owned(world)
    submit(world.person("U0MARCO"), channel, f"drop {label}", DROPPED)
    is_in(world, channel, label, "will not do")
    listed = priya.command("/actionitem list incident", channel=channel).text
    assert label in listed
    assert "will not do" in listed


def test_merge_by_command_ends_it_as_merged_into_the_other(world: World) -> None:
    priya, channel, label = owned(world)
    into = create(world, priya, channel, Owner="U0PRIYA", Action=OTHER)
    assert priya.command(f"/actionitem merge {label} {into} the rollback step covers it", channel=channel).opened
    assert priya.modal.submit("Merge") == {}
    assert f"is merged into *{into}*" in priya.modal.text
    is_in(world, channel, label, "merged")
    assert f"Merged into {into}" in world.card(channel, label).text
    assert "the rollback step covers it" in world.card(channel, label).text
    history = priya.command(f"/actionitem show {label}", channel=channel).text
    assert f"Priya Raman merged it into {into}" in history


def test_merge_from_the_card_asks_into_which(world: World) -> None:
    priya, channel, label = owned(world)
    into = create(world, priya, channel, Owner="U0PRIYA", Action=OTHER)
    eventually(lambda: "Merge" in world.card(channel, label).buttons)
    world.card(channel, label).button("Merge").click()
    modal = priya.modal
    assert modal.title == "Merge"
    assert modal.submit("Next")["Merge into"]
    found = modal.searched("Merge into", label.removeprefix("AI-"))  # others may say its number: “500 ms”
    assert not [each for each in found if each.startswith(f"{label} ")], "it is offered to itself"
    assert modal.searched("Merge into", "AI-99999") == []
    assert f"{into} {OTHER}" in modal.searched("Merge into", OTHER)  # other tests have made the like
    assert modal.fill({"Merge into": f"{into} {OTHER}"}).submit("Next") == {}
    assert "_merged_" not in world.card(channel, label).text
    assert priya.modal.submit("Merge") == {}
    is_in(world, channel, label, "merged")


def test_nothing_is_merged_into_what_has_ended(world: World) -> None:
    priya, channel, label = owned(world)
    into = create(world, priya, channel, Owner="U0PRIYA", Action=OTHER)
    submit(world.person("U0MARCO"), channel, f"drop {into}", DROPPED)
    is_in(world, channel, into, "will not do")
    assert "Merge into an open item" in priya.command(f"/actionitem merge {label} {into}", channel=channel).text


def test_owner_is_told_what_somebody_else_ended(world: World) -> None:
    _priya, channel, label = owned(world)
    submit(world.person("U0MARCO"), channel, f"drop {label}", DROPPED)
    assert newest_to(world, "U0PRIYA", f"*{label} ", "decided that it will not be done")


def test_every_ending_is_within_reach_of_the_card(world: World) -> None:
    _priya, channel, label = owned(world)
    buttons = world.card(channel, label).buttons
    for name in ("Start", "Update", "Block", "Assign", "Due date", "Edit", "Details",
                 "Defer", "Accept the risk", "Will not do", "Merge"):  # fmt: skip
        assert name in buttons
