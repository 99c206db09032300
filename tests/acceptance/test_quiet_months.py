"""A month of an owner with seven overdue items, and a month of a lead: messages that people keep switched on."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.acceptance.conftest import World, eventually
from tests.acceptance.mornings import BERLIN, in_days, last, monday, nine, tick, told
from tests.acceptance.test_moment_of_creation import GOOD
from tests.running import RunningBot

HEADER = "title,owner,team,state,created_at,due"


@pytest.fixture
def world(own_world: World) -> World:
    """Each test's own: who is told what is what the test has made."""
    return own_world


def imported(world: World, dues: list[date], owner: str = "U0PRIYA", age: int = 20) -> None:
    created = datetime.now(UTC) - timedelta(days=age)
    rows = [
        f'"{title}",{owner},Payments,not_started,{created.isoformat()},{due}'
        for title, due in zip(GOOD, dues, strict=False)
    ]
    file = world.bot.folder / "items.csv"
    file.write_text("\n".join([HEADER, *rows]))
    done = world.bot.command("import", str(file))
    assert done.returncode == 0, done.stderr


def next_morning() -> date:
    return in_days(0 if datetime.now(BERLIN).hour < 9 else 1)


def mornings(world: World, user: str, first: date, days: int) -> list[date]:
    """The days of so many, from *first* on, of which the morning told them something."""
    those = [first + timedelta(days=count) for count in range(days)]
    moments = [datetime.combine(day, time(hour), BERLIN) for day in those for hour in (9, 12)]
    assert isinstance(world.bot, RunningBot)
    printed = world.bot.each([["tick", "--at", moment.isoformat()] for moment in moments])
    found = list[date]()
    for moment, lines in zip(moments, printed, strict=True):
        runs = [json.loads(line) for line in lines.splitlines()]
        posted = [run for run in runs if run["status"] == "posted" and run["messages"]]
        if any(run["ritual"] in ("due-reminder", "stale-nudge", "escalation", "deferral-review") for run in posted):
            found.append(moment.date())
    assert found, user
    return found


def test_owner_of_seven_overdue_items_reads_at_most_nine_messages_in_four_weeks(world: World) -> None:
    imported(world, [in_days(-back) for back in (1, 2, 3, 5, 8, 13, 18)])
    mornings(world, "U0PRIYA", next_morning(), 28)
    said = told(world, "U0PRIYA", "of your items need")
    assert 3 <= len(said) <= 9
    first = said[0]
    assert "7 of your items need attention." in first.text
    assert "7 came with an import: 7 overdue." in first.text
    assert first.buttons == ["All 7 items"]
    later = said[1]
    assert sum(words.startswith("*AI-") for words in later.text.splitlines()) == 3
    assert later.button("All 7 items").click().opened
    modal = world.person("U0PRIYA").modal
    assert all(title in modal.text for title in GOOD)


def test_lead_reads_one_message_a_day_at_most_and_none_on_most_days(world: World) -> None:
    imported(world, [in_days(-back) for back in (1, 9, 12)], age=45)
    mornings(world, "U0MARCO", monday(0), 28)
    said = [
        message for message in told(world, "U0MARCO", "of Payments") if "overdue for more than a week" in message.text
    ]
    by_day = [message.ts for message in said]
    assert len(by_day) == len(set(by_day))
    assert 4 <= len(said) <= 8
    assert "3 items of Payments have had no progress for 30 days. Their owners are asked" in said[0].text


@pytest.mark.walk
def test_snooze_holds_back_one_item_and_says_so(world: World) -> None:
    imported(world, [in_days(-1), in_days(-2)])
    tick(world, nine(monday(0)))
    tick(world, nine(monday(1)))
    message = last(world, "U0PRIYA", "need attention")
    answer = message.choose("Snooze", "For two weeks")
    assert "You are not reminded of *AI-" in answer.text
    assert "What its lead is told does not change." in answer.text
    tick(world, nine(monday(2)))
    assert eventually(lambda: last(world, "U0PRIYA", "One of your items needs attention"))
