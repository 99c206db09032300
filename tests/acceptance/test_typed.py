"""What is typed behind an item's number stands in the form that opens. On both databases."""

from html import unescape

import pytest

from tests.acceptance.conftest import World
from tests.acceptance.endings import owned
from tests.acceptance.test_capture import friday
from tests.acceptance.test_life_of_an_item import VERIFIED, walk_to
from tests.people import Modal, Person


def opened(person: Person, channel: str, command: str) -> Modal:
    """The modal of a command."""
    answer = person.command(f"/actionitem {command}", channel=channel)
    assert answer.opened, answer.text
    return person.modal


@pytest.mark.parametrize(
    ("subcommand", "label"),
    [
        ("drop", "Why?"),
        ("defer", "Why can it not be done now?"),
        ("risk", "Justification"),
    ],
)
def test_text_stands_in_the_first_field_that_takes_it(world: World, subcommand: str, label: str) -> None:
    priya, channel, item = owned(world)
    form = opened(priya, channel, f"{subcommand} {item}: too old & <b>, says @Marco Rossi")
    assert form.shown(label) == "too old & <b>, says @Marco Rossi"


def test_update_with_text_is_recorded_at_once(world: World) -> None:
    priya, channel, item = owned(world)
    answer = priya.command(f"/actionitem update {item}: too old & <b>, says @Marco Rossi", channel=channel)
    assert answer.text == f"The update of *{item}* is recorded."
    assert not answer.opened
    told = unescape(priya.command(f"/actionitem show {item}", channel=channel).text)
    assert "too old & <b>, says @Marco Rossi" in told


def test_update_of_what_has_ended_is_refused_and_says_what_to_do(world: World) -> None:
    priya, channel, item = owned(world)
    walk_to(priya, channel, item, "closed")
    answer = priya.command(f"/actionitem update {item} It came back", channel=channel)
    assert "Reopen it first." in answer.text


def test_text_and_links_stand_in_the_forms_of_the_way_to_closed_and_back(world: World) -> None:
    priya, channel, item = owned(world)
    walk_to(priya, channel, item, "in progress")
    assert opened(priya, channel, f"implement {item} https://git.test/7?a=1&b=2").shown("Link to the change") == (
        "https://git.test/7?a=1&b=2"
    )
    priya.modal.submit()
    form = opened(priya, channel, f"verify {item} The page came")
    assert form.shown("Evidence") == "The page came"
    assert form.fill(VERIFIED).submit() == {}
    assert opened(priya, channel, f"close {item} https://pm.test/1").shown("Post-mortem link") == "https://pm.test/1"
    priya.modal.submit()
    assert opened(priya, channel, f"reopen {item} It is back").shown("Why?") == "It is back"


def test_link_is_asked_about_even_where_one_is_known(world: World) -> None:
    priya, channel, item = owned(world)
    walk_to(priya, channel, item, "closed")
    priya.command(f"/actionitem reopen {item}", channel=channel)
    priya.modal.fill({"Why?": "It is back"}).submit()
    walk_to_verified_again(priya, channel, item)
    assert opened(priya, channel, f"close {item} https://pm.test/2").shown("Post-mortem link") == "https://pm.test/2"


def walk_to_verified_again(person: Person, channel: str, item: str) -> None:
    """From in progress on."""
    opened(person, channel, f"implement {item} https://git.test/8").submit()
    opened(person, channel, f"verify {item}").fill(VERIFIED).submit()


@pytest.mark.walk
@pytest.mark.parametrize("typed", ["friday vendor is late", "to friday: vendor is late", "vendor is late by friday"])
def test_due_understands_the_day_and_keeps_the_reason(world: World, typed: str) -> None:
    priya, channel, item = owned(world)
    form = opened(priya, channel, f"due {item} {typed}")
    assert form.shown("New due date") == friday().isoformat()
    assert form.shown("Why does it move?") == "vendor is late"


def test_due_keeps_what_is_no_day(world: World) -> None:
    priya, channel, item = owned(world)
    before = opened(priya, channel, f"due {item}").shown("New due date")
    form = opened(priya, channel, f"due {item} the vendor is late")
    assert (form.shown("New due date"), form.shown("Why does it move?")) == (before, "the vendor is late")


@pytest.mark.parametrize("raw", [False, True])
def test_assign_understands_the_person_and_keeps_the_reason(world: World, raw: bool) -> None:
    priya, channel, item = owned(world)
    priya.command("/actionitem list @Marco Rossi", channel=channel)  # so that the name is known
    who = "@marco" if raw else "@Marco Rossi"
    priya.command(f"/actionitem assign {item} to {who}, who is free by friday", channel=channel, raw=raw)
    form = priya.modal
    assert (form.shown("New owner"), form.shown("Why?")) == ("U0MARCO", "who is free by friday")
    assert form.submit("Assign") == {}


def test_day_that_has_passed_or_is_none_is_said_and_not_taken_for_a_reason(world: World) -> None:
    priya, channel, item = owned(world)
    form = opened(priya, channel, f"due {item} yesterday")
    assert (form.shown("New due date"), form.shown("Why does it move?")) == (None, None)
    assert "has passed: choose a later day." in form.text
    assert form.submit("Move")
    form = opened(priya, channel, f"due {item} next sprint")
    assert "No day was understood in “next sprint”. Choose it below." in form.text
    assert form.shown("Why does it move?") == "next sprint"


def test_person_who_is_nobody_is_said_and_one_is_found_by_name_alone(world: World) -> None:
    priya, channel, item = owned(world)
    form = opened(priya, channel, f"assign {item} @nobody she knows it")
    assert (form.shown("New owner"), form.shown("Why?")) == (None, "she knows it")
    assert "Nobody was found for “@nobody”. Choose the person below." in form.text
    priya.command("/actionitem list @Marco Rossi", channel=channel)  # so that the name is known
    form = opened(priya, channel, f"assign {item} Marco Rossi, he knows it")
    assert (form.shown("New owner"), form.shown("Why?")) == ("U0MARCO", "he knows it")
    form = opened(priya, channel, "new Cap the retry queue at 500 @nobody by tbd")
    assert form.shown("Action") == "Cap the retry queue at 500 @nobody"
    assert all(said in form.text for said in ("for “@nobody”", "in “tbd”"))


def test_day_until_which_it_is_deferred_is_understood(world: World) -> None:
    priya, channel, item = owned(world)
    form = opened(priya, channel, f"defer {item} no capacity until friday")
    assert form.shown("Revisit on") == friday().isoformat()
    assert form.shown("Why can it not be done now?") == "no capacity"
    form = opened(priya, channel, f"defer {item} until the cluster is there")
    assert (form.shown("Revisit on"), form.shown("Why can it not be done now?")) == (None, "until the cluster is there")


def test_promote_understands_who_and_when(world: World) -> None:
    priya, channel, _item = owned(world)
    idea = priya.command("/actionitem idea Cap the retry queue at 500", channel=channel).text.split("*")[1]
    form = opened(priya, channel, f"promote {idea} @Marco Rossi by friday")
    assert (form.shown("Owner"), form.shown("Due date")) == ("U0MARCO", friday().isoformat())


def test_block_keeps_the_text_until_the_reason_is_chosen(world: World) -> None:
    priya, channel, item = owned(world)
    form = opened(priya, channel, f"block {item} Search must publish the metric")
    form.fill({"What blocks it?": "Another team"})
    assert form.shown("Dependency") == "Search must publish the metric"


def test_text_that_no_field_holds_is_refused_rather_than_cut(world: World) -> None:
    priya, channel, item = owned(world)
    answer = priya.command(f"/actionitem drop {item} {'old ' * 1000}", channel=channel)
    assert not answer.opened
    assert "3,999 characters; 3,000 fit here" in answer.text
