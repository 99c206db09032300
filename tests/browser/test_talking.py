"""Channels, messages, threads, unread marks, the composer."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from bot.sandbox.server import Sandbox
from tests.browser.kitchen import Kitchen
from tests.browser.seat import Seat

Sit = Callable[..., Seat]


def test_the_composer_is_named_after_its_channel_and_enter_sends(seat: Sit) -> None:
    priya = seat()
    priya.page.get_by_role("textbox", name="Message #payments", exact=True).fill("Hello *there*")
    priya.press("Enter")
    expect(priya.message("Hello there").get_by_text("there", exact=True)).to_have_css("font-weight", "700")


def test_shift_enter_makes_a_new_line(seat: Sit) -> None:
    priya = seat()
    priya.composer.fill("One")
    priya.press("Shift+Enter")
    priya.page.keyboard.type("Two")
    expect(priya.composer).to_have_value("One\nTwo")


def test_the_direct_message_with_the_app_is_named_after_it(seat: Sit) -> None:
    priya = seat()
    priya.place("Action Items").click()
    expect(priya.page.get_by_role("textbox", name="Message Action Items", exact=True)).to_be_visible()


def test_what_a_person_types_never_becomes_markup(seat: Sit) -> None:
    priya = seat()
    priya.write("<img src=x onerror=alert(1)> &lt; @marco")
    expect(priya.message("<img src=x onerror=alert(1)> &lt; @Marco Rossi")).to_be_visible()


def test_a_message_arrives_without_reload(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    expect(priya.composer).to_be_visible()
    kitchen.client.chat_postMessage(channel="C0PAYMENTS", text="From elsewhere")
    expect(priya.message("From elsewhere")).to_be_visible()


def test_a_changed_message_changes_in_place(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    posted = kitchen.client.chat_postMessage(channel="C0PAYMENTS", text="As it was")
    expect(priya.message("As it was")).to_be_visible()
    kitchen.client.chat_update(channel="C0PAYMENTS", ts=posted["ts"], text="As it is")
    expect(priya.message("As it is")).to_be_visible()
    expect(priya.page.get_by_text("As it was")).to_have_count(0)


def test_an_ephemeral_message_says_so_and_only_its_reader_sees_it(seat: Sit) -> None:
    priya = seat()
    priya.write("/actionitem whisper")
    expect(priya.message("You said whisper").get_by_text("Only visible to you")).to_be_visible()
    priya.become("Marco Rossi")
    expect(priya.composer).to_be_visible()
    expect(priya.page.get_by_text("You said")).to_have_count(0)


def test_an_ephemeral_message_can_be_dismissed(seat: Sit) -> None:
    priya = seat()
    priya.write("/actionitem whisper")
    priya.message("You said").get_by_role("button", name="More about this message").click()
    priya.page.get_by_role("menuitem", name="Dismiss").click()
    expect(priya.page.get_by_text("You said")).to_have_count(0)


def test_an_unread_channel_is_marked_until_it_is_opened(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    expect(priya.composer).to_be_visible()
    kitchen.client.chat_postMessage(channel="C0GENERAL", text="News for <@U0PRIYA>")
    expect(priya.place("#general, 1 unread")).to_be_visible()
    priya.place("#general").click()
    expect(priya.message("News for")).to_be_visible()
    expect(priya.page.get_by_role("separator", name="New")).to_be_visible()
    expect(priya.place("#general")).to_have_accessible_name("#general")


def test_a_thread_opens_beside_the_channel_and_takes_replies(seat: Sit) -> None:
    priya = seat()
    priya.write("A question")
    priya.message("A question").hover()
    priya.message("A question").get_by_role("button", name="Reply in thread").click()
    thread = priya.page.get_by_role("complementary", name="Thread")
    thread.get_by_role("textbox", name="Reply in the thread").fill("An answer")
    priya.press("Enter")
    expect(thread.get_by_role("article").filter(has_text="An answer")).to_be_visible()
    expect(priya.page.get_by_role("button", name="1 reply")).to_be_visible()
    thread.get_by_role("button", name="Hide the thread").click()
    expect(thread).to_be_hidden()


def test_a_reply_of_the_app_appears_in_the_open_thread(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    posted = kitchen.client.chat_postMessage(channel="C0PAYMENTS", text="A card")
    kitchen.client.chat_postMessage(channel="C0PAYMENTS", text="First", thread_ts=posted["ts"])
    priya.page.get_by_role("button", name="1 reply").click()
    kitchen.client.chat_postMessage(channel="C0PAYMENTS", text="Second", thread_ts=posted["ts"])
    thread = priya.page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text("Second")).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("/act", "/actionitem"),
        ("/actionitem ", "everything"),
        ("/actionitem li", "list"),
        ("/actionitem list o", "overdue"),
    ],
)
def test_commands_and_subcommands_are_completed(seat: Sit, typed: str, offered: str) -> None:
    priya = seat()
    priya.composer.press_sequentially(typed)
    expect(priya.page.get_by_role("option", name=re.compile("^" + offered.replace("/", "."))).first).to_be_visible()


def test_tab_takes_the_first_suggestion_and_arrows_choose(seat: Sit) -> None:
    priya = seat()
    priya.composer.press_sequentially("/act")
    priya.press("Tab")
    expect(priya.composer).to_have_value("/actionitem ")
    priya.press("ArrowDown", "ArrowDown", "Enter")
    expect(priya.composer).to_have_value("/actionitem everything ")


def test_a_person_is_completed_and_mentioned(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    priya.composer.press_sequentially("Ask @mar")
    priya.press("Tab")
    priya.composer.press_sequentially("about it")
    priya.press("Enter")
    expect(priya.message("Ask @Marco Rossi about it")).to_be_visible()


def test_an_unknown_command_is_refused_calmly_and_stays_in_the_composer(seat: Sit) -> None:
    priya = seat()
    priya.write("/nothing here")
    expect(priya.page.get_by_role("status").get_by_text("/nothing")).to_be_visible()
    expect(priya.composer).to_have_value("/nothing here")


def test_an_app_that_is_away_is_told_in_a_sentence(seat: Sit, sandbox: Sandbox) -> None:
    priya = seat()
    expect(priya.composer).to_be_visible()
    sandbox.app_url = "http://127.0.0.1:9/slack/events"
    priya.write("/actionitem list")
    expect(priya.page.get_by_text("The app could not be reached")).to_be_visible()


def test_reactions_are_added_and_taken_back(seat: Sit) -> None:
    priya = seat()
    priya.write("Shipped")
    priya.message("Shipped").get_by_role("button", name="More about this message").click()
    priya.page.get_by_role("menuitem", name="React with tada").click()
    reaction = priya.message("Shipped").get_by_role("button", name=re.compile("tada, 1"))
    expect(reaction).to_have_attribute("aria-pressed", "true")
    reaction.click()
    expect(reaction).to_have_count(0)


def test_a_message_shortcut_opens_its_modal(seat: Sit) -> None:
    priya = seat()
    priya.write("We should alert on this")
    priya.message("We should").get_by_role("button", name="More about this message").click()
    priya.page.get_by_role("menuitem", name="Create action item").click()
    expect(priya.dialog("New action item").get_by_label("Action", exact=True)).to_have_value("We should alert on this")


def test_a_global_shortcut_opens_its_modal(seat: Sit) -> None:
    priya = seat()
    priya.page.get_by_role("button", name="Shortcuts").click()
    priya.page.get_by_role("menuitem", name="Create action item").click()
    expect(priya.dialog("New action item")).to_be_visible()


def test_everybody_sees_only_their_own_channels(seat: Sit) -> None:
    priya = seat()
    expect(priya.place("#inc-2042-vault")).to_be_visible()
    priya.become("Gil Torres")
    expect(priya.page.get_by_text("guest ·")).to_be_visible()
    expect(priya.place("#inc-2041-checkout")).to_be_visible()
    expect(priya.place("#inc-2042-vault")).to_have_count(0)
    expect(priya.place("#payments")).to_have_count(0)


def test_two_tabs_can_be_two_people(seat: Sit, context: BrowserContext, sandbox: Sandbox) -> None:
    priya = seat()
    other = context.new_page()
    other.goto(f"{sandbox.url}/#/U0MARCO/C0PAYMENTS")
    marco = Seat(other)
    marco.write("Hello from Marco")
    expect(priya.message("Hello from Marco")).to_be_visible()
    expect(priya.page.get_by_label("You are")).to_have_value("U0PRIYA")
    expect(other.get_by_label("You are")).to_have_value("U0MARCO")


def test_a_person_joins_a_channel_from_the_list(seat: Sit) -> None:
    marco = seat("U0MARCO")
    marco.page.get_by_role("button", name="Browse channels").click()
    marco.page.get_by_role("button", name="Join #random").click()
    expect(marco.page.get_by_role("textbox", name="Message #random")).to_be_visible()


def test_the_page_goes_on_after_the_sandbox_was_away(seat: Sit, context: BrowserContext, kitchen: Kitchen) -> None:
    priya = seat()
    expect(priya.composer).to_be_visible()
    context.set_offline(True)
    priya.write("Lost?")
    expect(priya.page.get_by_text("The sandbox does not answer").first).to_be_visible()
    expect(priya.composer).to_have_value("Lost?")
    context.set_offline(False)
    priya.press("Enter")
    expect(priya.message("Lost?")).to_be_visible()


def test_whoever_switches_stays_in_the_channel_where_both_are(seat: Sit) -> None:
    priya = seat()
    priya.become("Marco Rossi")
    expect(priya.page.get_by_text("member · Berlin")).to_be_visible()
    expect(priya.page.get_by_role("textbox", name="Message #payments")).to_be_visible()
    expect(priya.page).to_have_url(re.compile("#/U0MARCO/C0PAYMENTS$"))
    priya.page.reload()
    expect(priya.page.get_by_label("You are")).to_have_value("U0MARCO")


def test_a_long_channel_stays_at_its_end_and_keeps_its_place_while_one_reads_above(seat: Sit, kitchen: Kitchen) -> None:
    for number in range(40):
        kitchen.client.chat_postMessage(channel="C0PAYMENTS", text=f"Message number {number}")
    priya = seat()
    expect(priya.message("Message number 39")).to_be_in_viewport()
    priya.page.get_by_text("Message number 2", exact=True).scroll_into_view_if_needed()
    kitchen.client.chat_postMessage(channel="C0PAYMENTS", text="Meanwhile")
    expect(priya.page.get_by_text("Meanwhile")).to_have_count(1)
    expect(priya.page.get_by_text("Message number 2", exact=True)).to_be_in_viewport()


def test_arrow_keys_walk_through_the_messages(seat: Sit, kitchen: Kitchen) -> None:
    for text in ("First", "Second"):
        kitchen.client.chat_postMessage(channel="C0PAYMENTS", text=text)
    priya = seat()
    priya.message("Second").focus()
    priya.press("ArrowUp")
    expect(priya.message("First")).to_be_focused()


def test_the_composer_is_ready_when_a_channel_opens(seat: Sit) -> None:
    priya = seat()
    expect(priya.composer).to_be_focused()
    priya.place("#general").click()
    expect(priya.page.get_by_role("textbox", name="Message #general")).to_be_focused()


def test_switching_people_by_keyboard_leaves_the_focus_where_it_is(seat: Sit) -> None:
    priya = seat()
    expect(priya.composer).to_be_visible()
    priya.page.get_by_label("You are").focus()
    priya.press("ArrowDown", "ArrowDown")
    expect(priya.page.get_by_label("You are")).to_have_value("U0AISHA")
    expect(priya.page.get_by_text("admin ·")).to_be_visible()
    expect(priya.page.get_by_label("You are")).to_be_focused()
