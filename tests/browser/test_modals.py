"""Modals: fields by their labels, errors beside them, the stack, and the keyboard."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from bot.sandbox.server import Sandbox
from tests.browser import dishes
from tests.browser.kitchen import Kitchen
from tests.browser.seat import Seat
from tests.people import Person

Sit = Callable[..., Seat]
TITLE = "New action item"
REQUIRED = "Please complete this required field."


def fill_item(dialog: Locator, action: str = "Add a latency P99 alert") -> None:
    dialog.get_by_label("Action", exact=True).fill(action)
    dialog.get_by_label("Owner").select_option(label="Marco Rossi")
    dialog.get_by_label("Remedy").select_option(label="Monitoring")
    dialog.get_by_label("Impact").select_option(label="3 – a main path, or one service")
    dialog.get_by_label("How will we verify it?").fill("Fire it on purpose in staging")


def submitted(kitchen: Kitchen) -> dict[str, dict[str, dict[str, object]]]:
    return kitchen.heard_last("view_submission")["view"]["state"]["values"]  # type: ignore[no-any-return]


def test_an_item_is_created_by_role_and_label(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    dialog = priya.open("/actionitem new", TITLE)
    fill_item(dialog)
    dialog.get_by_label("Details", exact=True).fill("Since the checkout was down")
    dialog.get_by_label("Due date").fill("2026-12-14")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog).to_be_hidden()
    expect(priya.message("Add a latency P99 alert")).to_be_visible()
    values = submitted(kitchen)
    assert values["owner"]["value"]["selected_user"] == "U0MARCO"
    assert values["due"]["value"]["selected_date"] == "2026-12-14"
    assert values["details"]["value"]["value"] == "Since the checkout was down"


@pytest.mark.parametrize("label", ["Action", "Details", "Owner", "Collaborators", "Due date", "Remedy", "Impact"])
def test_every_field_is_reached_by_exactly_its_label(seat: Sit, label: str) -> None:
    dialog = seat().open("/actionitem new", TITLE)
    expect(dialog.get_by_label(label, exact=True)).to_have_count(1)
    expect(dialog.get_by_label(label, exact=True)).to_have_accessible_name(label)


def test_a_missing_field_is_told_beside_it_and_gets_the_focus(seat: Sit) -> None:
    priya = seat()
    dialog = priya.open("/actionitem new Add an alert", TITLE)
    dialog.get_by_role("button", name="Create").click()
    owner = dialog.get_by_label("Owner")
    expect(owner).to_have_attribute("aria-invalid", "true")
    expect(owner).to_have_accessible_description(REQUIRED)
    expect(owner).to_be_focused()
    expect(dialog.get_by_label("Action", exact=True)).to_have_value("Add an alert")


def test_an_error_of_the_app_stands_beside_its_field_and_goes_with_the_next_try(seat: Sit) -> None:
    priya = seat()
    dialog = priya.open("/actionitem new", TITLE)
    fill_item(dialog, "tbd")
    dialog.get_by_role("button", name="Create").click()
    action = dialog.get_by_label("Action", exact=True)
    expect(action).to_have_accessible_description("Say what will be different.")
    expect(action).to_be_focused()
    expect(dialog.get_by_label("Owner")).to_have_value("U0MARCO")
    action.fill("Alert on the P99")
    priya.press("Enter")
    expect(dialog).to_be_hidden()


def test_findings_appear_in_the_same_modal_and_what_was_typed_stays(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    dialog = priya.open("/actionitem new", TITLE)
    fill_item(dialog, "Improve monitoring")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_text("does not say what will be different")).to_be_visible()
    expect(dialog.get_by_label("Remedy")).to_have_value("monitoring")
    dialog.get_by_label("Keep my wording").check()
    dialog.get_by_role("button", name="Create").click()
    expect(dialog).to_be_hidden()
    assert submitted(kitchen)["keep"]["keep"]["selected_options"]


def test_a_length_is_checked(seat: Sit) -> None:
    dialog = seat().open("/actionitem everything", "Everything")
    dialog.get_by_label("Reason").select_option(label="Another team")
    dialog.get_by_label("Short text").fill("ab")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("at least 3 characters")).to_be_visible()


def test_escape_closes_and_the_focus_returns_to_the_composer(seat: Sit) -> None:
    priya = seat()
    dialog = priya.open("/actionitem new", TITLE)
    expect(dialog.get_by_label("Action", exact=True)).to_be_focused()
    priya.press("Escape")
    expect(dialog).to_be_hidden()
    expect(priya.composer).to_be_focused()


def test_a_second_escape_in_haste_does_no_harm(seat: Sit) -> None:
    priya = seat()
    dialog = priya.open("/actionitem stack", "Floor 1")
    dialog.get_by_role("button", name="Go deeper").click()
    expect(priya.dialog("Floor 2")).to_be_visible()
    priya.press("Escape", "Escape")
    expect(priya.dialog("Floor 2")).to_have_count(0)
    expect(priya.page.get_by_text("has no open view")).to_have_count(0)


def test_cancel_closes_without_submitting(seat: Sit, kitchen: Kitchen) -> None:
    dialog = seat().open("/actionitem new", TITLE)
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert not [each for each in kitchen.heard if each["type"] == "view_submission"]


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_the_focus_stays_in_the_dialog(seat: Sit, key: str) -> None:
    priya = seat()
    dialog = priya.open("/actionitem new", TITLE)
    seen = set()
    for _ in range(30):
        priya.press(key)
        assert dialog.evaluate("node => node.contains(document.activeElement)")
        seen.add(priya.focused())
    assert {"Action", "Details", "Owner", "Collaborators", "Create", "Cancel"} <= seen


def test_modals_stack_three_deep_and_close_one_by_one(seat: Sit) -> None:
    priya = seat()
    first = priya.open("/actionitem stack", "Floor 1")
    first.get_by_label("Note").fill("Written below")
    first.get_by_role("button", name="Go deeper").click()
    priya.dialog("Floor 2").get_by_role("button", name="Go deeper").click()
    third = priya.dialog("Floor 3")
    expect(third.get_by_text("3 of 3")).to_be_visible()
    expect(third.get_by_role("button", name="Go deeper")).to_have_count(0)
    third.get_by_role("button", name="Back").click()
    expect(priya.dialog("Floor 2")).to_be_visible()
    priya.press("Escape")
    expect(priya.dialog("Floor 1").get_by_label("Note")).to_have_value("Written below")
    priya.press("Escape")
    expect(priya.page.get_by_role("dialog")).to_have_count(0)


def test_a_choice_that_reports_updates_the_modal_and_keeps_the_rest(seat: Sit) -> None:
    dialog = seat().open("/actionitem everything", "Everything")
    dialog.get_by_label("Short text").fill("kept")
    dialog.get_by_label("Reason").select_option(label="Another team")
    expect(dialog.get_by_label("Escalated to")).to_be_visible()
    expect(dialog.get_by_label("Short text")).to_have_value("kept")
    expect(dialog.get_by_label("Reason")).to_have_value("another_team")


def test_every_field_is_filled_by_keyboard_and_arrives(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    dialog = priya.open("/actionitem everything", "Everything")
    page = priya.page

    def at(label: str, *keys: str) -> None:
        dialog.get_by_label(label, exact=True).focus()
        for key in keys:
            page.keyboard.press(key) if len(key) > 1 and key[0].isupper() else page.keyboard.type(key)

    at("Reason", "ArrowDown", "Enter")
    expect(dialog.get_by_label("Escalated to")).to_be_visible()
    at("Escalated to", "search")
    at("Short text", "some words")
    at("Long text", "End", " and more")
    at("Number", "12")
    at("Mail", "a@example.com")
    at("Link", "https://example.com/x")
    dialog.get_by_label("Day", exact=True).fill("2026-12-01")
    dialog.get_by_label("Hour", exact=True).fill("09:30")
    dialog.get_by_label("Moment", exact=True).fill("2026-12-01T10:00")
    at("When", "ArrowDown", "ArrowDown", "ArrowDown")
    at("Channel", "ArrowDown")
    at("Themes", "dep")
    expect(page.get_by_role("option", name="Deploys")).to_be_visible()
    at("Themes", "Enter", "al")
    expect(page.get_by_role("option", name="Retries")).to_be_hidden()  # until then all are offered, and none is marked
    expect(page.get_by_role("option", name="Alerts")).to_be_visible()
    at("Themes", "Enter", "Escape")
    at("Related", "slow")
    expect(page.get_by_role("option", name="Checkout slow")).to_be_visible()
    at("Related", "Enter", "Escape")
    dialog.get_by_label("It works", exact=True).focus()
    priya.press("ArrowDown")
    dialog.get_by_label("Tell the team", exact=True).focus()
    priya.press("Space")
    at("Notes", "a note")
    dialog.get_by_role("button", name="Save").focus()
    priya.press("Enter")
    expect(dialog).to_be_hidden()
    values = submitted(kitchen)
    found = {block: entry.get("value", entry.get("reason")) for block, entry in values.items()}
    assert {block: chosen(entry) for block, entry in found.items()} == {
        "reason": "another_team",
        "escalated": "search",
        "short": "some words",
        "long": "As it was and more",
        "number": "12",
        "mail": "a@example.com",
        "link": "https://example.com/x",
        "day": "2026-12-01",
        "hour": "09:30",
        "moment": 1796115600,  # 10:00 in Berlin
        "when": "next_quarter",
        "channel": "C0GENERAL",
        "public": None,
        "themes": ["deploys", "alerts"],
        "related": ["Checkout slow"],
        "result": "it_does_not",
        "also": ["tell_the_team"],
        "notes": "rich_text",
    }


def chosen(entry: dict[str, Any]) -> object:
    """The one value in an entry of a view's state, without its wrapping."""
    value = next(each for key, each in entry.items() if key != "type")
    if isinstance(value, list):
        return [each["value"] for each in value]
    return value.get("value", value.get("type")) if isinstance(value, dict) else value


def test_an_external_select_asks_the_app_as_one_types(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    dialog = priya.open("/actionitem new", TITLE)
    fill_item(dialog)
    dialog.get_by_role("combobox", name="Incident").fill("vault")
    priya.page.get_by_role("option", name="Vault sealed").click()
    expect(dialog.get_by_role("combobox", name="Incident")).to_have_value("Vault sealed")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog).to_be_hidden()
    assert submitted(kitchen)["incident"]["value"]["selected_option"]["value"] == "Vault sealed"  # type: ignore[index]


def test_people_are_collected_as_chips_and_taken_out_again(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    dialog = priya.open("/actionitem new", TITLE)
    fill_item(dialog)
    collaborators = dialog.get_by_label("Collaborators")
    for name in ("Aisha", "Lena"):
        collaborators.fill(name)
        priya.page.get_by_role("listbox").get_by_role("option", name=name).click()
    dialog.get_by_role("button", name="Remove Aisha Okafor").click()
    dialog.get_by_role("button", name="Create").click()
    expect(dialog).to_be_hidden()
    assert submitted(kitchen)["collaborators"]["value"]["selected_users"] == ["U0LENA"]


def test_a_search_goes_on_when_the_app_draws_the_modal_anew(seat: Sit, kitchen: Kitchen, sandbox: Sandbox) -> None:
    priya = seat()
    dialog = priya.open("/actionitem new", TITLE)
    collaborators = dialog.get_by_label("Collaborators")
    collaborators.fill("Ais")
    view = Person(sandbox, "U0PRIYA").modal.view
    kitchen.client.views_update(view_id=view["id"], view=dishes.new_item("Add an alert", coach=True))
    expect(dialog.get_by_label("Keep my wording")).to_be_visible()
    expect(collaborators).to_have_value("Ais")
    priya.page.get_by_role("listbox").get_by_role("option", name="Aisha Okafor").click()
    expect(dialog.get_by_role("button", name="Remove Aisha Okafor")).to_be_visible()


def test_a_modal_that_fails_says_so_and_keeps_what_was_typed(seat: Sit, sandbox: object) -> None:
    priya = seat()
    dialog = priya.open("/actionitem new", TITLE)
    fill_item(dialog, "Kept")
    sandbox.app_url = "http://127.0.0.1:9/"  # type: ignore[attr-defined]
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The app could not be reached")
    expect(dialog.get_by_label("Action", exact=True)).to_have_value("Kept")


def test_a_modal_shows_its_payload(seat: Sit) -> None:
    dialog = seat().open("/actionitem new", TITLE)
    dialog.get_by_role("button", name="Inspect").click()
    expect(dialog.get_by_text('"callback_id": "new_item"').first).to_be_visible()
    expect(dialog.get_by_text("views.open")).to_be_visible()
