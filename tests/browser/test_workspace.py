"""Time, inspector, light and dark, phone width."""

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from bot.sandbox.beside import Step
from bot.sandbox.server import Sandbox
from tests.browser.kitchen import Kitchen
from tests.browser.seat import Seat

Sit = Callable[..., Seat]
BERLIN = ZoneInfo("Europe/Berlin")


def test_the_clock_goes_to_monday_and_the_digest_appears(seat: Sit, sandbox: Sandbox) -> None:
    priya = seat()
    clock = priya.page.get_by_role("region", name="Time")
    expect(clock.get_by_role("button", name="In a month")).to_be_enabled()
    assert clock.evaluate("node => node.scrollWidth <= node.clientWidth"), "a button is cut off"
    clock.get_by_role("button", name="Next Monday").click()
    happened = priya.page.get_by_role("complementary", name="What happened")
    expect(happened.get_by_role("listitem")).to_have_text("#payments Weekly digest of Payments14 open")
    expect(clock.get_by_text(re.compile("^Monday "))).to_be_visible()
    expect(priya.message("Payments · week of 30 Nov")).to_be_visible()
    assert sandbox.clock.now().weekday() == 0


@pytest.mark.parametrize(("button", "days"), [("Tomorrow", (1, 3)), ("Next Monday", (1, 7)), ("In a month", (28, 33))])
def test_the_clock_stops_after_nine_on_a_working_morning(
    seat: Sit, sandbox: Sandbox, button: str, days: tuple[int, int]
) -> None:
    priya = seat()
    before = sandbox.clock.now().astimezone(BERLIN)
    priya.page.get_by_role("button", name=button).click()
    expect(priya.page.get_by_text("This was said meanwhile.")).to_be_visible()
    after = sandbox.clock.now().astimezone(BERLIN)
    assert days[0] <= (after.date() - before.date()).days <= days[1]
    assert (after.hour, after.minute) == (9, 5)
    assert after.weekday() < 5, "nobody is told of anything on a weekend"
    expect(priya.page.get_by_text(f"It is {after:%A} {after.day} {after:%B} {after.year}")).to_be_visible()


def test_a_line_of_what_happened_leads_to_where_it_stands(seat: Sit, kitchen: Kitchen) -> None:
    gil = seat("U0GIL", "C0INC")  # who is not in #payments: it is read as somebody who is
    gil.page.get_by_role("button", name="Next Monday").click()
    happened = gil.page.get_by_role("complementary", name="What happened")
    happened.get_by_role("link", name="#payments").click()
    expect(gil.page.get_by_role("textbox", name="Message #payments")).to_be_visible()
    expect(gil.page.get_by_label("You are")).to_have_value("U0MARCO")
    expect(gil.message("Payments · week of 30 Nov")).to_be_in_viewport()


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_time_and_what_happened_fit_the_page(seat: Sit, width: int) -> None:
    priya = seat()
    priya.page.set_viewport_size({"width": width, "height": 800})
    clock = priya.page.get_by_role("region", name="Time")
    if width == 390:
        priya.page.get_by_role("button", name="Show the list").click()
    assert clock.evaluate("node => node.scrollWidth <= node.clientWidth"), "a button is cut off"
    clock.get_by_role("button", name="Next Monday").click()
    happened = priya.page.get_by_role("complementary", name="What happened")
    expect(happened.get_by_role("listitem")).to_be_in_viewport(ratio=1)
    happened.get_by_role("button", name="Hide what happened").click()
    expect(happened).to_be_hidden()
    assert priya.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_first_steps_are_taken_and_stay_closed(seat: Sit, sandbox: Sandbox) -> None:
    sandbox.beside.steps = [Step("Make an item", "It coaches.", "Open", "U0MARCO", "C0PAYMENTS", "/actionitem new")]
    priya = seat()
    steps = priya.page.get_by_role("region", name="First steps")
    steps.get_by_role("button", name="Open").click()
    expect(priya.dialog("New action item")).to_be_visible()
    expect(priya.page.get_by_label("You are")).to_have_value("U0MARCO")
    priya.press("Escape")
    steps.get_by_role("button", name="Close the first steps").click()
    expect(steps).to_be_hidden()
    priya.page.reload()
    expect(priya.composer).to_be_visible()
    expect(steps).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1440])
def test_steps_that_were_taken_are_ticked_off_and_a_phone_shows_the_next_one(
    seat: Sit, sandbox: Sandbox, width: int
) -> None:
    sandbox.beside.steps = [
        Step("Make an item", "It coaches.", "Open", "U0PRIYA", "C0PAYMENTS"),
        Step("See the digest", "It comes.", "Go to Monday", "U0PRIYA", "C0PAYMENTS", jump="Next Monday"),
    ]
    priya = seat()
    priya.page.set_viewport_size({"width": width, "height": 800})
    steps = priya.page.get_by_role("region", name="First steps")
    steps.get_by_role("button", name="Open").click()
    expect(steps.get_by_role("heading", name="See the digest")).to_be_visible()
    expect(steps.get_by_role("listitem")).to_have_count(1 if width == 390 else 2)
    if width == 1440:
        expect(steps.get_by_role("heading", name="Make an item (done)")).to_be_visible()
    steps.get_by_role("button", name="Go to Monday").click()
    expect(steps.get_by_role("heading", name="See the digest (done)")).to_be_visible()
    priya.page.reload()
    expect(priya.composer).to_be_visible()
    expect(steps).to_be_hidden()


def test_step_shows_the_message_that_it_is_about(seat: Sit, sandbox: Sandbox, kitchen: Kitchen) -> None:
    kitchen.client.chat_postMessage(channel="C0PAYMENTS", text="AI-2 is implemented")
    for number in range(3, 33):
        kitchen.client.chat_postMessage(channel="C0PAYMENTS", text=f"AI-{number} is something else")
    sandbox.beside.steps = [Step("Prove it", "Press “Verify”.", "Go to AI-2", "U0PRIYA", "C0PAYMENTS", find="AI-2 ")]
    priya = seat()
    expect(priya.message("AI-32")).to_be_in_viewport()
    priya.page.get_by_role("button", name="Go to AI-2").click()
    expect(priya.message("is implemented")).to_be_in_viewport()


def test_step_that_somebody_has_done_elsewhere_says_so(seat: Sit, sandbox: Sandbox, kitchen: Kitchen) -> None:
    card = kitchen.client.chat_postMessage(channel="C0PAYMENTS", text="AI-2 waits to be verified")
    sandbox.beside.steps = [
        Step(
            "Prove it", "Press “Verify”.", "Go to AI-2", "U0PRIYA", "C0PAYMENTS", "", "AI-2", "", "waits", "It is over."
        ),
        Step("See the digest", "It comes.", "Go to Monday", "U0PRIYA", "C0PAYMENTS", jump="Next Monday"),
    ]
    priya = seat()
    steps = priya.page.get_by_role("region", name="First steps")
    expect(steps).to_contain_text("Press “Verify”.")
    kitchen.client.chat_update(channel=card["channel"], ts=card["ts"], text="AI-2 is verified")
    expect(steps.get_by_role("heading", name="Prove it (done)")).to_be_visible()
    expect(steps).to_contain_text("It is over.")
    priya.page.reload()
    expect(steps.get_by_role("heading", name="Prove it (done)")).to_be_visible()


def test_dates_move_with_the_clock(seat: Sit, sandbox: Sandbox, kitchen: Kitchen) -> None:
    monday = sandbox.clock.now().astimezone(BERLIN)
    monday += timedelta(days=7 - monday.weekday())
    kitchen.client.chat_postMessage(
        channel="C0PAYMENTS", text=f"Due <!date^{int(monday.timestamp())}^{{date_short_pretty}}|then>"
    )
    priya = seat()
    expect(priya.message("Due ")).to_be_visible()
    priya.page.get_by_role("button", name="Next Monday", exact=True).click()
    expect(priya.page.get_by_text("Due Today")).to_be_visible()


def test_a_failure_of_what_was_due_is_told(seat: Sit, kitchen: Kitchen, sandbox: Sandbox) -> None:
    kitchen.client.token = "xoxb-wrong"
    priya = seat()
    priya.page.get_by_role("button", name="Tomorrow").click()
    expect(priya.page.get_by_text("what was due failed")).to_be_visible()


def test_the_inspector_lists_the_calls_with_slacks_verdict(seat: Sit) -> None:
    priya = seat()
    priya.page.get_by_role("button", name="Inspector").click()
    inspector = priya.page.get_by_role("complementary", name="Inspector")
    priya.write("/actionitem broken")
    failed = inspector.get_by_role("group").filter(has_text="chat.postEphemeral")
    expect(failed.get_by_text("invalid_blocks").first).to_be_visible()
    failed.locator("summary").click()
    expect(failed.get_by_text("/blocks/0").first).to_be_visible()
    expect(inspector.get_by_text("slash_command").first).to_be_visible()


def test_a_message_shows_its_payload_and_the_call_that_made_it(seat: Sit) -> None:
    priya = seat()
    priya.write("/actionitem card")
    priya.message("AI-12").get_by_role("button", name="More about this message").click()
    priya.page.get_by_role("menuitem", name="Inspect").click()
    inspector = priya.page.get_by_role("complementary", name="Inspector")
    expect(inspector.get_by_text('"block_id": "card"').first).to_be_visible()
    expect(inspector.get_by_text("chat.postMessage").first).to_be_visible()


def test_the_inspector_is_filtered(seat: Sit) -> None:
    priya = seat()
    priya.write("/actionitem card")
    priya.page.get_by_role("button", name="Inspector").click()
    inspector = priya.page.get_by_role("complementary", name="Inspector")
    expect(inspector.get_by_text("slash_command")).to_be_visible()
    inspector.get_by_label("Filter the calls").fill("chat.*")
    expect(inspector.get_by_text("slash_command")).to_be_hidden()
    expect(inspector.get_by_text("chat.postMessage").first).to_be_visible()


def background(seat: Seat) -> str:
    return str(seat.page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_dark_follows_the_system(seat: Sit) -> None:
    priya = seat()
    light = background(priya)
    priya.page.emulate_media(color_scheme="dark")
    assert background(priya) != light
    expect(priya.page.get_by_role("button", name="Dark mode")).to_have_attribute("aria-pressed", "true")


def test_dark_can_be_chosen_and_is_remembered(seat: Sit) -> None:
    priya = seat()
    priya.page.get_by_role("button", name="Dark mode").click()
    dark = background(priya)
    priya.page.reload()
    expect(priya.composer).to_be_visible()
    assert background(priya) == dark
    expect(priya.page.get_by_role("button", name="Dark mode")).to_have_attribute("aria-pressed", "true")


def test_on_a_phone_the_list_slides_in_and_nothing_overflows(seat: Sit) -> None:
    priya = seat()
    priya.page.set_viewport_size({"width": 390, "height": 844})
    expect(priya.place("#general")).to_be_hidden()
    priya.write("/actionitem menu")
    expect(priya.message("Everything a message can hold")).to_be_visible()
    assert priya.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert priya.page.evaluate("[...document.querySelectorAll('.timeline')].every(n => n.scrollWidth <= n.clientWidth)")
    priya.page.get_by_role("button", name="Show the list").click()
    priya.place("#general").click()
    expect(priya.page.get_by_role("textbox", name="Message #general")).to_be_visible()
    expect(priya.place("#general")).to_be_hidden()


def test_on_a_phone_a_modal_fits(seat: Sit) -> None:
    priya = seat()
    priya.page.set_viewport_size({"width": 390, "height": 844})
    dialog = priya.open("/actionitem new", "New action item")
    expect(dialog.get_by_role("button", name="Create")).to_be_in_viewport(ratio=1)
    assert dialog.evaluate("node => node.getBoundingClientRect().width <= innerWidth")


def test_the_channel_stays_at_its_end_when_a_panel_opens_beside_it(seat: Sit) -> None:
    priya = seat()
    priya.write("/actionitem menu")
    priya.write("/actionitem whisper " + "long words " * 80)
    expect(priya.message("You said whisper")).to_be_visible()
    priya.page.get_by_role("button", name="Inspector").click()
    expect(priya.page.get_by_role("complementary", name="Inspector")).to_be_visible()
    gap = "(n => n.scrollHeight - n.scrollTop - n.clientHeight)(document.querySelector('.timeline'))"
    priya.page.wait_for_function(f"() => {gap} < 2")
