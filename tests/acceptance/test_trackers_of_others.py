"""Tickets of items in a local Jira, as Cloud and as Data Center, and in a local Linear: the same walks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from bot.sandbox.trackers.jira import LOCAL_EMAIL, LocalJira
from bot.sandbox.trackers.linear import LocalLinear
from bot.sandbox.trackers.serving import Fault
from tests.acceptance.conftest import World, eventually, running_world
from tests.acceptance.test_life_of_an_item import create, walk_to
from tests.conftest import emptied, migrated_copy
from tests.people import Button, Message, elements_of

SECRET = "hook-secret"
_words = cycle(["replica", "ledger", "checkout", "search", "mail", "import", "billing", "cart", "stock", "login"])
_numbers = count(61, 7)


class Place:
    """One of the local trackers, as the tests speak of it."""

    def __init__(self, kind: str, local: Any) -> None:
        self.kind, self.local = kind, local
        self.is_jira = isinstance(local, LocalJira)

    @property
    def options(self) -> list[str]:
        if self.kind == "linear":
            return ["linear", "--team", "ENG", "--api-url", f"{self.local.url}/graphql"]
        email = ["--email", LOCAL_EMAIL] if self.kind == "jira-cloud" else []
        return ["jira", "--url", self.local.url, "--project", "OPS", *email]

    @property
    def secret(self) -> str:
        return str(self.local.token if self.is_jira else self.local.key)

    @property
    def door(self) -> str:
        return self.options[0]

    @property
    def tickets(self) -> list[Any]:
        return list(self.local.issues.values())

    def name(self, ticket: Any) -> str:
        return str(ticket.key if self.is_jira else ticket.identifier)

    def title(self, ticket: Any) -> str:
        return str(ticket.summary if self.is_jira else ticket.title)

    def retitled(self, ticket: Any, title: str) -> None:
        self.local.changed(ticket, **({"summary": title} if self.is_jira else {"title": title}))

    def due(self, ticket: Any) -> str | None:
        return str(ticket.duedate if self.is_jira else ticket.due)

    def dated(self, ticket: Any, day: str) -> None:
        self.local.changed(ticket, **({"duedate": day} if self.is_jira else {"due": day}))

    def moved(self, ticket: Any, stage: str) -> None:
        jira = {"started": "In Arbeit", "done": "Done", "open": "To Do"}
        linear = {"started": "s3", "done": "s4", "open": "s2"}
        self.local.changed(ticket, **({"status": jira[stage]} if self.is_jira else {"state": linear[stage]}))

    def ended_as(self, ticket: Any) -> str:
        return str(ticket.status if self.is_jira else {"s4": "Done", "s5": "Won't Do"}.get(ticket.state, "To Do"))

    def text(self, ticket: Any) -> str:
        return str(ticket.description)

    def comments(self, ticket: Any) -> list[str]:
        if self.is_jira:
            return [str(each["body"]) for each in ticket.comments]
        return [str(each["body"]) for each in self.local.comments.values() if each["issue"]["id"] == ticket.id]


class Office:
    """A world with a tracker beside it."""

    def __init__(self, world: World, place: Place) -> None:
        self.world, self.place = world, place
        self.priya, self.marco = world.person("U0PRIYA"), world.person("U0MARCO")

    def command(self, *words: str) -> str:
        done = self.world.bot.command(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def item(self) -> tuple[str, str]:
        channel = self.world.incident_channel()
        self.title = f"Page the on-call when {next(_words)} lag exceeds {next(_numbers)} seconds"
        return channel, create(self.world, self.priya, channel, Action=self.title, Owner="U0PRIYA").removeprefix("AI-")

    def with_ticket(self) -> tuple[str, str, Any]:
        channel, number = self.item()
        self.priya.command(f"/actionitem ticket {number}", channel=channel)
        ticket = eventually(lambda: next((t for t in self.place.tickets if self.place.title(t) == self.title), None))
        self.card_says(channel, number, self.place.name(ticket))
        return channel, number, ticket

    def card_says(self, channel: str, number: str, words: str) -> Message:
        def look() -> Message | None:
            card = self.world.card(channel, f"AI-{number}")
            return card if words in card.text else None

        return eventually(look)


@pytest.fixture(scope="module", params=["jira-cloud", "jira-data-center", "linear"])
def office(request: pytest.FixtureRequest, database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    local: Any = LocalLinear() if request.param == "linear" else LocalJira(cloud=request.param == "jira-cloud")
    folder = tmp_path_factory.mktemp("office")
    with local:
        for world in running_world(_own(request, database, folder), folder):
            yield connected(world, Place(request.param, local), folder)


def _own(request: pytest.FixtureRequest, database: str, folder: Path) -> str:
    """A database of its own for each tracker."""
    if database.startswith("sqlite"):
        return migrated_copy(request.getfixturevalue("sqlite_template"), folder)
    return emptied(request.getfixturevalue("postgresql_in_use"))


def connected(world: World, place: Place, folder: Path) -> Office:
    world.bot.environment["TOKEN_ENCRYPTION_KEYS"] = Fernet.generate_key().decode()
    world.bot.stop()
    world.bot.start()
    (folder / "token").write_text(place.secret)
    (folder / "hook").write_text(SECRET)
    office = Office(world, place)
    office.command(
        "tracker", "connect", "ops", *place.options, "--token-file", "token", "--webhook-secret-file", "hook"
    )  # fmt: skip
    place.local.webhook = (f"{world.bot.url}/webhooks/{place.door}/ops", SECRET)
    return office


@pytest.fixture(autouse=True)
def without_faults(office: Office) -> Iterator[None]:
    yield
    office.place.local.faults.clear()
    if office.place.is_jira:
        office.place.local.without, office.place.local.asks = set(), {}


def test_ticket_is_made_once_though_its_answer_was_lost_and_shown_on_the_card(office: Office) -> None:
    """A lost answer made a second ticket, as others had it."""
    before = len(office.place.tickets)
    channel, number = office.item()
    path = "/issue" if office.place.is_jira else "graphql"
    office.place.local.faults.append(Fault("POST", path, "lost", times=2 if office.place.is_jira else 3))
    office.priya.command(f"/actionitem ticket {number}", channel=channel)
    ticket = eventually(lambda: next((t for t in office.place.tickets if office.place.title(t) == office.title), None))
    office.card_says(channel, number, office.place.name(ticket))
    assert len(office.place.tickets) == before + 1
    assert "Post-mortem action item" in office.place.text(ticket)
    assert f"AI-{number}" in office.place.text(ticket)
    labels = ticket.labels
    assert "post-mortem" in labels


def test_title_and_due_date_go_there_and_do_not_come_back(office: Office) -> None:
    channel, number, ticket = office.with_ticket()
    assert office.place.due(ticket)
    writes = len(office.place.local.writes())
    day = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
    office.priya.command(f"/actionitem due {number}", channel=channel)
    office.priya.modal.fill({"New due date": day, "Why does it move?": "The vendor is late"}).submit()
    eventually(lambda: office.place.due(ticket) == day)
    office.command("tracker", "sync", "ops")
    assert len(office.place.local.writes()) == writes + 1
    assert "(Jira)" not in office.priya.command(f"/actionitem show {number}", channel=channel).text


def test_what_happens_there_is_taken_and_done_there_closes_nothing(office: Office) -> None:
    channel, number, ticket = office.with_ticket()
    office.place.moved(ticket, "started")
    office.card_says(channel, number, "in progress")
    office.place.retitled(ticket, "Wake the on-call when errors exceed 2 %")
    office.card_says(channel, number, "Wake the on-call")
    day = (datetime.now(UTC) + timedelta(days=50)).date()
    office.place.dated(ticket, day.isoformat())
    office.card_says(channel, number, "moved 1×")
    office.place.moved(ticket, "done")
    asked = office.priya.wait_for(f"AI-{number} Wake the on-call")
    eventually(lambda: "is done. Is it in production?" in office.priya.wait_for("Is it in production?").text)
    assert asked
    assert "in progress" in office.world.card(channel, f"AI-{number}").text
    history = office.priya.command(f"/actionitem show {number}", channel=channel).text
    assert office.place.name(ticket) in history


def test_end_here_ends_there_as_what_it_is_and_reopening_opens(office: Office) -> None:
    channel, number, ticket = office.with_ticket()
    office.marco.command(f"/actionitem drop {number}", channel=channel)
    office.marco.modal.fill({"Why?": "The new client covers it"}).submit()
    eventually(lambda: office.place.ended_as(ticket) == "Won't Do")
    office.marco.command(f"/actionitem reopen {number}", channel=channel)
    office.marco.modal.fill({"Why?": "It does not"}).submit()
    eventually(lambda: office.place.ended_as(ticket) == "To Do")


def test_deferral_is_one_comment_though_its_answer_was_lost(office: Office) -> None:
    channel, number, ticket = office.with_ticket()
    office.place.local.faults.append(Fault("POST", "/comment" if office.place.is_jira else "graphql", "lost"))
    office.marco.command(f"/actionitem defer {number}", channel=channel)
    office.marco.modal.fill(
        {
            "Why can it not be done now?": "The vendor replaces it",
            "What risk do we accept meanwhile?": "It can stall again",
            "I understand that the incident can happen again": True,
            "Trigger condition": "The new cluster is there",
        }
    ).submit()
    eventually(lambda: office.place.comments(ticket))
    office.command("tracker", "sync", "ops")
    assert len(office.place.comments(ticket)) == 1
    assert f"AI-{number} is deferred until" in office.place.comments(ticket)[0]


def test_field_that_a_screen_lacks_holds_no_ticket_up(office: Office) -> None:
    if not office.place.is_jira:
        return
    office.place.local.without = {"duedate"}
    _channel, _number, ticket = office.with_ticket()
    assert ticket.duedate is None


def test_transition_that_asks_for_too_much_is_said_with_the_field(office: Office) -> None:
    if not office.place.is_jira:
        return
    channel, number, ticket = office.with_ticket()
    ticket.status = "In Arbeit"
    office.place.local.asks = {"customfield_1": {"required": True, "name": "Root cause", "hasDefaultValue": False}}
    walk_to(office.priya, channel, f"AI-{number}", "closed")
    office.card_says(channel, number, "the transition to Done asks for “Root cause”, which I may not set")
    listed = office.priya.command("/actionitem tickets", channel=channel)
    office.place.local.asks = {}
    message = listed.messages[-1]
    row = next((block, each) for block, each in elements_of(message.blocks) if each.get("value") == number)
    assert row[1]["text"]["text"] == "Try again"
    Button(message, *row, None).click()
    eventually(lambda: ticket.status == "Done")


def test_deleted_ticket_is_told(office: Office) -> None:
    channel, number, ticket = office.with_ticket()
    office.place.local.deleted(ticket)
    office.card_says(channel, number, "it was deleted")


def test_wrong_signature_is_refused_and_so_is_an_old_one_of_linear(office: Office) -> None:
    payload: dict[str, Any] = {"type": "Issue", "action": "update", "data": {}}
    assert office.place.local.deliver(payload, secret="wrong") == 401
    assert office.place.local.deliver(payload) == 200
    if not office.place.is_jira:
        assert office.place.local.deliver(payload, sent=datetime.now(UTC) - timedelta(seconds=70)) == 401


@pytest.mark.walk
def test_check_says_what_it_found_and_existing_ticket_is_linked(office: Office) -> None:
    said = office.command("tracker", "check", "ops")
    assert "may write: ok" in said
    assert "Done (done)" in said
    assert office.place.secret not in said
    channel, number, ticket = office.with_ticket()
    office.priya.command(f"/actionitem unlink {number}", channel=channel)
    url = office.place.local.url + (
        f"/browse/{ticket.key}" if office.place.is_jira else f"/acme/issue/{ticket.identifier}/x"
    )
    assert "has the ticket" in office.priya.command(f"/actionitem link {number} {url}", channel=channel).text
    office.card_says(channel, number, office.place.name(ticket))
    office.command("tracker", "sync", "ops")
    office.place.moved(ticket, "started")
    office.card_says(channel, number, "in progress")
