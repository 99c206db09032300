"""`due-reminder`: one message a day for all that is overdue, due today and due soon, with its buttons."""

from datetime import timedelta

import pytest

from tests.acceptance.conftest import World
from tests.acceptance.mornings import item_of_priya, items_of_priya, last, monday, nine, tick, told


@pytest.fixture
def world(own_world: World) -> World:
    """Each test's own: what is due to Priya is what the test has made."""
    return own_world


@pytest.mark.walk
def test_owner_reads_everything_in_one_message_and_acts_on_it(world: World) -> None:
    day = monday(0)
    today = item_of_priya(world, "Cap the retry queue at 10,000 messages", day)
    soon = item_of_priya(world, "Shed load at the edge above 2,000 requests", day + timedelta(days=3))
    assert tick(world, nine(day)) == [("due-reminder", "posted")]
    message = last(world, "U0PRIYA", "need attention")
    assert message.text.index("*Due today*") < message.text.index(today)
    assert message.text.index("*Due in 3 working days*") < message.text.index(soon)
    assert message.fallback.startswith("2 of your items need attention: ")
    answer = message.button("Start").click()
    assert f"*{today}* is in progress." in answer.text


def test_ticked_again_and_an_hour_later_it_is_one_message(world: World) -> None:
    day = monday(1)
    label = item_of_priya(world, "Rotate the vault keys every day", day)
    for hours in (0, 0, 1):
        tick(world, nine(day) + timedelta(hours=hours))
    assert len(told(world, "U0PRIYA", f"*{label}* Rotate")) == 1


def test_day_after_it_is_overdue_and_the_weekend_is_quiet(world: World) -> None:
    friday = monday(2) + timedelta(days=4)
    label = item_of_priya(world, "Alert when the replica lags 30 seconds", friday)
    assert tick(world, nine(friday + timedelta(days=1))) == []
    assert tick(world, nine(friday + timedelta(days=3))) == [("due-reminder", "posted")]
    message = last(world, "U0PRIYA", label)
    assert "overdue 3 days" in message.text


@pytest.mark.walk
def test_what_does_not_fit_is_behind_a_button_with_pages(world: World) -> None:
    day = monday(4)
    items_of_priya(world, [f"Split consumer number {number} into two groups" for number in range(12)], day)
    tick(world, nine(day))
    message = last(world, "U0PRIYA", "need attention")
    more = next(name for name in message.buttons if name.startswith("All "))
    assert message.button(more).click().opened
    modal = world.person("U0PRIYA").modal
    assert modal.title == "Your items"
    assert "Split consumer number 11" in modal.text
    modal.cancel()


def test_snoozed_reminders_wait(world: World) -> None:
    day = monday(5)
    label = item_of_priya(world, "Drain the node before a deploy", day)
    tick(world, nine(day))
    answer = last(world, "U0PRIYA", label).choose("Snooze", "For a week")
    assert f"You are not reminded of *{label}* before" in answer.text
    assert tick(world, nine(day + timedelta(days=1))) == []
    assert ("due-reminder", "posted") in tick(world, nine(day + timedelta(days=7)))


def test_dry_run_prints_what_it_would_say(world: World) -> None:
    day = monday(8)
    item_of_priya(world, "Fence the old primary after a failover", day)
    words = ("--team", "Payments", "--at", nine(day).isoformat(), "--dry-run")
    done = world.bot.command("ritual", "due-reminder", *words)
    assert done.returncode == 0, done.stderr
    assert f'"due-reminder:U0PRIYA:{day.isoformat()}"' in done.stdout
    assert tick(world, nine(day))[0] == ("due-reminder", "posted")
