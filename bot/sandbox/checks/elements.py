"""Block Kit's elements: which fields each has, and where it may stand.

Source: https://docs.slack.dev/reference/block-kit/block-elements
"""

from datetime import date
from typing import Any

from bot.sandbox.checks.objects import (
    ALT_TEXT,
    CONFIRM,
    COUNT,
    DISPATCH,
    FILTER,
    ID,
    IMAGE_FIELDS,
    IMAGE_SOURCE,
    ONE_SOURCE_OF_OPTIONS,
    OPTION_GROUP,
    PLACEHOLDER,
    TYPE,
    initial_is_listed,
    link,
    option,
    text,
    values_are_unique,
)
from bot.sandbox.checks.rich_text import RICH_TEXT
from bot.sandbox.checks.schema import (
    Check,
    Place,
    Rule,
    anything,
    array,
    boolean,
    by_type,
    integer,
    one_of,
    pattern,
    shape,
    string,
)
from bot.sandbox.model import Json

ACTION: dict[str, Check] = {"action_id": ID}
FOCUS: dict[str, Check] = {"focus_on_load": boolean}
ASKING = ACTION | {"confirm": CONFIRM} | FOCUS
MENU = ASKING | {"placeholder": PLACEHOLDER}
MANY = MENU | {"max_selected_items": COUNT}
TYPED = ACTION | FOCUS | {"placeholder": PLACEHOLDER, "dispatch_action_config": DISPATCH}
OPTIONS = array(option(), 1, 100)
RICH_OPTIONS = array(option(mrkdwn=True), 1, 10)
LISTED: dict[str, Check] = {"options": OPTIONS, "option_groups": array(OPTION_GROUP, 1, 100)}
ID_TEXT = string(255)
NUMBER = pattern(r"-?\d+(\.\d+)?", "must be a number")
TIME = pattern(r"([01]\d|2[0-3]):[0-5]\d", "must be a time as HH:mm")


def _date(place: Place, value: Any) -> None:
    try:
        # `fromisoformat` also takes `20261204`, Slack does not.
        if not isinstance(value, str) or date.fromisoformat(value).isoformat() != value:
            place.fail("must be a date as YYYY-MM-DD")
    except ValueError:
        place.fail("must be a date as YYYY-MM-DD")


def _no_more_than_may_be_selected(place: Place, value: Json) -> None:
    highest = value.get("max_selected_items")
    for key in ("initial_options", "initial_users", "initial_conversations", "initial_channels"):
        if highest is not None and len(value.get(key) or []) > highest:
            place.at(key).fail(f"no more than {highest} items allowed")


def _lengths_agree(place: Place, value: Json) -> None:
    lowest, highest = value.get("min_length") or 0, value.get("max_length") or 3000
    if lowest > highest:
        place.at("min_length").fail("min_length must be less than or equal to max_length")
    if len(value.get("initial_value") or "") > highest:
        place.at("initial_value").fail(f"must be less than {highest + 1} characters")


def _numbers_agree(place: Place, value: Json) -> None:
    numbers = [float(value[key]) for key in ("min_value", "initial_value", "max_value") if value.get(key)]
    if numbers != sorted(numbers):
        place.fail("min_value must be less than or equal to max_value, and initial_value between them")
    if not value["is_decimal_allowed"] and any("." in str(value.get(key) or "") for key in ("initial_value",)):
        place.at("initial_value").fail("must be an integer")


def _element(required: dict[str, Check], optional: dict[str, Check], *rules: Rule) -> Check:
    return shape(TYPE | required, optional, *rules)


def _select(extra: dict[str, Check], initial: dict[str, Check], *rules: Rule) -> Check:
    return _element({}, MENU | extra | initial, *rules)


def _multi(extra: dict[str, Check], initial: dict[str, Check], *rules: Rule) -> Check:
    return _element({}, MANY | extra | initial, *rules, _no_more_than_may_be_selected)


QUERY: dict[str, Check] = {"min_query_length": integer(0, 3000)}
CONVERSATION: dict[str, Check] = {"default_to_current_conversation": boolean, "filter": FILTER}
RESPONDING: dict[str, Check] = {"response_url_enabled": boolean}
LISTED_RULES = (ONE_SOURCE_OF_OPTIONS, values_are_unique, initial_is_listed)

ELEMENTS: dict[str, Check] = {
    "button": _element(
        {"text": text(75)},
        ACTION
        | {
            "url": link,
            "value": string(2000, 0),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "checkboxes": _element(
        {"options": RICH_OPTIONS},
        ASKING | {"initial_options": array(option(mrkdwn=True), 1, 10)},
        values_are_unique,
        initial_is_listed,
    ),
    # Ten options at most, so a list that grows with the data (teams, items) belongs in a menu.
    "radio_buttons": _element(
        {"options": RICH_OPTIONS},
        ASKING | {"initial_option": option(mrkdwn=True)},
        values_are_unique,
        initial_is_listed,
    ),
    "overflow": _element({"options": array(option(url=True), 1, 5)}, ACTION | {"confirm": CONFIRM}, values_are_unique),
    "image": _element({"alt_text": ALT_TEXT}, IMAGE_FIELDS, IMAGE_SOURCE),
    "datepicker": _element({}, MENU | {"initial_date": _date}),
    "timepicker": _element({}, MENU | {"initial_time": TIME, "timezone": string(100)}),
    "datetimepicker": _element({}, ASKING | {"initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "static_select": _select(LISTED, {"initial_option": option()}, *LISTED_RULES),
    "external_select": _select(QUERY, {"initial_option": option()}),
    "users_select": _select({}, {"initial_user": ID_TEXT}),
    "conversations_select": _select(CONVERSATION | RESPONDING, {"initial_conversation": ID_TEXT}),
    "channels_select": _select(RESPONDING, {"initial_channel": ID_TEXT}),
    "multi_static_select": _multi(LISTED, {"initial_options": array(option(), 1, 100)}, *LISTED_RULES),
    "multi_external_select": _multi(QUERY, {"initial_options": array(option(), 1, 100)}),
    "multi_users_select": _multi({}, {"initial_users": array(ID_TEXT, 0, 1000)}),
    "multi_conversations_select": _multi(CONVERSATION, {"initial_conversations": array(ID_TEXT, 0, 1000)}),
    "multi_channels_select": _multi({}, {"initial_channels": array(ID_TEXT, 0, 1000)}),
    "plain_text_input": _element(
        {},
        TYPED
        | {
            "initial_value": string(3000, 0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        _lengths_agree,
    ),
    "email_text_input": _element({}, TYPED | {"initial_value": string(3000, 0)}),
    "url_text_input": _element({}, TYPED | {"initial_value": string(3000, 0)}),
    "number_input": _element(
        {"is_decimal_allowed": boolean},
        TYPED | {"initial_value": NUMBER, "min_value": NUMBER, "max_value": NUMBER},
        _numbers_agree,
    ),
    "rich_text_input": _element(
        {}, TYPED | {"initial_value": RICH_TEXT, "min_lines": integer(1, 100), "max_lines": integer(1, 100)}
    ),
    "file_input": _element({}, ACTION | {"filetypes": array(string(50), 1, 100), "max_files": integer(1, 10)}),
    "workflow_button": _element(
        {"text": text(75), "workflow": anything},
        ACTION | {"style": one_of("primary", "danger"), "accessibility_label": string(75)},
    ),
    "feedback_buttons": _element({"positive_button": anything, "negative_button": anything}, ACTION),
    "icon_button": _element(
        {"icon": one_of("trash"), "text": text(75)},
        ACTION
        | {"value": string(2000), "confirm": CONFIRM, "accessibility_label": string(75)}
        | {"visible_to_user_ids": array(ID_TEXT, 1, 1000)},
    ),
}

SELECTS = frozenset(f"{kind}_select" for kind in ("static", "external", "users", "conversations", "channels"))
CHOOSING = SELECTS | {f"multi_{kind}" for kind in SELECTS} | {"checkboxes", "radio_buttons", "datepicker", "timepicker"}
IN_SECTION = CHOOSING | {"button", "overflow", "image", "workflow_button"}
IN_ACTIONS = CHOOSING | {"button", "overflow", "datetimepicker", "workflow_button"}
IN_INPUT = CHOOSING | {
    "datetimepicker",
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
}
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})
STATEFUL = IN_INPUT
"""Elements whose value stands in `state.values`."""
ONLY_ON = {
    "datetimepicker": ("modal", "message"),
    "email_text_input": ("modal",),
    "file_input": ("modal",),
    "number_input": ("modal",),
    "rich_text_input": ("modal", "home"),
    "url_text_input": ("modal",),
    "workflow_button": ("message",),
}
"""Surfaces of elements that do not stand everywhere."""


def element_in(allowed: frozenset[str]) -> Check:
    """One of these elements, on a surface that takes it."""
    known = by_type(ELEMENTS, allowed)

    def check(place: Place, value: Any) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if place.surface not in ONLY_ON.get(str(kind), (place.surface,)):
            place.fail(f"unsupported type: {kind}")
        else:
            known(place, value)

    return check
