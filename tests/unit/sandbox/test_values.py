"""From simple values to Slack's, and what Slack's client checks at the field."""

from typing import Any

import pytest

from bot.sandbox.errors import CannotDo
from bot.sandbox.field_rules import REQUIRED, field_errors
from bot.sandbox.values import Choices, chosen, find_element, initial_values, with_given

Json = dict[str, Any]
OPTIONS = [{"text": {"type": "plain_text", "text": word}, "value": word} for word in ("dns", "tls")]
CHOICES = Choices(lambda _action: [OPTIONS[0]], lambda wanted: wanted in ("U1", "C1"))


def field(kind: str, *, optional: bool = False, **more: Any) -> Json:
    label = {"type": "plain_text", "text": "Label"}
    element = {"type": kind, "action_id": "a"} | more
    return {"type": "input", "block_id": "b", "label": label, "element": element, "optional": optional}


@pytest.mark.parametrize(
    ("kind", "simple", "key", "value"),
    [
        ("plain_text_input", "words", "value", "words"),
        ("plain_text_input", None, "value", None),
        ("number_input", 5, "value", "5"),
        ("datepicker", "2026-12-01", "selected_date", "2026-12-01"),
        ("timepicker", "09:30", "selected_time", "09:30"),
        ("datetimepicker", 1795423549, "selected_date_time", 1795423549),
        ("users_select", "U1", "selected_user", "U1"),
        ("multi_users_select", ["U1"], "selected_users", ["U1"]),
        ("conversations_select", "C1", "selected_conversation", "C1"),
        ("multi_channels_select", ["C1"], "selected_channels", ["C1"]),
        ("static_select", "dns", "selected_option", OPTIONS[0]),
        ("static_select", None, "selected_option", None),
        ("radio_buttons", "tls", "selected_option", OPTIONS[1]),
        ("checkboxes", ["dns", "tls"], "selected_options", OPTIONS),
        ("external_select", "dns", "selected_option", OPTIONS[0]),
        ("file_input", ["F1"], "files", ["F1"]),
    ],
)
def test_each_element_has_its_own_value_object(kind: str, simple: Any, key: str, value: Any) -> None:
    element = {"type": kind, "action_id": "a", "options": OPTIONS}
    assert chosen(element, simple, CHOICES) == {"type": kind, key: value}


@pytest.mark.parametrize(
    ("kind", "simple"),
    [("static_select", "ssh"), ("external_select", "tls"), ("users_select", "U2"), ("checkboxes", "dns")],
)
def test_what_is_not_there_cannot_be_chosen(kind: str, simple: Any) -> None:
    with pytest.raises(CannotDo):
        chosen({"type": kind, "action_id": "a", "options": OPTIONS}, simple, CHOICES)


def test_untouched_fields_have_their_initial_values() -> None:
    blocks = [field("checkboxes", options=OPTIONS, initial_options=[OPTIONS[1]])]
    assert initial_values(blocks, None, {}) == {"b": {"a": {"type": "checkboxes", "selected_options": [OPTIONS[1]]}}}


def test_the_current_conversation_is_chosen_where_asked_for() -> None:
    blocks = [field("conversations_select", default_to_current_conversation=True)]
    assert initial_values(blocks, "C1", {})["b"]["a"]["selected_conversation"] == "C1"


def test_what_was_typed_stays_while_the_field_is_of_its_kind() -> None:
    typed = {"b": {"a": {"type": "plain_text_input", "value": "words"}}}
    assert initial_values([field("plain_text_input")], None, typed) == typed
    assert initial_values([field("datepicker")], None, typed)["b"]["a"] == {
        "type": "datepicker",
        "selected_date": None,
    }


def test_unknown_fields_cannot_be_filled() -> None:
    with pytest.raises(CannotDo, match="there are"):
        with_given([field("plain_text_input")], {}, {"b": {"other": "words"}}, CHOICES)


def test_an_element_must_be_the_only_one_of_its_name() -> None:
    blocks = [field("plain_text_input"), field("plain_text_input") | {"block_id": "c"}]
    assert find_element(blocks, "a", "c")[0]["block_id"] == "c"
    with pytest.raises(CannotDo, match="2 elements"):
        find_element(blocks, "a", None)


@pytest.mark.parametrize(
    ("block", "value", "error"),
    [
        (field("plain_text_input"), "", REQUIRED),
        (field("plain_text_input"), "   ", REQUIRED),
        (field("plain_text_input", optional=True), None, None),
        (field("plain_text_input", min_length=3), "ab", "Please enter at least 3 characters."),
        (field("plain_text_input", max_length=3), "abcd", "Please shorten this to 3 characters or fewer."),
        (field("plain_text_input"), "x" * 3001, "Please shorten this to 3000 characters or fewer."),
        (field("email_text_input"), "nobody", "Please enter a valid email address."),
        (field("email_text_input"), "a@b.example", None),
        (field("url_text_input"), "example.com", "Please enter a valid URL."),
        (field("url_text_input"), "https://example.com", None),
        (field("number_input", is_decimal_allowed=False), "1.5", "Please enter a valid number."),
        (field("number_input", is_decimal_allowed=True, min_value="2"), "1.5", "Please enter a number of at least 2."),
        (field("number_input", is_decimal_allowed=True, max_value="1"), "1.5", "Please enter a number of at most 1."),
        (field("checkboxes", options=OPTIONS), [], REQUIRED),
        (field("multi_users_select", max_selected_items=1), ["U1", "U1"], "You can select up to 1 items."),
        (field("users_select"), None, REQUIRED),
    ],
)
def test_fields_are_checked_as_slacks_client_does(block: Json, value: Any, error: str | None) -> None:
    values = {"b": {"a": chosen(block["element"], value, CHOICES)}}
    assert field_errors([block], values) == ({"b": error} if error else {})
