"""What awaits somebody is answered in the App Home itself; what goes wrong there is told."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from storage.engine import Database
from tests.acceptance.conftest import World, eventually
from tests.acceptance.endings import asked, is_in, newest_to
from tests.acceptance.mornings import in_days, nine, tick
from tests.acceptance.test_app_home import invite, newcomer, opened, shows
from tests.acceptance.test_hold_check import working_day
from tests.acceptance.test_life_of_an_item import create, walk_to
from tests.people import Home, Person


@pytest.mark.walk
def test_lead_approves_in_the_app_home(world: World) -> None:
    _priya, channel, label = asked(world)
    marco = world.person("U0MARCO")
    home = eventually(lambda: asks(marco, label))
    assert f"Priya Raman wants to defer {label} until " in home.text
    assert "Why not now: " in home.text
    home.button("Approve").click()
    is_in(world, channel, label, "deferred")
    assert shows(marco, lambda home: "wants to defer" not in home.text)


def test_lead_declines_in_the_app_home(world: World) -> None:
    _priya, _channel, label = asked(world)
    marco = world.person("U0MARCO")
    eventually(lambda: asks(marco, label)).button("Decline").click()
    assert marco.modal.fill({"Why?": "It came back twice this year"}).submit("Decline") == {}
    assert "It came back twice this year" in newest_to(world, "U0PRIYA", f"*{label} ", "Marco Rossi declined").text
    assert shows(marco, lambda home: "wants to defer" not in home.text)


def test_withdrawn_request_leaves_the_home_of_whoever_was_asked(world: World) -> None:
    priya, _channel, label = asked(world)
    marco = world.person("U0MARCO")
    eventually(lambda: asks(marco, label))
    newest_to(world, "U0PRIYA", "You asked Marco Rossi to defer", label).button("Withdraw").click()
    assert shows(marco, lambda home: "wants to defer" not in home.text)
    assert priya.home()


def asks(person: Person, label: str) -> Home | None:
    home = opened(person)
    return home if f"*{label}*" in home.text and "wants to defer" in home.text else None


def asked_whether_it_held(world: World, name: str, later: int) -> tuple[Person, str]:
    """An owner who was asked about what they closed a month ago, on the working day so many days *later*."""
    owner, channel = newcomer(world, name, tz="Europe/Berlin"), world.incident_channel()
    invite(world, owner, channel)
    label = create(world, owner, channel, Owner=owner.id)
    walk_to(owner, channel, label, "closed")
    assert "did it hold?" not in opened(owner).text
    tick(world, nine(working_day(in_days(30 + later))))
    return owner, label


def test_owner_says_in_the_app_home_that_it_held(world: World) -> None:
    hugo, label = asked_whether_it_held(world, "Hugo Holds", 0)
    home = opened(hugo)
    assert "Closed a month ago: did it hold?" in home.text
    assert f"*{label}*" in home.text
    home.button("Yes").click()
    assert shows(hugo, lambda home: "did it hold?" not in home.text)


def test_owner_says_in_the_app_home_that_it_did_not_hold(world: World) -> None:
    nina, label = asked_whether_it_held(world, "Nina Not", 3)
    opened(nina).button("No").click()
    assert shows(nina, lambda home: "did it hold?" not in home.text and "in progress" in home.text)
    assert f"*{label}*" in nina.home(reopen=False).text


@contextmanager
def slack_opens_nothing(world: World) -> Iterator[None]:
    http = world.person("U0PRIYA").http
    http.post("/sandbox/faults", json={"method": "views.open", "kind": "error", "error": "ratelimited", "times": None})
    try:
        yield
    finally:
        http.delete("/sandbox/faults")


@pytest.mark.walk
def test_press_that_slack_opens_nothing_for_is_answered_in_a_direct_message(world: World) -> None:
    dora, channel = newcomer(world, "Dora Direct"), world.incident_channel()
    invite(world, dora, channel)
    create(world, dora, channel, Owner=dora.id)
    home = opened(dora)
    with slack_opens_nothing(world):
        home.button("Update").click()
    dora.wait_for("Slack did not answer. Nothing was changed; try again in a moment.")


@contextmanager
def database_is_broken(world: World) -> Iterator[None]:
    database = Database(world.bot.environment["DATABASE_URL"])
    try:
        with database.begin() as session:
            session.execute(text("ALTER TABLE inbox RENAME TO inbox_away"))
        yield
        with database.begin() as session:
            session.execute(text("ALTER TABLE inbox_away RENAME TO inbox"))
    finally:
        database.close()


@pytest.mark.parametrize(("locale", "words"), [("en-US", "nothing was changed"), ("de-DE", "nichts wurde geändert")])
def test_error_of_ours_is_told_to_whoever_pressed_in_the_app_home(world: World, locale: str, words: str) -> None:
    eve, channel = newcomer(world, f"Eve Error {locale}", locale=locale), world.incident_channel()
    invite(world, eve, channel)
    create(world, world.person("U0PRIYA"), channel, Owner=eve.id)
    home = opened(eve)
    with database_is_broken(world):
        home.button("Start" if locale == "en-US" else "Beginnen").click()
    assert words in eve.modal.text
