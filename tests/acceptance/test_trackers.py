"""Tickets of items in a local GitHub: made, followed both ways, and nothing twice."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet

from bot.sandbox.trackers.github import LocalGitHub
from bot.sandbox.trackers.serving import Fault
from tests.acceptance.conftest import World, eventually, running_world
from tests.acceptance.endings import NOT_NOW
from tests.acceptance.test_life_of_an_item import create, submit, walk_to
from tests.people import Message, Person

SECRET = "hook-secret"
_words = cycle(["replica", "ledger", "checkout", "search", "mail", "import", "billing", "cart", "stock", "login"])
_numbers = count(60, 7)


class Office:
    """A world with a GitHub beside it."""

    def __init__(self, world: World, github: LocalGitHub, folder: Path) -> None:
        self.world, self.github, self.folder = world, github, folder
        self.priya, self.marco = world.person("U0PRIYA"), world.person("U0MARCO")

    def command(self, *words: str) -> str:
        done = self.world.bot.command(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def item(self, *, private: bool = False, **fields: object) -> tuple[str, str]:
        """Its channel and its number, as one types it."""
        channel = self.world.incident_channel(private=private)
        self.title = f"Page the on-call when {next(_words)} lag exceeds {next(_numbers)} seconds"
        label = create(self.world, self.priya, channel, **{"Action": self.title, "Owner": "U0PRIYA", **fields})
        return channel, label.removeprefix("AI-")

    def with_ticket(self) -> tuple[str, str, int]:
        """An item, its ticket made."""
        channel, number = self.item()
        self.priya.command(f"/actionitem ticket {number}", channel=channel)
        issue = eventually(lambda: next((i for i in self.github.issues if f"AI-{number}]" in i.body), None))
        self.card_says(channel, number, f"#{issue.number}")
        return channel, number, issue.number

    def card_says(self, channel: str, number: str, words: str) -> Message:
        def look() -> Message | None:
            card = self.world.card(channel, f"AI-{number}")
            return card if words in card.text else None

        return eventually(look)

    def asked(self, words: str, who: Person | None = None) -> Message:
        return (who or self.priya).wait_for(words)


@pytest.fixture(scope="module")
def office(database: str, folder: Path) -> Iterator[Office]:
    yield from running_office(database, folder)


def running_office(database: str, folder: Path) -> Iterator[Office]:
    """A world whose bot is connected to its GitHub as “main”, with a webhook."""
    with LocalGitHub() as github:
        for world in running_world(database, folder):
            world.bot.environment["TOKEN_ENCRYPTION_KEYS"] = Fernet.generate_key().decode()
            world.bot.stop()
            world.bot.start()
            (folder / "token").write_text(f"{github.token}\n")
            (folder / "hook").write_text(SECRET)
            found = Office(world, github, folder)
            found.command(
                "tracker", "connect", "main", "github", "--repository", "acme/shop", "--token-file", "token",
                "--api-url", github.url, "--webhook-secret-file", "hook",
            )  # fmt: skip
            github.webhook = (f"{world.bot.url}/webhooks/github/main", SECRET)
            yield found


@pytest.fixture(autouse=True)
def without_faults(office: Office) -> Iterator[None]:
    yield
    office.github.faults.clear()


def test_ticket_is_made_with_all_that_its_readers_need_and_shown_on_the_card(office: Office) -> None:
    channel, number = office.item()
    card = office.world.card(channel, f"AI-{number}")
    card.button("Create ticket").click()
    card = office.card_says(channel, number, "acme/shop#")
    issue = office.github.issues[-1]
    assert issue.title == office.title
    assert issue.labels == ["post-mortem"]
    for words in ("**Owner:** Priya", "**Due:** 20", "**Verify by:**", f"[AI-{number}](http", "<!-- actionitem:"):
        assert words in issue.body
    assert "Create ticket" not in card.buttons
    eventually(lambda: any("Nobody is assigned there" in reply.text for reply in card.thread))


def test_ticket_leaves_a_deferral_that_waits_for_its_approver(office: Office) -> None:
    channel, number = office.item()
    assert submit(office.priya, channel, f"defer {number}", NOT_NOW) == {}
    office.card_says(channel, number, "waits for Marco Rossi")
    office.priya.command(f"/actionitem ticket {number}", channel=channel)
    card = office.card_says(channel, number, "acme/shop#")
    assert "waits for Marco Rossi" in card.text
    listed = office.priya.command("/actionitem tickets", channel=channel).text
    assert f"AI-{number} " not in listed
    office.github.closed(office.github.issues[-1].number)
    eventually(
        lambda: (
            f"AI-{number} " in (said := office.priya.command("/actionitem tickets", channel=channel).text)
            and "done there, not implemented here; Priya Raman was asked" in said
        )
    )
    # Done there started it here, which ends the request: both are told.
    eventually(lambda: read_about(office.priya, number, "is not decided any more"))
    eventually(lambda: read_about(office.marco, number, "*Expired*: "))


def read_about(who: Person, number: str, words: str) -> Message | None:
    """What they read about the item in those words."""
    return next((each for each in who.direct_messages() if f"AI-{number} " in each.text and words in each.text), None)


def test_lost_answer_never_makes_a_second_ticket(office: Office) -> None:
    """As others had it: the request was taken, the answer was not, and the retry made a duplicate."""
    before = len(office.github.issues)
    office.github.faults.append(Fault("POST", "/issues", "lost", times=2))
    office.with_ticket()
    assert len(office.github.issues) == before + 1


def test_tracker_that_is_away_holds_up_nothing_and_gets_it_later(office: Office) -> None:
    office.github.faults.append(Fault("", "", "status", 503, times=None))
    channel, number = office.item()
    office.priya.command(f"/actionitem ticket {number}", channel=channel)
    office.card_says(channel, number, "GitHub (acme/shop) does not answer")
    listed = office.priya.command("/actionitem tickets", channel=channel)
    assert f"AI-{number}" in listed.text
    assert "does not answer" in listed.text
    office.github.faults.clear()
    office.card_says(channel, number, "acme/shop#")
    assert "does not answer" not in office.world.card(channel, f"AI-{number}").text


def test_done_there_asks_the_owner_here_and_closes_nothing(office: Office) -> None:
    channel, number, issue = office.with_ticket()
    office.github.closed(issue, pull="https://github.com/acme/shop/pull/9")
    asked = office.asked(f"AI-{number} {office.title}")
    assert "is done. Is it in production?" in asked.text
    eventually(lambda: "in progress" in office.world.card(channel, f"AI-{number}").text)
    eventually(lambda: office.asked("Is it in production?").button("Implemented")._element["value"].endswith("/pull/9"))
    office.priya.click("Implemented", office.asked("Is it in production?"))
    modal = office.priya.modal
    assert modal.shown("Link to the change") == "https://github.com/acme/shop/pull/9"
    assert modal.submit("Implemented") == {}
    eventually(lambda: "nothing to answer" in office.priya.direct_messages()[-1].text or _answered(office, number))


def test_question_about_a_ticket_that_is_reopened_is_none_any_more(office: Office) -> None:
    """It went on to say that the ticket is done."""
    _channel, number, issue = office.with_ticket()
    office.github.closed(issue)
    assert "is done. Is it in production?" in office.asked(f"AI-{number} {office.title}").text
    office.github.reopened(issue)
    eventually(lambda: _answered(office, number))


def _answered(office: Office, number: str) -> bool:
    return any(
        f"AI-{number}" in said.text and "nothing to answer" in said.text for said in office.priya.direct_messages()
    )


def writes(office: Office, issue: int) -> int:
    """How often something was written about that issue; about others, other tests may still be at it."""
    return len([path for _verb, path in office.github.writes() if re.search(rf"/issues/{issue}(/|$)", path)])


def test_what_the_item_says_goes_there_and_does_not_come_back(office: Office) -> None:
    channel, number, issue = office.with_ticket()
    before = writes(office, issue)
    office.priya.command(f"/actionitem edit {number}", channel=channel)
    office.priya.modal.fill({"Action": "Page the on-call when the checkout is 3 % slower"}).submit()
    if office.priya.has_modal:
        office.priya.modal.fill({"Keep my wording": True}).submit()
    eventually(lambda: "3 %" in office.github.repository.issues[issue].title)
    office.command("tracker", "sync", "main")
    assert writes(office, issue) == before + 1
    history = office.priya.command(f"/actionitem show {number}", channel=channel).text
    assert "(GitHub)" not in history


def test_end_of_an_item_closes_its_ticket_as_not_planned_and_reopening_opens_it(office: Office) -> None:
    channel, number, issue = office.with_ticket()
    office.marco.command(f"/actionitem drop {number}", channel=channel)
    office.marco.modal.fill({"Why?": "The new client covers it"}).submit()
    there = office.github.repository.issues[issue]
    eventually(lambda: (there.state, there.state_reason) == ("closed", "not_planned"))
    office.marco.command(f"/actionitem reopen {number}", channel=channel)
    office.marco.modal.fill({"Why?": "It does not"}).submit()
    eventually(lambda: there.state == "open")
    eventually(lambda: "not started" in office.world.card(channel, f"AI-{number}").text)


def test_title_changed_there_is_taken_with_who_and_where(office: Office) -> None:
    channel, number, issue = office.with_ticket()
    before = writes(office, issue)
    office.github.edited(issue, title="Wake the on-call when errors exceed 2 %")
    office.card_says(channel, number, "Wake the on-call")
    history = office.priya.command(f"/actionitem show {number}", channel=channel).text
    assert "octocat (GitHub) edited" in history
    assert f"acme/shop#{issue}" in history
    assert writes(office, issue) == before


def test_due_date_changed_in_the_text_there_is_taken_and_nothing_is_written_back(office: Office) -> None:
    channel, number, issue = office.with_ticket()
    there, before = office.github.repository.issues[issue], writes(office, issue)
    day = (datetime.now(UTC) + timedelta(days=45)).date().isoformat()
    changed = re.sub(r"(\*\*Due:\*\*) \S+", rf"\1 {day}", there.body)
    office.github.edited(issue, body=changed.replace("\n", "\r\n"))
    office.card_says(channel, number, "moved 1×")
    history = office.priya.command(f"/actionitem show {number}", channel=channel).text
    assert "octocat (GitHub)" in history
    office.command("tracker", "sync", "main")
    assert writes(office, issue) == before


def test_in_progress_there_starts_the_item_and_a_comment_is_progress_that_is_not_quoted(office: Office) -> None:
    channel, number, issue = office.with_ticket()
    office.github.edited(issue, labels=["post-mortem", "in progress"])
    office.card_says(channel, number, "in progress")
    office.github.commented(issue, "The secret plan of the competitor")
    card = office.world.card(channel, f"AI-{number}")
    eventually(lambda: any("octocat (GitHub) commented" in reply.text for reply in card.thread))
    assert "secret plan" not in "".join(reply.text for reply in card.thread)


def test_deferral_is_said_in_one_comment(office: Office) -> None:
    channel, number, issue = office.with_ticket()
    office.marco.command(f"/actionitem defer {number}", channel=channel)
    office.github.faults.append(Fault("POST", "/comments", "lost"))
    office.marco.modal.fill(
        {
            "Why can it not be done now?": "The vendor replaces it",
            "What risk do we accept meanwhile?": "It can stall again",
            "I understand that the incident can happen again": True,
            "Trigger condition": "The new cluster is there",
        }
    ).submit()
    eventually(lambda: any(each.number == issue for each in office.github.repository.comments))
    office.command("tracker", "sync", "main")
    said = [each for each in office.github.repository.comments if each.number == issue]
    assert len(said) == 1
    assert said[0].body.startswith(f"AI-{number} is deferred until “The new cluster is there”: The vendor replaces it")


def test_private_item_has_a_ticket_only_after_a_yes(office: Office) -> None:
    channel, number = office.item(private=True)
    before = len(office.github.issues)
    answer = office.priya.command(f"/actionitem ticket {number}", channel=channel)
    assert "Whoever reads GitHub (acme/shop) will see" in answer.text
    assert len(office.github.issues) == before
    office.priya.click("Yes, create the ticket", answer.messages[-1])
    eventually(lambda: len(office.github.issues) == before + 1)


def test_existing_ticket_is_linked_once_and_unlinked(office: Office) -> None:
    there = office.github.opened("Errors in the checkout")
    url = f"{office.github.url}/acme/shop/issues/{there.number}"
    channel, number = office.item()
    other_channel, other = office.item()
    before = writes(office, there.number)
    elsewhere = office.priya.command(f"/actionitem ticket {number} web", channel=channel)
    assert f"`/actionitem ticket {number}` alone makes the ticket, in the team's tracker." in elsewhere.text
    said = office.priya.command(f"/actionitem link {number} {url}", channel=channel)
    assert f"AI-{number}* has the ticket acme/shop#{there.number}" in said.text
    refused = office.priya.command(f"/actionitem link {other} {url}", channel=other_channel)
    assert f"is the ticket of AI-{number} already" in refused.text
    office.command("tracker", "sync", "main")
    assert writes(office, there.number) == before
    office.github.closed(there.number)
    office.asked("is done. Is it in production?")
    gone = office.priya.command(f"/actionitem unlink {number}", channel=channel)
    assert "has no ticket any more" in gone.text


def test_deleted_ticket_is_told_once(office: Office) -> None:
    channel, number, issue = office.with_ticket()
    office.github.deleted(issue)
    office.card_says(channel, number, "it was deleted")
    office.command("tracker", "sync", "main")
    told = [
        said for said in office.priya.direct_messages() if f"AI-{number} " in said.text and "out of reach" in said.text
    ]
    assert len(told) == 1


def test_wrong_or_missing_signature_is_refused_before_anything_is_read(office: Office) -> None:
    address, _secret = office.github.webhook or ("", "")
    assert office.github.deliver("issues", {"action": "closed"}, secret="wrong") == 401
    assert httpx.post(address, content=b"not json", trust_env=False).status_code == 401
    assert httpx.post(f"{address}x", content=b"{}", trust_env=False).status_code == 401
    assert office.github.deliver("ping", {"zen": "x"}) == 200


def test_delivery_seen_twice_counts_once_and_an_older_event_undoes_nothing(office: Office) -> None:
    channel, number, issue = office.with_ticket()
    office.github.commented(issue, "one")
    comment = eventually(
        lambda: next(
            (p for k, p, _ in office.github.delivered if k == "issue_comment" and p["issue"]["number"] == issue), None
        )
    )
    office.github.deliver("issue_comment", comment)
    old = {
        **comment,
        "action": "edited",
        "issue": {**comment["issue"], "title": "Old", "updated_at": "2020-01-01T00:00:00Z"},
    }
    old.pop("comment")
    assert office.github.deliver("issues", old) == 200
    office.command("tracker", "sync", "main")
    card = office.world.card(channel, f"AI-{number}")
    assert sum("commented in" in reply.text for reply in card.thread) == 1
    assert office.title in card.text


def test_nothing_new_costs_two_calls(office: Office) -> None:
    office.command("tracker", "sync", "main")
    office.github.calls.clear()
    office.world.bot.lines("tick", "--at", "2026-11-29T03:00:00+00:00")
    assert len([call for call in office.github.calls if "/issues" in call[1]]) <= 2


def test_connection_with_tickets_is_not_pointed_elsewhere(office: Office) -> None:
    """Its tickets would be those of strangers."""
    office.with_ticket()
    words = ("--repository", "acme/other", "--token-file", "token", "--api-url", office.github.url)
    refused = office.world.bot.command("tracker", "connect", "main", "github", *words)
    assert refused.returncode == 1
    assert "main is connected to GitHub (acme/shop), where items have tickets" in refused.stderr


def rest_of_a_split_item_gets_its_own(office: Office, channel: str, number: str) -> None:
    assert office.priya.command(f"/actionitem block {number}", channel=channel).opened
    office.priya.modal.fill({"What blocks it?": "Larger than estimated"})
    parts = {"Phase one": "Page on lag of the ledger replica", "Deferred rest": "Page on lag of the other 12 replicas"}
    office.priya.modal.fill(parts).submit()
    issue = eventually(lambda: next((i for i in office.github.issues if "other 12 replicas" in i.title), None))
    eventually(lambda: any(each.number == issue.number for each in office.github.repository.comments))


def test_team_that_wants_it_gets_a_ticket_for_each_public_item(office: Office) -> None:
    words = ("team", "set", "Payments", "--auto-ticket")
    assert "Say in which tracker" in office.world.bot.command(*words).stderr
    office.command(*words, "--tracker", "main")
    office.command("tracker", "map", "U0PRIYA", "priya-gh")
    try:
        channel, number = office.item()
        card = office.card_says(channel, number, "acme/shop#")
        assert office.github.issues[-1].assignee == "priya-gh"
        assert not any("Nobody is assigned" in reply.text for reply in card.thread)
        before = len(office.github.issues)
        private, other = office.item(private=True)
        assert "Create ticket" in office.world.card(private, f"AI-{other}").buttons
        assert len(office.github.issues) == before
        rest_of_a_split_item_gets_its_own(office, channel, number)
    finally:
        office.command("team", "set", "Payments", "--no-auto-ticket")
        office.command("tracker", "map", "U0PRIYA", "")


def test_imported_item_is_linked_to_its_ticket_and_follows_it(office: Office) -> None:
    there = office.github.opened("Retry the webhook of the warehouse three times")
    url = f"{office.github.url}/acme/shop/issues/{there.number}"
    # Not older: what a team had months ago could freeze its intake, and nobody here could make an item.
    made = f"{datetime.now(UTC) - timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}"
    row = {
        "number": there.number, "title": there.title, "state": "OPEN", "createdAt": made, "url": url,
        "closedAt": None, "updatedAt": made, "stateReason": "", "body": "",
        "assignees": [{"login": "priya", "name": "Priya Sharma"}], "labels": [], "author": {"login": "octocat"},
    }  # fmt: skip
    (office.folder / "issues.json").write_text(json.dumps([row]))
    words = ("import", "issues.json", "--from", "github", "--team", "Payments")
    done = office.world.bot.command(*words)
    assert "Linked to their tickets in GitHub (acme/shop): 1." in done.stderr, done.stderr
    # Once more it is an item already, and linked already.
    assert "Linked" not in office.world.bot.command(*words).stderr
    before = writes(office, there.number)
    office.command("tracker", "sync", "main")
    assert writes(office, there.number) == before
    office.github.edited(there.number, title="Retry the webhook of the warehouse four times")
    channel = office.world.incident_channel()
    eventually(
        lambda: "warehouse four times" in office.marco.command("/actionitem search warehouse", channel=channel).text
    )


def test_another_assignee_there_is_proposed_as_hand_over(office: Office) -> None:
    _channel, number, issue = office.with_ticket()
    office.github.edited(issue, assignee="octocat")
    asked = office.asked(f"Hand AI-{number} over to them?")
    assert "is assigned to octocat now" in asked.text
    office.priya.click("Hand over", asked)
    assert office.priya.modal.title == "Hand over"
    office.priya.modal.cancel()


def test_token_that_is_taken_back_is_said_and_a_new_one_mends_it(office: Office) -> None:
    channel, number, issue = office.with_ticket()
    office.github.token = "ghp_new"
    office.marco.command(f"/actionitem drop {number}", channel=channel)
    office.marco.modal.fill({"Why?": "The new client covers it"}).submit()
    office.card_says(channel, number, "GitHub (acme/shop) does not take the token")
    (office.folder / "token").write_text("ghp_new")
    office.command(
        "tracker", "connect", "main", "github", "--repository", "acme/shop", "--token-file", "token",
        "--api-url", office.github.url, "--webhook-secret-file", "hook",
    )  # fmt: skip
    eventually(lambda: office.github.repository.issues[issue].state == "closed")


def test_token_that_is_about_to_end_is_said_once_while_it_still_works(office: Office) -> None:
    channel = office.world.incident_channel()
    ends = datetime.now(UTC) + timedelta(days=5)
    office.github.token_ends = f"{ends:%Y-%m-%d %H:%M:%S} UTC"
    try:
        admin = office.world.person("U0AISHA")
        admin.home()  # so that the bot has heard of them
        office.command("tracker", "sync", "main")
        office.command("tracker", "sync", "main")
        told = [each for each in admin.direct_messages() if "The token of GitHub (acme/shop) ends on" in each.text]
        assert len(told) == 1
        assert "The token of GitHub" in office.priya.command("/actionitem tickets", channel=channel).text
        assert f"ends on {ends:%Y-%m-%d}" in office.command("tracker", "check", "main")
    finally:
        office.github.token_ends = ""


def test_check_and_list_say_what_they_found_and_no_secret(office: Office) -> None:
    said = office.command("tracker", "check", "main")
    assert [line.partition(":")[0] for line in said.splitlines()] == [
        "reached",
        "as",
        "may read",
        "may write",
        "stages",
        "webhook",
    ]
    listed = office.command("tracker", "list")
    assert '"name": "main"' in listed
    assert not re.search(f"{office.github.token}|{SECRET}", said + listed + "".join(office.world.bot.log))


@pytest.mark.walk
def test_walk_of_an_item_with_a_ticket_ends_with_the_ticket_closed_as_completed(office: Office) -> None:
    channel, number, issue = office.with_ticket()
    walk_to(office.priya, channel, f"AI-{number}", "closed")
    there = office.github.repository.issues[issue]
    eventually(lambda: (there.state, there.state_reason) == ("closed", "completed"))
