"""The product in the browser: what somebody does in the first minutes of `make demo`, by role, name and label."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.seat import CHROMIUM, Seat
from tests.running import running_demo

TITLE = "Page the on-call when checkout's error rate exceeds 2 % for 5 minutes"
TODAY = datetime.now(ZoneInfo("Europe/Berlin")).date()
"""Where Priya is, whose day “Next Monday” counts from."""
NEXT_MONDAY = (TODAY + timedelta(days=7 - TODAY.weekday())).isoformat()


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    if CHROMIUM is None:
        pytest.skip("no chromium here: `apt-get install chromium-headless-shell`")
    with running_demo() as url:
        yield url


@pytest.fixture
def priya(browser: Browser, demo: str) -> Iterator[Seat]:
    page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page.goto(f"{demo}/#/U0PRIYA/C0INC")
    yield Seat(page)
    page.keyboard.press("Escape")  # a modal that a failed test left open is not the next one's
    page.close()


def field(dialog: Locator, label: str) -> Locator:
    return dialog.get_by_label(label, exact=True)


def fill(dialog: Locator, title: str) -> None:
    field(dialog, "Action").fill(title)
    expect(field(dialog, "Remedy")).to_be_hidden()
    # Before the owner, whose note draws the form anew: what is pressed on the old one meanwhile is lost.
    dialog.get_by_role("button", name="More fields", exact=True).click()
    expect(field(dialog, "Remedy")).to_be_visible()
    expect(field(dialog, "Action")).to_have_value(title)
    field(dialog, "Owner").select_option(label="Sam Lindqvist")
    field(dialog, "Remedy").select_option(label="Monitoring")
    field(dialog, "Effort").select_option(label="1 – hours")
    field(dialog, "How will we verify it?").fill("Fire the alert on purpose in staging")


def create(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Create", exact=True).click()


def test_newcomer_creates_an_item_starts_it_and_sees_the_week_s_digest(priya: Seat) -> None:
    page: Page = priya.page
    dialog = priya.open("/actionitem new", "New action item")
    fill(dialog, TITLE)
    field(dialog, "Due date").fill("2020-01-01")
    create(dialog)
    expect(dialog.get_by_text("The due date is in the past")).to_be_visible()
    field(dialog, "Due date").fill(NEXT_MONDAY)
    create(dialog)
    expect(dialog).to_be_hidden()

    card = priya.message(TITLE)
    expect(card).to_contain_text("Owner Sam Lindqvist")
    card.get_by_role("button", name="Start", exact=True).click()
    expect(priya.message(TITLE)).to_contain_text("in progress")

    priya.become("Sam Lindqvist")
    page.get_by_role("link", name=re.compile("Action Items")).last.click()
    expect(priya.message("You now own")).to_contain_text(TITLE)

    priya.become("Priya Raman")
    priya.place("payments").click()
    page.get_by_role("button", name="Next Monday").click()
    happened = page.get_by_role("complementary", name="What happened")
    expect(happened).to_contain_text("#payments Weekly digest of Payments")
    expect(happened).to_contain_text(re.compile("Sam Lindqvist Told of .*what is due"))
    digest = priya.message("week of")
    expect(digest).to_contain_text(re.compile(f"Due this week.*{re.escape(TITLE)}.*First", re.DOTALL))


def test_newcomer_makes_a_ticket_merges_a_pull_request_there_and_sees_what_the_bot_asks(priya: Seat) -> None:
    title = "Alert when checkout's p99 latency is over 500 ms for 5 minutes"
    card = priya.message(title)
    card.get_by_role("button", name="Create ticket").click()
    link = card.get_by_role("link", name="acme/shop#")
    expect(link).to_be_visible()
    page = priya.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(str(link.get_attribute("href")))
    ticket = page.get_by_role("region", name=re.compile("^Ticket #"))
    expect(ticket).to_contain_text(title)
    ticket.get_by_role("button", name="Open a pull request").click()
    ticket.get_by_role("button", name="Merge the pull request").click()
    expect(ticket.get_by_role("button", name="Deploy to production")).to_be_visible()
    workspace = page.frame_locator("iframe[title='The workspace']")
    expect(workspace.get_by_text("Is it in production?").last).to_be_visible()  # in the owner's messages, beside


def test_page_leads_to_the_trackers_and_to_the_api_that_other_tools_use(priya: Seat) -> None:
    beside = priya.page.get_by_role("navigation", name="Beside the workspace")
    expect(beside.get_by_role("link")).to_have_text(["Trackers", "HTTP API"])
    for link in beside.get_by_role("link").all():
        href = str(link.evaluate("node => node.href"))
        assert httpx.get(href, trust_env=False).status_code == 200, href


def test_coach_shows_a_better_version_and_the_wording_can_be_kept(priya: Seat) -> None:
    dialog = priya.open("/actionitem new", "New action item")
    fill(dialog, "Improve monitoring")
    field(dialog, "Due date").fill((datetime.now(UTC) + timedelta(days=90)).date().isoformat())
    create(dialog)
    expect(dialog.get_by_text("For example:")).to_be_visible()
    expect(dialog.get_by_role("button", name="Use this wording", exact=True)).to_be_visible()
    dialog.get_by_label("Keep my wording").check()
    create(dialog)
    expect(dialog).to_be_hidden()
    expect(priya.message("Improve monitoring")).to_contain_text("Owner Sam Lindqvist")


def test_wording_of_the_coach_is_taken_by_its_button(priya: Seat) -> None:
    dialog = priya.open("/actionitem new", "New action item")
    field(dialog, "Action").fill("Improve monitoring")
    create(dialog)
    dialog.get_by_role("button", name="Use this wording", exact=True).click()
    expect(field(dialog, "Action")).to_have_value(re.compile(r"^Improve monitoring of \[component\]: alert when"))
    leave(dialog, "Cancel")


def test_app_home_shows_what_i_own_with_its_buttons(priya: Seat) -> None:
    priya.place("App Home").click()
    home = priya.page.get_by_role("region", name="App Home")
    expect(home.get_by_role("heading", name="Your action items")).to_be_visible()
    expect(home.get_by_role("button", name="Update", exact=True).first).to_be_visible()


def leave(dialog: Locator, words: str) -> None:
    """A modal stays open for its person, whatever page they look at."""
    dialog.get_by_role("button", name=words, exact=True).click()
    expect(dialog).to_be_hidden()


def test_message_becomes_an_item_by_its_menu(priya: Seat) -> None:
    priya.write("Somebody should cap the retry queue")
    said = priya.message("Somebody should cap the retry queue")
    said.hover()
    said.get_by_role("button", name=re.compile("More|actions", re.IGNORECASE)).first.click()
    priya.page.get_by_role("menuitem", name="Create action item").click()
    dialog = priya.dialog("New action item")
    expect(field(dialog, "Action")).to_have_value("Somebody should cap the retry queue")
    leave(dialog, "Cancel")


def test_mention_is_answered_and_its_button_opens_the_form(priya: Seat) -> None:
    priya.write("@Action Items add Drain the queue every night by friday")
    said = priya.message("Drain the queue every night")
    said.get_by_role("button", name=re.compile(r"^\d+ repl")).click()
    priya.page.get_by_role("button", name="Create action item").last.click()
    dialog = priya.dialog("New action item")
    expect(field(dialog, "Action")).to_have_value("Drain the queue every night")
    leave(dialog, "Cancel")


def test_review_goes_from_item_to_item(priya: Seat) -> None:
    dialog = priya.open("/actionitem review", "Incident review")
    expect(dialog).to_contain_text(re.compile(r"1 of \d"))
    dialog.get_by_role("button", name="Next", exact=True).click()
    expect(dialog).to_contain_text(re.compile(r"2 of \d"))
    leave(dialog, "Done")


def test_home_narrows_the_team_s_items(priya: Seat) -> None:
    priya.place("App Home").click()
    home = priya.page.get_by_role("region", name="App Home")
    expect(home).to_contain_text("Payments")
    narrowed(home, "closed")
    home.get_by_label("State").select_option(label="Any open state")


def narrowed(home: Locator, state: str) -> None:
    """Chooses until it is taken: opening the Home draws it anew, and what is chosen on the old one is lost."""
    empty = home.get_by_text("Nothing here with these filters.")
    for _ in range(5):
        home.get_by_label("State").select_option(label=state)
        with suppress(AssertionError):
            expect(empty).to_be_visible(timeout=4000)
            return
    expect(empty).to_be_visible()
