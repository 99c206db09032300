"""The monthly report with its charts, the leadership summary, and `/actionitem report`, as people read them."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.acceptance.conftest import World
from tests.acceptance.test_life_of_an_item import create
from tests.people import Message

BERLIN = ZoneInfo("Europe/Berlin")


def first_working_day(hour: int) -> datetime:
    """The first day of next month that is no weekend, at that hour in Berlin."""
    day = (datetime.now(BERLIN).replace(day=1, hour=hour, minute=0, second=0, microsecond=0)) + timedelta(days=31)
    day = day.replace(day=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def this_month() -> str:
    return f"{datetime.now(BERLIN):%B %Y}"


@pytest.fixture(scope="module")
def item(world: World) -> str:
    """An item of this month, open and not due yet."""
    channel = world.incident_channel()
    due = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
    return create(world, world.person("U0PRIYA"), channel, **{"Due date": due})


def reports(world: World, channel: str, words: str) -> list[Message]:
    return [message for message in world.person("U0PRIYA").messages(channel) if words in message.text]


@pytest.mark.walk
@pytest.mark.usefixtures("item")
def test_monthly_report_is_posted_once_with_measures_intake_and_charts(world: World) -> None:
    at = first_working_day(10)
    heading = f"*Payments · {this_month()}* – the backlog grew by 1: 1 created, 0 ended"
    due_at = at.astimezone(UTC).isoformat()
    minute_before = world.bot.lines("tick", "--at", (at - timedelta(minutes=1)).isoformat())
    assert not [run for run in minute_before if run["ritual"] == "monthly-report" and run["due_at"] == due_at]
    first = world.bot.lines("tick", "--at", at.isoformat())
    assert ("monthly-report", "Payments", "posted") in {(run["ritual"], run["team"], run["status"]) for run in first}
    world.bot.lines("tick", "--at", (at + timedelta(minutes=5)).isoformat())
    (message,) = reports(world, "C0PAYMENTS", heading)
    assert "(created : ended 1 : 0, red flag)." in message.text
    assert "*Red flag:* created : ended 1 : 0" in message.text
    assert "*Intake freeze: off.*" in message.text
    assert "*Open items:* 1 · on target · " in message.text
    assert "*Completion within the deadline:* no items · " in message.text
    (flow,) = [block for block in message.blocks if block["type"] == "data_visualization"]  # there is no rate to draw
    newest = {series["name"]: series["data"][-1]["value"] for series in flow["chart"]["series"]}
    assert newest == {"Created": 1, "Ended": 0, "Open at the end": 1}


@pytest.mark.walk
@pytest.mark.usefixtures("item")
def test_leadership_summary_names_the_teams_of_its_channel_once(world: World) -> None:
    for team in ("Payments", "Search"):
        known = (
            ("--channel", "C0GENERAL", "--lead", "U0AISHA", "--timezone", "Europe/Berlin") if team == "Search" else ()
        )
        done = world.bot.command("team", "set", team, *known, "--leadership-channel", "C0GENERAL")
        assert done.returncode == 0, done.stderr
    at = first_working_day(12)
    world.bot.lines("ritual", "leadership-summary", "--at", at.isoformat())
    world.bot.lines("ritual", "leadership-summary", "--team", "Search", "--at", at.isoformat())
    (message,) = reports(world, "C0GENERAL", f"*Action items · {this_month()}*")
    assert "there is nothing to decide." in message.text
    payments = "• Payments has ended nothing yet: 1 created, none overdue; nothing to decide yet."
    assert message.text.index(payments) < message.text.index("• Search has nothing open; nothing to decide.")
    assert "Nothing waits for a decision." in message.text
    assert {"data_visualization", "data_table"} <= {block["type"] for block in message.blocks}
    assert "No root cause, service or theme came back" in message.text


def test_quarterly_summary_is_silent_within_the_quarter(world: World) -> None:
    world.bot.command(
        "team", "set", "Slow", "--channel", "C0GENERAL", "--lead", "U0AISHA", "--leadership-channel", "C0PAYMENTS",
        "--leadership-summary", "quarterly",
    )  # fmt: skip
    within = world.bot.command(
        "ritual", "leadership-summary", "--team", "Slow", "--at", "2027-02-01T12:00Z", "--dry-run"
    )
    assert json.loads(within.stdout) == []
    after = world.bot.command(
        "ritual", "leadership-summary", "--team", "Slow", "--at", "2027-04-01T12:00Z", "--dry-run"
    )
    (message,) = json.loads(after.stdout)
    assert "January to March 2027" in message["text"]


@pytest.mark.walk
@pytest.mark.usefixtures("item")
def test_report_answers_the_asker_alone_unless_it_is_public(world: World) -> None:
    priya = world.person("U0PRIYA")
    answer = priya.command("/actionitem report", channel="C0PAYMENTS")
    assert answer.ephemeral
    assert f"*The whole workspace · {datetime.now(UTC):%B %Y} so far*" in answer.text
    public = priya.command("/actionitem report team payments public", channel="C0PAYMENTS")
    assert not public.ephemeral
    assert f"*Payments · {this_month()} so far*" in public.text


@pytest.mark.walk
@pytest.mark.usefixtures("item")
def test_what_a_report_means_and_what_would_move_it_is_one_click_away(world: World) -> None:
    priya = world.person("U0PRIYA")
    for answer in (
        priya.command("/actionitem report team payments public", channel="C0PAYMENTS"),
        priya.command("/actionitem report", channel="C0PAYMENTS"),
    ):
        assert answer.messages[-1].button("What these mean").click().opened
        assert priya.modal.title == "What the measures mean"
        assert " more ended." in priya.modal.text
        assert "It says: neither ended nor deferred. On target: under 20; red flag over 50." in priya.modal.text
        priya.modal.cancel()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("2026-01", "nothing was created and nothing ended"),
        ("team Payments 2026-01", "Payments · January 2026"),
        ("team Nobody", "There is no team “Nobody”"),
        ("yesterday", "is not a month. Write it like"),
        ("2999-01", "2999-01 has not begun"),
    ],
)
def test_report_of_an_earlier_month_and_of_what_does_not_exist(world: World, words: str, said: str) -> None:
    answer = world.person("U0PRIYA").command(f"/actionitem report {words}", channel="C0PAYMENTS")
    assert answer.ephemeral
    assert said in answer.text


def test_report_in_a_channel_does_not_say_that_there_is_anything_private(world: World) -> None:
    channel = world.incident_channel(private=True)
    before = world.person("U0PRIYA").command("/actionitem report team payments public", channel="C0PAYMENTS")
    create(world, world.person("U0PRIYA"), channel, Action="Okapi: rotate the vault keys every day")
    answer = world.person("U0PRIYA").command("/actionitem report team payments public", channel="C0PAYMENTS")
    assert answer.text == before.text
    own = world.person("U0PRIYA").command("/actionitem report team payments", channel="C0PAYMENTS")
    assert own.text != before.text
