"""The history of an item: who, when, what and why, however long it has become. On both databases."""

from datetime import UTC, datetime

import pytest

from bot.domain import update as update_domain
from bot.domain.item import By
from bot.domain.queries import Viewer
from storage import items
from storage.engine import Database
from tests.acceptance.conftest import World
from tests.acceptance.test_life_of_an_item import create
from tests.people import Person

WORKSPACE = "T0ACME"
LONG = "& " * 60
"""Longer when it is escaped. That the longest fit is a matter of `tests/unit/blocks/test_blocks.py`."""


def item_with_history(world: World, lines: int, **changes: object) -> tuple[Person, str, str]:
    """An item of Priya's with so many lines, all but the first of which say “no 2”, “no 3” and so on, at length."""
    priya, channel = world.person("U0PRIYA"), world.incident_channel(private=bool(changes.pop("private", False)))
    label = create(world, priya, channel, Owner="U0PRIYA", **changes)
    number = int(label.removeprefix("AI-"))
    database = Database(world.bot.environment["DATABASE_URL"])
    with database.begin() as session:
        item = items.get_item(session, WORKSPACE, number, Viewer("U0PRIYA"))
        for line in range(2, lines + 1):
            update = update_domain.update(item, By("U0MARCO", datetime.now(UTC)), f"no {line}. {LONG}")
            item = items.record_moved(session, update)
    database.close()
    return priya, channel, label


def numbers_in(text: str, most: int) -> set[int]:
    return {number for number in range(2, most + 1) if f"no {number}. " in text}


def test_history_of_500_changes_is_shown_whole_in_pages(world: World) -> None:
    priya, channel, label = item_with_history(world, 500)
    shown = priya.command(f"/actionitem show {label}", channel=channel)
    newest = numbers_in(shown.text, 500)  # as many as Slack takes in one message
    assert newest == set(range(501 - len(newest), 501))
    assert 10 < len(newest) <= 20
    assert f"{500 - len(newest)} earlier lines not shown" in shown.text
    shown.messages[-1].button("Whole history").click()
    assert priya.modal.title == f"History of {label}"
    read: set[int] = set()
    for page in range(20, 0, -1):
        modal = priya.modal
        first, last = 25 * page - 24, 25 * page
        assert f"Lines {first} to {last} of 500" in modal.text
        read |= numbers_in(modal.text, 500)
        assert ("Later" in modal.buttons, "Earlier" in modal.buttons) == (page < 20, page > 1)
        if page > 1:
            modal.button("Earlier").click()
    assert "Priya Raman created it" in priya.modal.text
    assert read == set(range(2, 501))
    priya.modal.button("Later").click()
    assert "Lines 26 to 50 of 500" in priya.modal.text


def test_short_history_has_no_pages(world: World) -> None:
    priya, channel, label = item_with_history(world, 20)
    shown = priya.command(f"/actionitem show {label}", channel=channel)
    assert numbers_in(shown.text, 20) == set(range(2, 21))
    assert "Whole history" not in shown.messages[-1].buttons


@pytest.mark.walk
def test_pages_are_reached_from_the_card_too(world: World) -> None:
    priya, channel, label = item_with_history(world, 30)
    world.card(channel, label).button("Details").click()
    priya.messages(channel)[-1].button("Whole history").click()
    assert "Lines 26 to 30 of 30" in priya.modal.text
    priya.modal.cancel()


def test_whole_history_of_a_private_item_is_nobody_elses(world: World) -> None:
    priya, channel, label = item_with_history(world, 30, private=True)
    priya.command(f"/actionitem show {label} public", channel=channel)
    lena = world.person("U0LENA")
    priya.post("invite", {"channel": channel, "user": lena.id})
    shown = next(message for message in reversed(lena.messages(channel)) if "Whole history" in message.buttons)
    button = shown.button("Whole history")
    button.click()
    assert "Lines 26 to 30 of 30" in lena.modal.text
    page = lena.modal
    lena.post("leave", {"channel": channel})
    lena.settle()
    page.button("Earlier").click()
    assert "does not exist" in lena.modal.text
    assert "no 2. " not in lena.modal.text
