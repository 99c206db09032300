"""A team's intake freezes while its backlog is out of control, says why, and opens when it is under control again."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import FIELDS, submit
from tests.acceptance.test_moment_of_creation import GOOD
from tests.people import Person

HEADER = "title,owner,team,state,created_at,due"
NOW = datetime.now(UTC)
LONG_AGO, LAST_MONTH = NOW - timedelta(days=150), NOW.replace(day=1) - timedelta(days=5)


@pytest.fixture
def world(own_world: World) -> World:
    """Each test's own: the team has the items that the test imports."""
    return own_world


def imported(world: World, created: datetime, due: date, count: int) -> list[str]:
    """The labels of so many items of Payments that nobody has begun."""
    rows = [f'"{title}",U0PRIYA,Payments,not_started,{created.isoformat()},{due}' for title in GOOD[:count]]
    file = world.bot.folder / "items.csv"
    file.write_text("\n".join([HEADER, *rows]))
    done = world.bot.command("import", str(file))
    assert done.returncode == 0, done.stderr
    return [f"AI-{number}" for number in range(1, count + 1)]


def form_says(person: Person, channel: str) -> str:
    person.command("/actionitem new", channel=channel)
    text = person.modal.text
    person.modal.cancel()
    return text


def report(world: World) -> str:
    world.bot.lines("ritual", "monthly-report", "--team", "Payments")
    return eventually(lambda: find(world.person("U0MARCO").messages("C0PAYMENTS"), "Intake freeze")).text


@pytest.mark.walk
def test_everything_is_overdue_so_intake_is_frozen_until_it_is_under_control(world: World) -> None:
    labels = imported(world, LONG_AGO, LONG_AGO.date() + timedelta(days=20), 4)
    priya, marco = world.person("U0PRIYA"), world.person("U0MARCO")
    why = f"In {LAST_MONTH:%B} nothing ended, with 4 overdue, and the backlog is not under control: one in ten older"
    told = report(world)
    assert f"*Intake freeze: on.* {why}" in told
    assert "4 of 4 overdue. New items of Payments become ideas until the backlog is under control: nine in ten" in told
    said = form_says(priya, "C0PAYMENTS")
    assert f"*Payments takes no new items at the moment.* {why}" in said
    assert "Override, because" not in said
    priya.command("/actionitem new", channel="C0PAYMENTS")
    assert priya.modal.fill(FIELDS | {"Action": GOOD[5], "Owner": "U0PRIYA"}).submit("Create idea") == {}
    marco.command("/actionitem new", channel="C0PAYMENTS")
    assert "Override, because" in marco.modal.labels
    marco.modal.cancel()
    for label in labels[:-1]:
        assert submit(marco, "C0PAYMENTS", f"drop {label}", {"Why?": "The gateway goes away"}) == {}
        assert "takes no new items" in form_says(priya, "C0PAYMENTS")
    assert submit(marco, "C0PAYMENTS", f"drop {labels[-1]}", {"Why?": "The gateway goes away"}) == {}
    assert "takes no new items" not in form_says(priya, "C0PAYMENTS")


def test_idea_stays_one_while_intake_is_frozen_and_the_refusal_says_what_would_lift_it(world: World) -> None:
    imported(world, LONG_AGO, LONG_AGO.date() + timedelta(days=20), 2)
    priya, marco = world.person("U0PRIYA"), world.person("U0MARCO")
    label = priya.command(f"/actionitem idea {GOOD[4]}", channel="C0PAYMENTS").text.split()[0].strip("*")
    refused = priya.command(f"/actionitem promote {label}", channel="C0PAYMENTS").text
    assert f"{label} stays an idea until the backlog is under control: nine in ten younger than 45 days" in refused
    marco.command(f"/actionitem promote {label}", channel="C0PAYMENTS")
    assert "To add it anyway, say why." in marco.modal.text


def test_team_in_its_first_two_months_is_not_frozen_whatever_it_created(world: World) -> None:
    imported(world, LAST_MONTH, LAST_MONTH.date() + timedelta(days=1), 6)
    assert "takes no new items" not in form_says(world.person("U0PRIYA"), "C0PAYMENTS")
    assert "*Intake freeze: off.* Nothing is frozen in a team's first two months." in report(world)
