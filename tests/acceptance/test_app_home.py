"""The App Home: what awaits somebody, their items, their team's with filters, always as things are now."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from storage.engine import Database
from storage.items import record_item
from storage.teams import get_team
from storage.workspaces import record_workspace
from tests.acceptance.conftest import World, eventually
from tests.acceptance.mornings import in_days
from tests.acceptance.test_life_of_an_item import IMPLEMENTED, VERIFIED, create, submit, walk_to
from tests.builders import created
from tests.people import Home, Person

MOST_BLOCKS = 100
POSTMORTEM = {"Post-mortem link": "https://pm.example.com/1"}


def opened(person: Person) -> Home:
    home = person.home()
    assert len(home.blocks) <= MOST_BLOCKS
    return home


def shows(person: Person, seen: Callable[[Home], bool]) -> bool:
    """Whether the Home comes to show that without being opened again."""
    return eventually(lambda: seen(person.home(reopen=False)))


def newcomer(world: World, name: str, **traits: object) -> Person:
    """Somebody who has just come."""
    made = world.person("U0PRIYA").http.post("/sandbox/people", json={"real_name": name, **traits}).json()
    return world.person(made["id"])


def press(person: Person, name: str) -> None:
    """Presses a button of the Home that opens a modal; again when Slack's three seconds passed on a busy machine.

    Then the person reads so in a direct message: tests/acceptance/test_home_answers.py.
    """

    def opens() -> bool:
        person.home(reopen=False).button(name).click()
        return person.has_modal

    eventually(opens)


def test_newcomer_reads_three_steps_and_can_begin(world: World) -> None:
    home = opened(newcomer(world, "Nils Newman"))
    assert "/actionitem new" in home.text
    assert all(f"*{number}.*" in home.text for number in (1, 2, 3))
    assert "New action item" in home.buttons
    assert "Payments" not in home.text


@pytest.mark.walk
def test_owner_sees_their_items_the_most_urgent_first_each_with_its_buttons(world: World) -> None:
    olga, channel = newcomer(world, "Olga Owner"), world.incident_channel()
    invite(world, olga, channel)
    far = create(world, olga, channel, Owner=olga.id, **due(20))
    near = create(world, olga, channel, Action="Cap the nearer retry queue at 10,000", Owner=olga.id, **due(2))
    home = opened(olga)
    assert home.text.index(f"*{near}*") < home.text.index(f"*{far}*")
    assert {"Start", "Update", "Due date", "Details"} <= set(home.buttons)
    assert "2 open items, none overdue" in home.text


def invite(world: World, person: Person, channel: str) -> None:
    world.person("U0PRIYA").post("invite", {"channel": channel, "user": person.id})


def due(days: int) -> dict[str, object]:
    return {"Due date": in_days(days)}


def test_home_changes_when_an_item_does(world: World) -> None:
    nora, channel = newcomer(world, "Nora Now"), world.incident_channel()
    invite(world, nora, channel)
    opened(nora)
    label = create(world, nora, channel, Owner=nora.id)
    assert shows(nora, lambda home: f"*{label}*" in home.text and "not started" in home.text)
    walk_to(nora, channel, label, "in progress")
    assert shows(nora, lambda home: "in progress" in home.text)
    for step, fields in (("implement", IMPLEMENTED), ("verify", VERIFIED), ("close", POSTMORTEM)):
        submit(nora, channel, f"{step} {label}", fields)
    assert shows(nora, lambda home: f"*{label}*" not in home.text)


def test_button_of_the_home_acts_and_the_home_shows_it(world: World) -> None:
    paul, channel = newcomer(world, "Paul Presser"), world.incident_channel()
    invite(world, paul, channel)
    create(world, paul, channel, Owner=paul.id)
    answer = opened(paul).button("Start").click()
    assert not answer.opened
    assert shows(paul, lambda home: "in progress" in home.text)
    press(paul, "Update")
    paul.modal.fill({"What happened?": "Half of it is done"}).submit("Update")


@pytest.mark.walk
def test_what_awaits_me_stands_on_top_with_its_answers(world: World) -> None:
    ada, priya = newcomer(world, "Ada Asked"), world.person("U0PRIYA")
    channel = world.incident_channel()
    label = create(world, priya, channel, Owner=ada.id)
    home = opened(ada)
    assert "Priya Raman asks you to own it" in home.text
    assert home.text.index("Awaits you") < home.text.index(f"*{label}*")
    assert {"Accept", "Hand over", "Cannot take it"} <= set(home.buttons)
    home.button("Accept").click()
    assert shows(ada, lambda home: "Awaits you" not in home.text and f"*{label}*" in home.text)


def test_implemented_item_awaits_its_verification(world: World) -> None:
    vera, channel = newcomer(world, "Vera Verifier"), world.incident_channel()
    invite(world, vera, channel)
    label = create(world, vera, channel, Owner=vera.id)
    walk_to(vera, channel, label, "implemented")
    home = opened(vera)
    assert "It is in production. Does it work?" in home.text
    press(vera, "Verify")
    assert vera.modal.title == "Verify"


@pytest.mark.walk
def test_member_narrows_the_teams_items_and_the_choice_stays(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(name="narrow")
    label = create(world, priya, channel, Owner="U0MARCO", Impact="5 – shared infrastructure or every service")
    walk_to(priya, channel, label, "in progress")
    home = opened(priya)
    assert "*Payments*" in home.text
    assert re.search(r"This month: .*\bopen \d+ – \w", home.text)
    home.choose("State", "verified")
    assert f"*{label}*" not in priya.home(reopen=False).text
    priya.home(reopen=False).choose("State", "in progress")
    incident = priya.command("/actionitem incident", channel=channel)
    assert incident.opened
    title = priya.modal.shown("Title")
    priya.modal.cancel()
    priya.home(reopen=False).choose("Incident", title)
    narrowed = priya.home(reopen=False)
    assert f"*{label}*" in narrowed.text
    assert "*Payments* · 1 item" in narrowed.text
    assert "*Payments* · 1 item" in opened(priya).text
    priya.home(reopen=False).choose("Due", "Overdue")
    assert "Nothing here with these filters." in priya.home(reopen=False).text
    for menu, everything in (("State", "Any open state"), ("Due", "Any due date"), ("Incident", "Any incident")):
        priya.home(reopen=False).choose(menu, everything)


def record_many(world: World, owner: str, count: int) -> None:
    """As many items, put into the database itself: by forms it would take minutes."""
    database = Database(world.bot.environment["DATABASE_URL"])
    with database.begin() as session:
        record_workspace(session, "T0ACME")
        for number in range(count):
            record_item(session, "T0ACME", created(by=owner, at=datetime.now(UTC), owner=owner, **late(number)))
    database.close()


def late(number: int) -> dict[str, object]:
    """The first thirty are overdue, and the others are not, in whichever zone it is already tomorrow."""
    return {"title": f"Cap retry queue {number} at 10,000", "due": in_days(number - 32 if number < 30 else number)}


@pytest.mark.walk
def test_person_with_three_hundred_items_reads_them_page_by_page(world: World) -> None:
    hana = newcomer(world, "Hana Heavy")
    record_many(world, hana.id, 300)
    home = opened(hana)
    assert "300 open items, 30 overdue" in home.text
    assert "1–12 of 300" in home.text
    home.button("Later").click()
    later = hana.home(reopen=False)
    assert "13–24 of 300" in later.text
    later.button("Earlier").click()
    assert "1–12 of 300" in hana.home(reopen=False).text


@pytest.mark.parametrize("reader", ["U0LENA", "U0GIL"])
def test_private_items_show_to_nobody_else(world: World, reader: str) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(private=True, name="okapi")
    label = create(world, priya, channel, Action="Okapi: rotate the vault keys every day", Owner="U0PRIYA")
    assert f"*{label}*" in opened(priya).text or "more" in priya.home(reopen=False).text
    assert "kapi" not in opened(world.person(reader)).text


def test_guest_sees_what_is_in_their_channels_alone(world: World) -> None:
    home = opened(world.person("U0GIL"))
    assert "*Payments*" not in home.text
    assert "Your action items" in home.text


def test_who_leaves_a_private_channel_no_longer_reads_of_it(world: World) -> None:
    marco, priya = world.person("U0MARCO"), world.person("U0PRIYA")
    channel = world.incident_channel(private=True, name="quokka")
    label = create(
        world, priya, channel, Action="Quokka: rotate the vault keys", Owner="U0PRIYA", Effort="1 – hours",
        Impact="5 – shared infrastructure or every service", Urgency="5 – can recur any day",
    )  # fmt: skip
    assert eventually(lambda: f"*{label}*" in opened(marco).text)
    marco.act("leave", {"channel": channel})
    assert shows(marco, lambda home: f"*{label}*" not in home.text)


def test_theme_narrows_the_teams_items(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, Owner="U0MARCO")
    submit(priya, channel, f"edit {label}", {"Themes": "narrowing"}, "Save")
    opened(priya).choose("Theme", "narrowing")
    assert "*Payments* · 1 item" in priya.home(reopen=False).text
    priya.home(reopen=False).choose("Theme", "Any theme")


@pytest.mark.walk
def test_filters_are_combined_and_begin_at_the_first_page(world: World) -> None:
    rosa = newcomer(world, "Rosa Reader")
    done = world.bot.command("team", "set", "Edge", "--channel", "C0PAYMENTS", "--lead", rosa.id)
    assert done.returncode == 0, done.stderr
    database = Database(world.bot.environment["DATABASE_URL"])
    with database.begin() as session:
        team = get_team(session, "T0ACME", "Edge")
        for number in range(40):
            record_item(session, "T0ACME", created(by="U0MARCO", at=datetime.now(UTC), team_id=team.id, **late(number)))
    database.close()
    home = opened(rosa)
    assert "*Edge* · 40 items" in home.text
    assert "1–15 of 40" in home.text
    home.button("Later").click()
    assert "16–30 of 40" in rosa.home(reopen=False).text
    rosa.home(reopen=False).choose("Due", "Overdue")
    overdue = rosa.home(reopen=False)
    assert "*Edge* · 30 items" in overdue.text
    assert "1–15 of 30" in overdue.text
    overdue.choose("State", "in progress")
    assert "Nothing here with these filters." in rosa.home(reopen=False).text
    rosa.home(reopen=False).choose("State", "not started")
    rosa.home(reopen=False).button("Later").click()
    assert "16–30 of 30" in rosa.home(reopen=False).text
    assert "16–30 of 30" in opened(rosa).text
