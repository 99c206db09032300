"""A review: items one by one with their buttons, for a stand-up, an operations review, an incident review."""

import pytest

from tests.acceptance.conftest import World, eventually
from tests.acceptance.mornings import in_days
from tests.acceptance.test_life_of_an_item import create, walk_to
from tests.people import Person


def three(world: World, priya: Person, channel: str) -> list[str]:
    """Three items of one incident, due one after the other."""
    return [
        create(world, priya, channel, Action=f"Cap review queue {days} at 10,000", **{"Due date": in_days(days)})
        for days in (3, 5, 9)
    ]


@pytest.mark.walk
def test_incident_is_gone_through_one_by_one(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    first, second, third = three(world, priya, channel)
    priya.command("/actionitem review", channel=channel)
    assert priya.modal.title == "Incident review"
    assert "1 of 3" in priya.modal.text
    assert first in priya.modal.text
    assert "Previous" not in priya.modal.buttons
    priya.modal_click("Next")
    assert "2 of 3" in priya.modal.text
    assert second in priya.modal.text
    priya.modal_click("Next")
    assert third in priya.modal.text
    assert "Next" not in priya.modal.buttons
    priya.modal_click("Previous")
    assert "2 of 3" in priya.modal.text


@pytest.mark.walk
def test_button_in_a_review_acts_and_the_review_goes_on(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label, *_ = three(world, priya, channel)
    priya.command("/actionitem review incident", channel=channel)
    priya.modal_click("Start")
    assert priya.modal.title == "Incident review"
    assert f"{label}* is in progress" in priya.modal.text
    assert "_in progress_" in priya.modal.text
    priya.modal_click("Update")
    assert priya.modal.title == "Status update"
    assert priya.modal.fill({"What happened?": "Half of it is capped"}).submit("Update") == {}
    assert priya.modal.title == "Incident review"
    assert "Half of it is capped" in priya.modal.text
    assert "1 of 3" in priya.modal.text


def test_incident_review_shows_whether_it_addresses_the_cause(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, **{"Root cause": "Nobody had capped it"})
    walk_to(priya, channel, label, "verified")
    priya.command("/actionitem review incident", channel=channel)
    for words in ("Nobody had capped it", "Fire the alert on purpose", "the page came at 14:07"):
        assert words in priya.modal.text


def test_operations_review_takes_everything_open_and_stand_up_what_moves(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    resting = create(world, priya, channel, Action="Cap the resting queue at 10,000", **{"Due date": in_days(90)})
    moving = create(world, priya, channel, Action="Cap the moving queue at 10,000", **{"Due date": in_days(91)})
    walk_to(priya, channel, moving, "in progress")
    assert {resting, moving} <= gone_through(priya, "review operations")
    seen = gone_through(priya, "review stand-up team payments")
    assert moving in seen
    assert resting not in seen


def gone_through(person: Person, words: str) -> set[str]:
    """The labels of all items of a review."""
    person.command(f"/actionitem {words}", channel="C0GENERAL")
    seen = set()
    while True:
        form = person.modal
        seen.add("AI-" + form.text.split("*AI-")[1].split()[0])
        if "Next" not in form.buttons:
            form.cancel()
            return seen
        person.modal_click("Next")


def test_view_can_be_changed_in_the_review(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label, *_ = three(world, priya, channel)
    walk_to(priya, channel, label, "in progress")
    priya.command("/actionitem review", channel=channel)
    priya.modal.choose("View", "Operations review")
    assert priya.modal.title == "Operations review"
    assert "Open for" in priya.modal.text
    priya.modal.choose("View", "Incident review")
    assert "of 3" in priya.modal.text


def test_home_opens_a_stand_up(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    walk_to(priya, channel, create(world, priya, channel), "in progress")
    priya.home().button("Review").click()
    assert priya.modal.title == "Stand-up"


def test_item_of_a_private_channel_is_reviewed_by_nobody_else(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(private=True)
    create(world, priya, world.incident_channel())  # there is something to go through
    label = create(world, priya, channel, Action="Axolotl: rotate the vault keys every day", Owner="U0PRIYA")
    eventually(lambda: label in priya.command(f"/actionitem show {label}", channel=channel).text)
    assert label not in gone_through(world.person("U0LENA"), "review operations team payments")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("review everything", "There is no such review"),
        ("review operations team Nobody", "There is no team “Nobody”"),
        ("review incident", "No incident was handled in this channel"),
    ],
)
def test_review_that_cannot_be_is_refused_with_what_can(world: World, words: str, told: str) -> None:
    answer = world.person("U0PRIYA").command(f"/actionitem {words}", channel="C0GENERAL")
    assert told in answer.text


def test_incident_without_items_says_what_to_do(world: World) -> None:
    answer = world.person("U0PRIYA").command("/actionitem review", channel=world.incident_channel())
    assert "`/actionitem new` creates one" in answer.text
