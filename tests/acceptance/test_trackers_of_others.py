"""Tickets of items in a local Jira, as Cloud and as Data Center, Linear and GitLab: the same walks."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from bot.sandbox.trackers.serving import Fault
from tests.acceptance.conftest import World, eventually, running_world
from tests.acceptance.places import PLACES, GitLabPlace, JiraPlace, LinearPlace, Place
from tests.acceptance.test_life_of_an_item import create, walk_to
from tests.conftest import emptied, migrated_copy
from tests.people import Button, Message, elements_of

SECRET = "hook-secret"
_words = cycle(["replica", "ledger", "checkout", "search", "mail", "import", "billing", "cart", "stock", "login"])
_numbers = count(61, 7)


class Office:
    """A world with a tracker beside it."""

    def __init__(self, world: World, place: Place, folder: Path) -> None:
        self.world, self.place, self.folder = world, place, folder
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

    def told(self, *words: str) -> Message | None:
        """What Priya was told with all those words."""
        return next((said for said in self.priya.direct_messages() if all(each in said.text for each in words)), None)

    def thread(self, channel: str, number: str) -> str:
        """All that stands below the item's card."""
        return "\n".join(reply.text for reply in self.world.card(channel, f"AI-{number}").thread)

    def card_says(self, channel: str, number: str, words: str) -> Message:
        def look() -> Message | None:
            card = self.world.card(channel, f"AI-{number}")
            return card if words in card.text else None

        return eventually(look)


@pytest.fixture(scope="module", params=PLACES)
def office(request: pytest.FixtureRequest, database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    place, folder = PLACES[request.param](), tmp_path_factory.mktemp("office")
    with place.local:
        for world in running_world(_own(request, database, folder), folder):
            yield connected(world, place, folder)


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
    office = Office(world, place, folder)
    office.command(
        "tracker", "connect", "ops", *place.options, "--token-file", "token", "--webhook-secret-file", "hook"
    )  # fmt: skip
    place.local.webhook = (f"{world.bot.url}/webhooks/{place.door}/ops", SECRET)
    return office


@pytest.fixture(autouse=True)
def without_faults(office: Office) -> Iterator[None]:
    yield
    office.place.calm()


def test_ticket_is_made_once_though_its_answer_was_lost_and_shown_on_the_card(office: Office) -> None:
    """A lost answer made a second ticket, as others had it."""
    before = len(office.place.tickets)
    channel, number = office.item()
    office.place.local.faults.append(Fault("POST", office.place.creates_at, "lost", times=office.place.lost))
    office.priya.command(f"/actionitem ticket {number}", channel=channel)
    ticket = eventually(lambda: next((t for t in office.place.tickets if office.place.title(t) == office.title), None))
    office.card_says(channel, number, office.place.name(ticket))
    assert len(office.place.tickets) == before + 1
    assert "Post-mortem action item" in office.place.text(ticket)
    assert f"AI-{number}" in office.place.text(ticket)
    assert "post-mortem" in ticket.labels


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
    assert f"({office.place.words})" not in office.priya.command(f"/actionitem show {number}", channel=channel).text


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
    office.place.local.faults.append(Fault("POST", office.place.comments_at, "lost"))
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


def test_comment_there_is_progress_and_not_quoted_also_where_no_webhook_tells_of_it(office: Office) -> None:
    channel, number, ticket = office.with_ticket()
    hook, office.place.local.webhook = office.place.local.webhook, None
    try:
        office.place.local.commented(ticket, "The secret plan of the competitor")
        office.command("tracker", "sync", "ops")
        office.command("tracker", "sync", "ops")
    finally:
        office.place.local.webhook = hook
    told = f"octocat ({office.place.words}) commented"
    eventually(lambda: told in office.thread(channel, number))
    assert office.thread(channel, number).count(told) == 1
    assert "secret plan" not in office.thread(channel, number)


def test_title_of_a_confidential_issue_is_quoted_nowhere(office: Office) -> None:
    if not isinstance(office.place, GitLabPlace):
        return
    local = office.place.local
    there = local.opened("Leaked keys of the vault", confidential=True)
    channel, number = office.item()
    office.priya.command(f"/actionitem link {number} {office.place.address(there)}", channel=channel)
    office.command("tracker", "sync", "ops")
    office.place.retitled(there, "Rotate the leaked keys of the vault")
    local.closed(there)
    asked = eventually(lambda: office.told(f"AI-{number} ", "is done. Is it in production?"))
    history = office.priya.command(f"/actionitem show {number}", channel=channel).text
    card = office.world.card(channel, f"AI-{number}").text
    read = f"{asked.text} {history} {card} {office.thread(channel, number)}"
    assert office.title in card
    assert "keys of the vault" not in read


def test_issue_that_was_moved_is_told_by_its_webhook(office: Office) -> None:
    if not isinstance(office.place, GitLabPlace):
        return
    channel, number, ticket = office.with_ticket()
    office.place.local.moved(ticket)
    office.card_says(channel, number, "it was moved to another place")
    # A new one would be its double.
    eventually(lambda: office.told("out of reach", f"`/actionitem link {number} URL` then takes it where it is now"))


def test_token_that_is_about_to_end_is_said_where_the_tracker_tells(office: Office) -> None:
    if not isinstance(office.place, GitLabPlace):
        return
    ends = datetime.now(UTC) + timedelta(days=5)
    office.place.local.token_ends = f"{ends:%Y-%m-%d}"
    office.command("tracker", "sync", "ops")
    channel = office.world.incident_channel()
    assert "The token of GitLab" in office.priya.command("/actionitem tickets", channel=channel).text
    assert f"ends on {ends:%Y-%m-%d}" in office.command("tracker", "check", "ops")


def test_signing_token_of_gitlab_is_taken_and_the_token_itself_is_not(office: Office) -> None:
    if not isinstance(office.place, GitLabPlace):
        return
    local, (address, secret) = office.place.local, office.place.local.webhook
    signing = f"whsec_{b64encode(b'k' * 32).decode()}"
    words = ("tracker", "connect", "ops", *office.place.options, "--token-file", "token", "--webhook-secret-file")
    (office.folder / "signing").write_text(signing)
    payload: dict[str, Any] = {"object_kind": "push"}
    try:
        office.command(*words, "signing")
        local.webhook = address, signing
        assert local.deliver(payload) == 200
        assert local.deliver(payload, sent=datetime.now(UTC) - timedelta(minutes=6)) == 401
        assert local.deliver(payload, secret=SECRET) == 401
    finally:
        office.command(*words, "hook")
        local.webhook = address, secret


def test_field_that_a_screen_lacks_holds_no_ticket_up(office: Office) -> None:
    if not isinstance(office.place, JiraPlace):
        return
    office.place.local.without = {"duedate"}
    _channel, _number, ticket = office.with_ticket()
    assert ticket.duedate is None


def test_transition_that_asks_for_too_much_is_said_with_the_field(office: Office) -> None:
    if not isinstance(office.place, JiraPlace):
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
    if not office.place.tells_of_deletion:
        office.command("tracker", "sync", "ops")
    office.card_says(channel, number, office.place.says_gone)


def test_wrong_signature_is_refused_and_so_is_an_old_one_of_linear(office: Office) -> None:
    payload: dict[str, Any] = {"type": "Issue", "action": "update", "data": {}, "object_kind": "push"}
    assert office.place.local.deliver(payload, secret="wrong") == 401
    assert office.place.local.deliver(payload) == 200
    if isinstance(office.place, LinearPlace):
        assert office.place.local.deliver(payload, sent=datetime.now(UTC) - timedelta(seconds=70)) == 401


@pytest.mark.walk
def test_check_says_what_it_found_and_existing_ticket_is_linked(office: Office) -> None:
    said = office.command("tracker", "check", "ops")
    assert "may write: ok" in said
    assert office.place.checked in said
    assert office.place.secret not in said
    channel, number, ticket = office.with_ticket()
    office.priya.command(f"/actionitem unlink {number}", channel=channel)
    url = office.place.address(ticket)
    assert "has the ticket" in office.priya.command(f"/actionitem link {number} {url}", channel=channel).text
    office.card_says(channel, number, office.place.name(ticket))
    office.command("tracker", "sync", "ops")
    office.place.moved(ticket, "started")
    office.card_says(channel, number, "in progress")
