"""Nobody chooses who decides about an item: to go to another team, it needs the lead of the one that it leaves."""

from dataclasses import dataclass

import pytest

from tests.acceptance.conftest import World, eventually
from tests.acceptance.endings import ACCEPTED, LATER, NOT_NOW, is_in, newest_to, request_to
from tests.acceptance.test_answered import said
from tests.acceptance.test_life_of_an_item import create, submit
from tests.people import Person


@dataclass
class Two:
    """Priya leads Search and owns an item of Payments, which Marco leads."""

    world: World
    priya: Person
    marco: Person
    channel: str
    label: str


@pytest.fixture
def two(world: World) -> Two:
    done = world.bot.command("team", "set", "Search", "--channel", "C0GENERAL", "--lead", "U0PRIYA")
    assert done.returncode == 0, done.stderr
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    for user in ("U0MARCO", "U0AISHA"):
        priya.post("invite", {"channel": channel, "user": user})
    label = create(world, priya, channel, Owner="U0PRIYA", Team="Payments")
    return Two(world, priya, world.person("U0MARCO"), channel, label)


def team_of(two: Two) -> str:
    shown = two.priya.command(f"/actionitem show {two.label}", channel=two.channel).text
    return next(line for line in shown.splitlines() if line.startswith("*Team*")).removeprefix("*Team* ")


@pytest.mark.walk
def test_other_team_s_lead_who_owns_it_asks_the_lead_that_it_leaves(two: Two) -> None:
    world, label = two.world, two.label
    assert (
        submit(two.priya, two.channel, f"edit {label}", {"Team": "Search", "Details": "See the runbook"}, "Save") == {}
    )
    answer = said(two.priya, two.channel)
    assert answer == f"*{label}* is changed. Its move to another team waits for Marco Rossi. Marco Rossi was told."
    request = request_to(world, "U0MARCO", label)
    assert "wants to move" in request.text
    assert "from Payments to Search" in request.text
    assert "The lead of Search then decides" in request.text
    assert team_of(two) == "Payments"
    assert "See the runbook" in two.priya.command(f"/actionitem show {label}", channel=two.channel).text
    request.button("Approve").click()
    eventually(lambda: team_of(two) == "Search")
    assert newest_to(world, "U0PRIYA", label, "approved it", "belongs to another team now")
    shown = two.priya.command(f"/actionitem show {label}", channel=two.channel).text
    assert "moved it from Payments to Search, as Priya Raman asked" in shown


def test_until_then_nobody_but_the_lead_that_it_would_leave_accepts_its_risk(two: Two) -> None:
    assert submit(two.priya, two.channel, f"edit {two.label}", {"Team": "Search"}, "Save") == {}
    refused = two.priya.command(f"/actionitem risk {two.label}", channel=two.channel)
    assert not refused.opened
    assert "waits for a decision already (move to another team)" in refused.text
    request_to(two.world, "U0MARCO", two.label).button("Decline").click()
    assert two.marco.modal.fill({"Why?": "It stays with us"}).submit("Decline") == {}
    assert newest_to(two.world, "U0PRIYA", two.label, "It stays with us")
    assert team_of(two) == "Payments"
    assert submit(two.priya, two.channel, f"risk {two.label}", ACCEPTED, "Accept the risk") == {}
    assert "wants to accept the risk of" in request_to(two.world, "U0MARCO", two.label).text


def test_one_request_about_an_item_waits_at_a_time(two: Two) -> None:
    assert submit(two.priya, two.channel, f"defer {two.label}", NOT_NOW, "Defer") == {}
    errors = submit(two.priya, two.channel, f"edit {two.label}", {"Team": "Search"}, "Save")
    assert "waits for a decision already (deferral)" in errors.get("Team", ""), errors


def test_lead_who_gives_it_away_does_so_at_once_and_the_other_lead_is_told(two: Two) -> None:
    assert submit(two.marco, two.channel, f"edit {two.label}", {"Team": "Search"}, "Save") == {}
    assert newest_to(two.world, "U0PRIYA", "Marco Rossi moved", two.label, "from Payments to Search")
    assert team_of(two) == "Search"
    assert submit(two.priya, two.channel, f"risk {two.label}", ACCEPTED, "Accept the risk") == {}
    is_in(two.world, two.channel, two.label, "risk accepted")


def test_admin_who_moves_it_tells_both_leads(two: Two) -> None:
    aisha = two.world.person("U0AISHA")
    assert submit(aisha, two.channel, f"edit {two.label}", {"Team": "Search"}, "Save") == {}
    for user in ("U0MARCO", "U0PRIYA"):
        assert newest_to(two.world, user, "moved", two.label, "The lead of Search now decides")


def test_idea_is_promoted_in_its_own_team(two: Two) -> None:
    answer = two.marco.command("/actionitem idea Cap the retry queue of the mailer at 10,000", channel=two.channel)
    idea = answer.text.split()[0].strip("*")
    two.priya.command(f"/actionitem promote {idea}", channel=two.channel)
    fields = {
        "Owner": "U0PRIYA",
        "Due date": LATER,
        "Team": "Search",
        "Remedy": "Process",
        "How will we verify it?": "Fill the queue",
    }
    errors = two.priya.modal.fill(fields).submit()
    assert f"{idea} is an idea of Payments. Promote it there" in errors["Team"]


def test_guest_does_not_change_an_incident(world: World) -> None:
    priya, gil, channel = world.person("U0PRIYA"), world.person("U0GIL"), world.incident_channel()
    create(world, priya, channel)
    priya.post("invite", {"channel": channel, "user": "U0GIL"})
    answer = gil.command("/actionitem incident", channel=channel)
    assert not answer.opened
    assert "Guests see this incident and cannot change it. Ask a full member." in answer.text
    assert "does not exist" not in gil.command("/actionitem incident table", channel=channel).text
