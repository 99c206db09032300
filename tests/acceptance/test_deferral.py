"""Not now: a deferral with everything it needs, the register of risk debt, the third time, and coming back."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.acceptance.conftest import World, eventually
from tests.acceptance.endings import LATER, NOT_NOW, is_in, newest_to, owned, request_to
from tests.acceptance.test_life_of_an_item import create, submit


def defer(world: World, channel: str, label: str, **changes: object) -> None:
    """By the lead, at once."""
    assert submit(world.person("U0MARCO"), channel, f"defer {label}", NOT_NOW | changes, "Defer") == {}
    is_in(world, channel, label, "deferred")


def test_form_asks_for_everything_and_proposes_the_lead(world: World) -> None:
    priya, channel, label = owned(world)
    priya.command(f"/actionitem defer {label}", channel=channel)
    modal = priya.modal
    assert (modal.title, modal.submit_label) == ("Defer", "Defer")
    assert modal.labels == [
        "Why can it not be done now?", "What risk do we accept meanwhile?",
        "I understand that the incident can happen again", "Revisit on", "Trigger condition", "Temporary mitigation",
        "Approver",
    ]  # fmt: skip
    assert modal.shown("Approver") == "U0MARCO"


@pytest.mark.parametrize("label_of_field", list(NOT_NOW))
def test_deferral_without_one_of_them_is_refused_beside_the_field(world: World, label_of_field: str) -> None:
    _priya, channel, label = owned(world)
    empty = False if NOT_NOW[label_of_field] is True else None
    errors = submit(world.person("U0MARCO"), channel, f"defer {label}", NOT_NOW | {label_of_field: empty})
    assert list(errors) == [label_of_field]


def test_day_to_revisit_must_be_to_come(world: World) -> None:
    _priya, channel, label = owned(world)
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    errors = submit(world.person("U0MARCO"), channel, f"defer {label}", NOT_NOW | {"Revisit on": yesterday})
    assert "Choose a later one" in errors["Revisit on"]


def test_condition_does_instead_of_a_day(world: World) -> None:
    _priya, channel, label = owned(world)
    defer(world, channel, label, **{"Revisit on": None, "Trigger condition": "The vendor ships version 2"})
    assert "Deferred until “The vendor ships version 2”" in world.card(channel, label).text


@pytest.mark.walk
def test_card_says_why_until_when_at_what_risk_and_who_approved(world: World) -> None:
    _priya, channel, label = owned(world)
    defer(world, channel, label, **{"Temporary mitigation": "The on-call watches the queue"})
    card = world.card(channel, label).text
    for words in (
        "Deferred until", "The vendor replaces the ledger in spring", "Checkout can stall again",
        "The on-call watches the queue", "Approved by Marco Rossi",
    ):  # fmt: skip
        assert words in card


def test_item_with_a_root_cause_warns_of_recurrence_in_the_form_and_to_the_approver(world: World) -> None:
    priya, channel, label = owned(world, **{"Root cause": "The retry queue has no upper bound"})
    priya.command(f"/actionitem defer {label}", channel=channel)
    assert "addresses a root cause" in priya.modal.text
    assert "The retry queue has no upper bound" in priya.modal.text
    assert priya.modal.fill(NOT_NOW).submit("Defer") == {}
    assert "the incident can happen again" in request_to(world, "U0MARCO", label).text


@pytest.mark.walk
def test_register_shows_why_who_approved_when_it_comes_back_and_how_often(world: World) -> None:
    priya, channel, label = owned(world)
    defer(world, channel, label)
    world.person("U0MARCO").command(f"/actionitem resume {label}", channel=channel)
    defer(world, channel, label, **{"Revisit on": None, "Trigger condition": "The ledger is replaced"})
    register = priya.command("/actionitem list deferred", channel=channel).text
    line = next(part for part in register.split("*AI-") if part.startswith(label.removeprefix("AI-") + "*"))
    for words in ("Deferred until “The ledger is replaced”", "in spring", "Approved by Marco Rossi", "2 times"):
        assert words in line


@pytest.mark.walk
@pytest.mark.parametrize("state", ["not started", "in progress"])
def test_resume_returns_to_where_it_was(world: World, state: str) -> None:
    priya, channel, label = owned(world)
    if state == "in progress":
        priya.command(f"/actionitem start {label}", channel=channel)
    defer(world, channel, label)
    world.card(channel, label).button("Resume").click()
    is_in(world, channel, label, state)
    assert "Deferred" not in world.card(channel, label).text


def test_only_a_deferred_item_is_resumed(world: World) -> None:
    priya, channel, label = owned(world)
    answer = priya.command(f"/actionitem resume {label}", channel=channel)
    assert "not started, not deferred" in answer.text


@pytest.mark.walk
def test_from_the_third_deferral_on_the_lead_is_told(world: World) -> None:
    priya, channel, label = owned(world)
    for count in (1, 2, 3):
        defer(world, channel, label)
        if count < 3:
            priya.command(f"/actionitem resume {label}", channel=channel)
    assert newest_to(world, "U0MARCO", f"*{label} ", "was deferred again, 3 times in all")
    flags = [m for m in world.person("U0MARCO").direct_messages() if label in m.text and "deferred again" in m.text]
    assert len(flags) == 1


def test_deferred_item_can_still_be_ended_but_not_started(world: World) -> None:
    priya, channel, label = owned(world)
    defer(world, channel, label)
    assert "cannot be started" in priya.command(f"/actionitem start {label}", channel=channel).text
    assert submit(world.person("U0MARCO"), channel, f"drop {label}", {"Why?": "Nobody needs it"}) == {}
    is_in(world, channel, label, "will not do")


def test_deferral_is_reached_from_the_card(world: World) -> None:
    priya, channel, label = owned(world)
    world.card(channel, label).button("Defer").click()
    assert priya.modal.title == "Defer"


def test_item_without_a_team_asks_who_approves(world: World) -> None:
    """With one team everything is its own, so a second team is made here, and one item of neither."""
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    world.bot.command("team", "set", "Search", "--channel", "C0RANDOM", "--lead", "U0LENA")
    label = create(world, priya, channel, Owner="U0PRIYA", Team="Search")
    assert submit(priya, channel, f"defer {label}", NOT_NOW) == {}
    assert request_to(world, "U0LENA", label)


def test_moving_the_due_date_later_asks_why_keeps_the_original_and_counts(world: World) -> None:
    priya, channel, label = owned(world)
    assert "Why does it move?" in submit(priya, channel, f"due {label}", {"New due date": LATER})
    for more in (0, 7):
        moved = {"New due date": LATER + timedelta(days=more), "Why does it move?": "The audit took our week"}
        assert submit(priya, channel, f"due {label}", moved) == {}
    eventually(lambda: "moved 2×)" in world.card(channel, label).text)
    assert "(was " in world.card(channel, label).text
    assert "The audit took our week" in priya.command(f"/actionitem show {label}", channel=channel).text
