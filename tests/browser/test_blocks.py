"""Block Kit in messages and in the App Home, as Slack draws it, and what its elements report."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from bot.sandbox.messages import say
from bot.sandbox.model import Message
from bot.sandbox.server import Sandbox
from bot.sandbox.state import State
from tests.browser.kitchen import Kitchen
from tests.browser.seat import Seat

Sit = Callable[..., Seat]
CARD = "AI-12 Add a latency P99 alert"


def menu(priya: Seat) -> Locator:
    """The message with everything."""
    priya.write("/actionitem menu")
    message = priya.message("Everything a message can hold")
    expect(message).to_be_visible()
    return message


@pytest.mark.parametrize(
    ("tag", "text"),
    [("strong", "bold"), ("em", "italic"), ("s", "strike"), ("code", "code"), ("blockquote", "quoted")],
)
def test_mrkdwn_is_formatted(seat: Sit, tag: str, text: str) -> None:
    expect(menu(seat()).locator(tag, has_text=re.compile(f"^{text}$")).first).to_be_visible()


@pytest.mark.parametrize(
    "text",
    [
        "2 < 3 & so",
        "@Priya Raman @Marco Rossi in #payments @here ⚠️ :no_such_emoji: snake_case_name",
        "if (a < b) *not bold*",
        "two <script>alert(1)</script>",
        "Rich @Aisha Okafor and a page🎉",
        "Quoted, richly",
        "An item of a list",
        "In context",
        "Completion rate",
    ],
)
def test_text_is_drawn_to_the_letter(seat: Sit, text: str) -> None:
    expect(menu(seat())).to_contain_text(text)


def test_slacks_address_of_a_message_leads_to_it_in_this_workspace(seat: Sit, kitchen: Kitchen) -> None:
    said = kitchen.client.chat_postMessage(channel="C0INC", text="What it is about")
    found = kitchen.client.chat_getPermalink(channel="C0INC", message_ts=said["ts"])
    kitchen.client.chat_postMessage(channel="C0PAYMENTS", text=f"See <{found['permalink']}|the card>")
    priya = seat()
    priya.message("See").get_by_role("link", name="the card").click()
    expect(priya.message("What it is about")).to_be_in_viewport()
    assert priya.page.url.startswith("http://127.0.0.1"), "there is no such Slack"


def test_links_open_elsewhere_and_say_where(seat: Sit) -> None:
    link = menu(seat()).get_by_role("link", name="a link")
    expect(link).to_have_attribute("href", "https://example.com/a?b=1&c=2")
    expect(link).to_have_attribute("rel", re.compile("noopener"))


def test_the_reader_is_highlighted_where_they_are_mentioned(seat: Sit) -> None:
    message = menu(seat())
    expect(message.get_by_text("@Priya Raman")).to_have_class(re.compile("mention-me"))
    expect(message.get_by_text("@Marco Rossi")).not_to_have_class(re.compile("mention-me"))


def test_dates_stand_in_the_zone_of_their_reader(seat: Sit, sandbox: Sandbox) -> None:
    sandbox.do(lambda state: setattr(state.users["U0PRIYA"], "locale", "en-GB"))
    priya = seat()
    moment = 1_784_548_800  # 2026-07-20 12:00 UTC
    text = f"<!date^{moment}^{{date_long_full}} at {{time}}|fallback>"
    priya_sees = priya
    sandbox_client(sandbox, text)
    expect(priya_sees.message("July 20, 2026 at 14:00")).to_be_visible()
    priya.become("Aisha Okafor")
    expect(priya.message("July 20, 2026 at 8:00 AM")).to_be_visible()


def sandbox_client(sandbox: Sandbox, text: str) -> None:
    from slack_sdk import WebClient

    WebClient(token=sandbox.bot_token, base_url=sandbox.api_url).chat_postMessage(channel="C0PAYMENTS", text=text)


@pytest.mark.parametrize(
    ("template", "days", "shown"),
    [
        ("{date_num}", 0, r"\d{4}-\d\d-\d\d"),
        ("{date_short_pretty}", 0, "Today"),
        ("{date_pretty}", 1, "Tomorrow"),
        ("{date_long_pretty}", -1, "Yesterday"),
        ("due {date_short_pretty}", 0, "due today"),
        ("{date_slash}", 0, r"\d\d/\d\d/\d{4}"),
        ("{date}", 3, r"[A-Z][a-z]+ \d+(st|nd|rd|th)"),
        ("{date_short}", 3, r"[A-Z][a-z]{2} \d+"),
        ("{date_long}", 3, r"[A-Z][a-z]+day, [A-Z][a-z]+ \d+(st|nd|rd|th)"),
        ("{date_short}", 700, r"[A-Z][a-z]{2} \d+, \d{4}"),
        ("{time_secs}", 0, r"\d+:\d\d:\d\d [AP]M"),
        ("{ago}", -2, "2 days ago"),
        ("{no_such_token}", 0, "fallback"),
    ],
)
def test_every_date_token_is_filled(seat: Sit, sandbox: Sandbox, template: str, days: int, shown: str) -> None:
    moment = int(sandbox.clock.now().timestamp()) + days * 86400
    sandbox_client(sandbox, f"On: <!date^{moment}^{template}|fallback>")
    expect(seat().message("On:").get_by_text(re.compile(f"^On: {shown}$"))).to_be_visible()


def test_a_broken_picture_shows_its_alternative_text(seat: Sit, kitchen: Kitchen, sandbox: Sandbox) -> None:
    block = {"type": "image", "image_url": f"{sandbox.url}/nothing.png", "alt_text": "Backlog by week"}
    kitchen.client.chat_postMessage(channel="C0PAYMENTS", text="A chart", blocks=[block])
    expect(seat().page.get_by_role("img", name="Backlog by week")).to_have_text("Backlog by week")


def test_a_button_reports_and_the_message_changes(seat: Sit) -> None:
    priya = seat()
    priya.write("/actionitem card")
    priya.message(CARD).get_by_role("button", name="Implemented").click()
    priya.page.get_by_role("dialog", name="Mark as implemented?").get_by_role("button", name="Yes, it is live").click()
    expect(priya.message(CARD)).to_contain_text("implemented")


def test_a_declined_question_does_nothing(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    priya.write("/actionitem card")
    priya.message(CARD).get_by_role("button", name="Implemented").click()
    question = priya.page.get_by_role("dialog", name="Mark as implemented?")
    expect(question).to_have_accessible_description("The owner of AI-12 is told.")
    expect(question.get_by_role("button", name="Yes, it is live")).to_be_focused()
    priya.press("Escape")
    expect(question).to_have_count(0)
    expect(priya.message(CARD).get_by_role("button", name="Implemented")).to_be_focused()
    assert kitchen.acted("implemented") == []


def test_an_overflow_menu_works_by_keyboard(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    priya.write("/actionitem card")
    opener = priya.message(CARD).get_by_role("button", name="More options")
    opener.focus()
    priya.press("Enter")
    expect(priya.page.get_by_role("menuitem", name="Edit")).to_be_focused()
    priya.press("Escape")
    expect(opener).to_be_focused()
    priya.press("ArrowDown", "ArrowDown", "ArrowDown")
    expect(priya.page.get_by_role("menuitem", name="Defer")).to_be_focused()
    priya.press("Enter")
    expect(opener).to_be_focused()
    reported(priya, kitchen, "more", "defer")


def reported(priya: Seat, kitchen: Kitchen, action_id: str, value: object) -> None:
    """Waits until an element has reported a value."""

    def values() -> list[object]:
        keys = ("selected_option", "selected_options", "selected_user", "selected_date", "value")
        found = [next(each[key] for key in keys if key in each) for each in kitchen.acted(action_id)]
        return [each["value"] if isinstance(each, dict) else each for each in found]

    for _ in range(300):
        if value in values():
            return
        priya.page.wait_for_timeout(100)
    raise AssertionError(f"{action_id} reported {values()}, not {value!r}")


def test_a_user_select_reports(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    menu(priya).get_by_label("Pick an owner").select_option(label="Lena Vogel")
    reported(priya, kitchen, "pick_owner", "U0LENA")


def test_arrow_keys_pass_over_options_and_enter_reports_the_last(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    menu(priya).get_by_label("Pick a remedy").focus()
    priya.press("ArrowDown", "ArrowDown", "ArrowDown", "Enter")
    reported(priya, kitchen, "pick_remedy", "training")
    assert len(kitchen.acted("pick_remedy")) == 1


def test_a_date_picker_reports(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    menu(priya).get_by_label("Pick a day").fill("2026-12-24")
    reported(priya, kitchen, "pick_day", "2026-12-24")


def test_an_external_select_in_a_message_reports(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    menu(priya).get_by_label("Pick an incident").fill("down")
    expect(priya.page.get_by_role("option", name="Checkout down")).to_be_visible()
    priya.press("Enter")
    reported(priya, kitchen, "pick_incident", "Checkout down")


def test_radio_buttons_and_checkboxes_report(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    message = menu(priya)
    message.get_by_role("radio", name="Yes").check()
    reported(priya, kitchen, "answer", "yes")
    message.get_by_role("checkbox", name="Tell everybody").check()
    for _ in range(300):
        if kitchen.acted("who"):
            break
        priya.page.wait_for_timeout(100)
    assert [each["value"] for each in kitchen.acted("who")[-1]["selected_options"]] == ["tell_everybody"]


def test_a_button_with_an_address_is_a_link_that_also_reports(
    seat: Sit, kitchen: Kitchen, context: BrowserContext
) -> None:
    priya = seat()
    link = menu(priya).get_by_role("link", name="Docs")
    expect(link).to_have_attribute("href", "https://example.com/docs")
    link.evaluate("node => { node.href = location.origin + '/static/mark.svg'; }")
    with context.expect_page():
        link.click()
    reported(priya, kitchen, "docs", "Docs")


def test_the_home_is_drawn_and_its_elements_report(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat(place="home")
    home = priya.page.get_by_role("region", name="App Home")
    expect(home.get_by_role("heading", name="Your action items")).to_be_visible()
    home.get_by_role("button", name="New action item").click()
    reported(priya, kitchen, "new", "New action item")
    home.get_by_role("combobox", name="Show").select_option(label="Overdue")
    reported(priya, kitchen, "filter", "overdue")


def test_what_the_page_does_not_know_is_named(seat: Sit, sandbox: Sandbox, kitchen: Kitchen) -> None:
    posted = kitchen.client.chat_postMessage(channel="C0PAYMENTS", text="From the future")
    strange = [{"type": "hologram", "block_id": "h"}]
    sandbox.do(lambda state: setattr(state.channels["C0PAYMENTS"].messages[posted["ts"]], "blocks", strange))
    expect(seat().page.get_by_text("A block of type “hologram” is not drawn here.")).to_be_visible()


MONTHS = ("Sep 2026", "Oct 2026")
CHART = {
    "type": "data_visualization",
    "title": "Created and ended",
    "chart": {
        "type": "bar",
        "series": [
            {
                "name": name,
                "data": [{"label": month, "value": value} for month, value in zip(MONTHS, values, strict=True)],
            }
            for name, values in (("Created", (6, 4)), ("Ended", (11, 2)))
        ],
        "axis_config": {"categories": list(MONTHS), "y_label": "Items"},
    },
}


@pytest.mark.parametrize("kind", ["bar", "line", "area"])
def test_a_chart_is_drawn_with_its_legend_and_its_figures(seat: Sit, sandbox: Sandbox, kind: str) -> None:
    drawn = CHART | {"chart": CHART["chart"] | {"type": kind}}  # type: ignore[operator]
    sandbox.do(lambda state: say_as_app(state, [drawn]))
    priya = seat()
    picture = priya.page.get_by_role("img", name="Created and ended")
    expect(picture).to_be_visible()
    assert picture.locator("rect, polyline, polygon").count() >= 2
    expect(priya.page.locator(".chart-legend")).to_have_text("CreatedEnded")
    priya.page.get_by_text("Figures").click()
    expect(priya.page.get_by_role("row", name="Oct 2026 4 2")).to_be_visible()


def test_a_data_table_sorts_filters_and_turns_its_pages(seat: Sit, sandbox: Sandbox) -> None:
    head = [{"type": "raw_text", "text": words} for words in ("Team", "Open")]
    rows = [[{"type": "raw_text", "text": f"Team {n}"}, {"type": "raw_number", "value": n * 7 % 12}] for n in range(12)]
    table = {"type": "data_table", "caption": "Teams", "rows": [head, *rows]}
    sandbox.do(lambda state: say_as_app(state, [table]))
    shown = seat().page.locator(".data-table")
    expect(shown.locator("tbody tr")).to_have_count(5)
    shown.get_by_role("button", name="Open").click()
    expect(shown.locator("tbody tr").first).to_have_text("Team 00")
    shown.get_by_role("button", name="More").click()
    expect(shown).to_contain_text("6–10 of 12")
    shown.get_by_role("searchbox", name="Filter Teams").fill("team 11")
    expect(shown.locator("tbody tr")).to_have_text("Team 115")


def test_a_data_table_on_a_phone_says_each_head_beside_its_value_and_cuts_nothing(seat: Sit, sandbox: Sandbox) -> None:
    heads = ("Team", "Completed by the due date", "Created : ended", "Open items", "Deferred", "Open work takes")
    rows = [
        [{"type": "raw_text", "text": words} for words in each] for each in (heads, ("Payments", *map(str, range(5))))
    ]
    sandbox.do(lambda state: say_as_app(state, [{"type": "data_table", "caption": "Every team", "rows": rows}]))
    page = seat().page
    wrap = page.get_by_role("region", name="Every team")
    expect(wrap.get_by_role("button", name="Open work takes")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    expect(wrap.get_by_role("button", name="Open work takes")).to_be_hidden()
    last = wrap.locator("td").last
    assert last.evaluate("node => getComputedStyle(node, '::before').content") == '"Open work takes"'
    assert wrap.evaluate("node => node.scrollWidth <= node.clientWidth")


def test_of_two_lines_that_are_equal_both_are_seen(seat: Sit, sandbox: Sandbox) -> None:
    [created, ended] = CHART["chart"]["series"]  # type: ignore[index]
    same = [created, ended | {"data": created["data"]}]
    drawn = CHART | {"chart": CHART["chart"] | {"type": "line", "series": same}}  # type: ignore[operator]
    sandbox.do(lambda state: say_as_app(state, [drawn]))
    picture = seat().page.get_by_role("img", name="Created and ended")
    below, above = picture.locator(".chart-dot.tone-0").first, picture.locator(".chart-dot.tone-1").first
    expect(picture.locator(".chart-below.tone-0")).to_have_count(1)
    assert float(below.get_attribute("r") or 0) > float(above.get_attribute("r") or 0)


def say_as_app(state: State, blocks: list[dict[str, Any]]) -> None:
    said = Message(state.new_ts(), "C0PAYMENTS", "U0BOT", "Charts", blocks=blocks)
    said.bot_id = "B0BOT"
    say(state, said)
