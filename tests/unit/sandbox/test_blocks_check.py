"""A corpus of payloads that Slack refuses, from its Block Kit reference, and of those that it takes."""

from typing import Any

import pytest

from bot.sandbox.checks.messages import check_message
from bot.sandbox.checks.views import check_view
from bot.sandbox.errors import SlackError

Json = dict[str, Any]


def plain(text: str = "words") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "words") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(number: int = 0, **more: Any) -> Json:
    return {"text": plain(f"option {number}"), "value": f"value-{number}"} | more


def options(count: int) -> list[Json]:
    return [option(number) for number in range(count)]


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn()} | more


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain()} | more


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements)} | more


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": options(2)} | more


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element} | more


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input"} | more


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://example.com/chart.png", "alt_text": "a chart"} | more


def confirm(**more: Any) -> Json:
    return {"title": plain(), "text": plain(), "confirm": plain("Yes"), "deny": plain("No")} | more


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def table(**more: Any) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "cell"}]]} | more


RICH_SECTION = {"type": "rich_text_section", "elements": [{"type": "text", "text": "words"}]}
LONG = "x" * 5000

REFUSED_IN_MESSAGES = [
    ("no type", [{"text": mrkdwn()}], "/blocks/0"),
    ("an unknown type", [{"type": "sectoin"}], "/blocks/0"),
    ("a block that is no object", ["section"], "/blocks/0"),
    ("51 blocks", [{"type": "divider"}] * 51, "/blocks"),
    ("a section that says nothing", [{"type": "section"}], "/blocks/0"),
    ("empty text", [section(text=mrkdwn(""))], "/blocks/0/text/text"),
    ("text of 3,001", [section(text=mrkdwn("x" * 3001))], "/blocks/0/text/text"),
    ("a bare string as text", [section(text="words")], "/blocks/0/text"),
    ("a text without type", [section(text={"text": "words"})], "/blocks/0/text/type"),
    ("emoji in mrkdwn", [section(text=mrkdwn() | {"emoji": True})], "/blocks/0/text"),
    ("an unknown field", [section(texts=[])], "/blocks/0"),
    ("11 fields", [{"type": "section", "fields": [mrkdwn()] * 11}], "/blocks/0/fields"),
    ("no fields", [{"type": "section", "fields": []}], "/blocks/0/fields"),
    ("a field of 2,001", [{"type": "section", "fields": [mrkdwn("x" * 2001)]}], "/blocks/0/fields/0/text"),
    ("a header of 151", [{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
    ("an empty header", [{"type": "header", "text": plain("")}], "/blocks/0/text/text"),
    ("a header in mrkdwn", [{"type": "header", "text": mrkdwn()}], "/blocks/0/text/type"),
    ("a block_id of 256", [section(block_id="x" * 256)], "/blocks/0/block_id"),
    ("a block_id twice", [section(block_id="a"), section(block_id="a")], "/blocks/1/block_id"),
    ("no actions", [actions()], "/blocks/0/elements"),
    ("26 actions", [actions(*[button()] * 26)], "/blocks/0/elements"),
    ("an action_id twice", [actions(button(action_id="a"), button(action_id="a"))], "/blocks/0/elements"),
    ("an action_id of 256", [actions(button(action_id="x" * 256))], "/blocks/0/elements/0/action_id"),
    ("an image among actions", [actions(image())], "/blocks/0/elements/0"),
    ("a text input among actions", [actions(typed())], "/blocks/0/elements/0"),
    ("a text input beside a section", [section(accessory=typed())], "/blocks/0/accessory"),
    ("a datetimepicker beside a section", [section(accessory={"type": "datetimepicker"})], "/blocks/0/accessory"),
    ("no context", [{"type": "context", "elements": []}], "/blocks/0/elements"),
    ("11 in a context", [{"type": "context", "elements": [mrkdwn()] * 11}], "/blocks/0/elements"),
    ("a button in a context", [{"type": "context", "elements": [button()]}], "/blocks/0/elements/0"),
    ("empty text in a context", [{"type": "context", "elements": [mrkdwn("")]}], "/blocks/0/elements/0/text"),
    ("an empty button", [actions(button(text=plain("")))], "/blocks/0/elements/0/text/text"),
    ("a button of 76", [actions(button(text=plain("x" * 76)))], "/blocks/0/elements/0/text/text"),
    ("a button in mrkdwn", [actions(button(text=mrkdwn()))], "/blocks/0/elements/0/text/type"),
    ("a button's value of 2,001", [actions(button(value="x" * 2001))], "/blocks/0/elements/0/value"),
    ("a value that is a number", [actions(button(value=12))], "/blocks/0/elements/0/value"),
    ("a button's style", [actions(button(style="green"))], "/blocks/0/elements/0/style"),
    ("a button's url of 3,001", [actions(button(url="https://" + LONG))], "/blocks/0/elements/0/url"),
    ("a button's url that is none", [actions(button(url="example"))], "/blocks/0/elements/0/url"),
    ("a confirm without deny", [actions(button(confirm={"title": plain()}))], "/blocks/0/elements/0/confirm"),
    (
        "a confirm's title of 101",
        [actions(button(confirm=confirm(title=plain("x" * 101))))],
        "/blocks/0/elements/0/confirm/title/text",
    ),
    (
        "a confirm's text of 301",
        [actions(button(confirm=confirm(text=plain("x" * 301))))],
        "/blocks/0/elements/0/confirm/text/text",
    ),
    (
        "a confirm's yes of 31",
        [actions(button(confirm=confirm(confirm=plain("x" * 31))))],
        "/blocks/0/elements/0/confirm/confirm/text",
    ),
    ("zero options", [actions(select(options=[]))], "/blocks/0/elements/0/options"),
    ("101 options", [actions(select(options=options(101)))], "/blocks/0/elements/0/options"),
    ("neither options nor groups", [actions({"type": "static_select"})], "/blocks/0/elements/0"),
    (
        "options and groups",
        [actions(select(option_groups=[{"label": plain(), "options": options(1)}]))],
        "/blocks/0/elements/0",
    ),
    (
        "a group's label of 76",
        [
            actions(
                {
                    "type": "static_select",
                    "option_groups": [{"label": plain("x" * 76), "options": options(1)}],
                }
            )
        ],
        "/blocks/0/elements/0/option_groups/0/label/text",
    ),
    (
        "an option's text of 76",
        [actions(select(options=[option(text=plain("x" * 76))]))],
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        "an option's value of 151",
        [actions(select(options=[option(value="x" * 151)]))],
        "/blocks/0/elements/0/options/0/value",
    ),
    (
        "an option's description of 76",
        [actions(select(options=[option(description=plain("x" * 76))]))],
        "/blocks/0/elements/0/options/0/description/text",
    ),
    (
        "mrkdwn in a menu's option",
        [actions(select(options=[option(text=mrkdwn())]))],
        "/blocks/0/elements/0/options/0/text/type",
    ),
    (
        "an url in a menu's option",
        [actions(select(options=[option(url="https://example.com")]))],
        "/blocks/0/elements/0/options/0",
    ),
    ("an option's value twice", [actions(select(options=[option(), option()]))], "/blocks/0/elements/0/options"),
    (
        "an initial option that is not listed",
        [actions(select(initial_option=option(9)))],
        "/blocks/0/elements/0/initial_option",
    ),
    (
        "an initial option with another text",
        [actions(select(initial_option=option(1, text=plain("other"))))],
        "/blocks/0/elements/0/initial_option",
    ),
    (
        "a placeholder of 151",
        [actions(select(placeholder=plain("x" * 151)))],
        "/blocks/0/elements/0/placeholder/text",
    ),
    (
        "a placeholder in mrkdwn",
        [actions(select(placeholder=mrkdwn()))],
        "/blocks/0/elements/0/placeholder/type",
    ),
    (
        "six in an overflow",
        [actions({"type": "overflow", "options": options(6)})],
        "/blocks/0/elements/0/options",
    ),
    (
        "none in an overflow",
        [actions({"type": "overflow", "options": []})],
        "/blocks/0/elements/0/options",
    ),
    (
        "11 radio buttons",
        [actions({"type": "radio_buttons", "options": options(11)})],
        "/blocks/0/elements/0/options",
    ),
    (
        "no radio buttons",
        [actions({"type": "radio_buttons", "options": []})],
        "/blocks/0/elements/0/options",
    ),
    ("11 checkboxes", [actions({"type": "checkboxes", "options": options(11)})], "/blocks/0/elements/0/options"),
    (
        "an initial checkbox that is not listed",
        [actions({"type": "checkboxes", "options": options(2), "initial_options": [option(5)]})],
        "/blocks/0/elements/0/initial_options/0",
    ),
    (
        "initial options that are none",
        [actions({"type": "checkboxes", "options": options(2), "initial_options": []})],
        "/blocks/0/elements/0/initial_options",
    ),
    (
        "a date in words",
        [actions({"type": "datepicker", "initial_date": "tomorrow"})],
        "/blocks/0/elements/0/initial_date",
    ),
    (
        "a date that is not in the calendar",
        [actions({"type": "datepicker", "initial_date": "2026-02-30"})],
        "/blocks/0/elements/0/initial_date",
    ),
    (
        "a time without its zero",
        [actions({"type": "timepicker", "initial_time": "9:30"})],
        "/blocks/0/elements/0/initial_time",
    ),
    (
        "a moment in milliseconds",
        [actions({"type": "datetimepicker", "initial_date_time": 1795423549634})],
        "/blocks/0/elements/0/initial_date_time",
    ),
    (
        "a conversation filter that is empty",
        [actions({"type": "conversations_select", "filter": {}})],
        "/blocks/0/elements/0/filter",
    ),
    (
        "a conversation filter's unknown kind",
        [actions({"type": "conversations_select", "filter": {"include": ["dm"]}})],
        "/blocks/0/elements/0/filter/include/0",
    ),
    ("an image without alt_text", [{"type": "image", "image_url": "https://a.b/c"}], "/blocks/0"),
    ("an image without a source", [{"type": "image", "alt_text": "a chart"}], "/blocks/0"),
    ("an image with two sources", [image(slack_file={"id": "F1"})], "/blocks/0"),
    ("an image's empty alt_text", [image(alt_text="")], "/blocks/0/alt_text"),
    ("an image's alt_text of 2,001", [image(alt_text="x" * 2001)], "/blocks/0/alt_text"),
    ("an image's url of 3,001", [image(image_url="https://" + LONG)], "/blocks/0/image_url"),
    ("an image's title in mrkdwn", [image(title=mrkdwn())], "/blocks/0/title/type"),
    ("a label of 2,001", [field(typed(), label=plain("x" * 2001))], "/blocks/0/label/text"),
    ("an input without label", [{"type": "input", "element": typed()}], "/blocks/0"),
    ("an input of a button", [field(button())], "/blocks/0/element"),
    (
        "a number input in a message",
        [field({"type": "number_input", "is_decimal_allowed": False})],
        "/blocks/0/element",
    ),
    ("an e-mail input in a message", [field({"type": "email_text_input"})], "/blocks/0/element"),
    ("an alert in a message", [{"type": "alert", "text": plain()}], "/blocks/0"),
    ("a file block", [{"type": "file", "external_id": "F1", "source": "remote"}], "/blocks/0"),
    ("markdown of 12,001", [{"type": "markdown", "text": "x" * 12001}], "/blocks/0/text"),
    ("markdown of 12,001 together", [{"type": "markdown", "text": "x" * 6001}] * 2, "/blocks"),
    ("rich text of nothing", [rich()], "/blocks/0/elements"),
    ("rich text of a text", [rich({"type": "text", "text": "words"})], "/blocks/0/elements/0"),
    (
        "an unknown style in rich text",
        [
            rich(
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "text", "text": "a", "style": {"big": True}}],
                }
            )
        ],
        "/blocks/0/elements/0/elements/0/style",
    ),
    (
        "a list of an unknown style",
        [rich({"type": "rich_text_list", "style": "stars", "elements": [RICH_SECTION]})],
        "/blocks/0/elements/0/style",
    ),
    ("two tables", [table(), table()], "/blocks"),
    ("a table of 101 rows", [table(rows=[[{"type": "raw_text", "text": "a"}]] * 101)], "/blocks/0/rows"),
    ("a table of 21 columns", [table(rows=[[{"type": "raw_text", "text": "a"}] * 21])], "/blocks/0/rows/0"),
    ("a table's cell of mrkdwn", [table(rows=[[mrkdwn()]])], "/blocks/0/rows/0/0"),
    ("a table's align", [table(column_settings=[{"align": "middle"}])], "/blocks/0/column_settings/0/align"),
    (
        "a video without title",
        [{"type": "video", "alt_text": "a", "video_url": "https://a.b", "thumbnail_url": "https://a.b"}],
        "/blocks/0",
    ),
    ("two with the focus", [field(typed(focus_on_load=True)), field(typed(focus_on_load=True))], "/blocks"),
]


@pytest.mark.parametrize(
    ("blocks", "place"), [(b, p) for _, b, p in REFUSED_IN_MESSAGES], ids=[n for n, _, _ in REFUSED_IN_MESSAGES]
)
def test_messages_are_refused_with_the_place(blocks: list[Json], place: str) -> None:
    with pytest.raises(SlackError) as refused:
        check_message({"blocks": blocks, "text": "fallback"})
    assert refused.value.error == "invalid_blocks"
    assert any(each.endswith(f"[json-pointer:{place}]") for each in refused.value.details), refused.value.details
    assert all(each.startswith("[ERROR] ") for each in refused.value.details)


def modal(*blocks: Json, **more: Any) -> Json:
    view = {"type": "modal", "title": plain("Title"), "submit": plain("Create"), "blocks": list(blocks)}
    return {key: value for key, value in (view | more).items() if value is not None}


REFUSED_MODALS = [
    ("no object", "view", "/view"),
    ("no type", {"title": plain(), "blocks": [section()]}, "/view/type"),
    ("a home as a modal", {"type": "home", "blocks": [section()]}, "/view/type"),
    ("no title", modal(section(), title=None), "/view"),
    ("a title of 25", modal(section(), title=plain("x" * 25)), "/view/title/text"),
    ("an empty title", modal(section(), title=plain("")), "/view/title/text"),
    ("a title in mrkdwn", modal(section(), title=mrkdwn()), "/view/title/type"),
    ("a submit of 25", modal(section(), submit=plain("x" * 25)), "/view/submit/text"),
    ("a close of 25", modal(section(), close=plain("x" * 25)), "/view/close/text"),
    ("no blocks", modal(blocks=None), "/view"),
    ("empty blocks", modal(), "/view/blocks"),
    ("101 blocks", modal(*[section()] * 101), "/view/blocks"),
    ("inputs without submit", modal(field(typed()), submit=None), "/view/submit"),
    ("private_metadata of 3,001", modal(section(), private_metadata="x" * 3001), "/view/private_metadata"),
    ("private_metadata as an object", modal(section(), private_metadata={"a": 1}), "/view/private_metadata"),
    ("a callback_id of 256", modal(section(), callback_id="x" * 256), "/view/callback_id"),
    ("an external_id of 256", modal(section(), external_id="x" * 256), "/view/external_id"),
    ("an unknown field", modal(section(), titel="x"), "/view"),
    ("max_length of 3,001", modal(field(typed(max_length=3001))), "/view/blocks/0/element/max_length"),
    ("max_length of 0", modal(field(typed(max_length=0))), "/view/blocks/0/element/max_length"),
    ("min above max", modal(field(typed(min_length=5, max_length=4))), "/view/blocks/0/element/min_length"),
    (
        "an initial value above max_length",
        modal(field(typed(max_length=3, initial_value="four"))),
        "/view/blocks/0/element/initial_value",
    ),
    ("a hint of 2,001", modal(field(typed(), hint=plain("x" * 2001))), "/view/blocks/0/hint/text"),
    (
        "two with the focus",
        modal(field(typed(focus_on_load=True)), field(typed(focus_on_load=True))),
        "/view/blocks",
    ),
    (
        "more initial than may be selected",
        modal(field({"type": "multi_users_select", "initial_users": ["U1", "U2"], "max_selected_items": 1})),
        "/view/blocks/0/element/initial_users",
    ),
    (
        "max_selected_items of 0",
        modal(field({"type": "multi_users_select", "max_selected_items": 0})),
        "/view/blocks/0/element/max_selected_items",
    ),
    ("a number input without is_decimal_allowed", modal(field({"type": "number_input"})), "/view/blocks/0/element"),
    (
        "a number input's lowest above its highest",
        modal(field({"type": "number_input", "is_decimal_allowed": True, "min_value": "5", "max_value": "1"})),
        "/view/blocks/0/element",
    ),
    (
        "a number input's words",
        modal(field({"type": "number_input", "is_decimal_allowed": True, "initial_value": "five"})),
        "/view/blocks/0/element/initial_value",
    ),
    (
        "an unknown trigger of a dispatch",
        modal(field(typed(dispatch_action_config={"trigger_actions_on": ["on_blur"]}))),
        "/view/blocks/0/element/dispatch_action_config/trigger_actions_on/0",
    ),
    ("a table in a modal", modal(table()), "/view/blocks/0"),
    ("markdown in a modal", modal({"type": "markdown", "text": "words"}), "/view/blocks/0"),
    ("a workflow button in a modal", modal(actions({"type": "workflow_button"})), "/view/blocks/0/elements/0"),
    ("11 files", modal(field({"type": "file_input", "max_files": 11})), "/view/blocks/0/element/max_files"),
    ("an alert of 201", modal({"type": "alert", "text": plain("x" * 201)}), "/view/blocks/0/text/text"),
]


@pytest.mark.parametrize(
    ("view", "place"), [(v, p) for _, v, p in REFUSED_MODALS], ids=[n for n, _, _ in REFUSED_MODALS]
)
def test_modals_are_refused_with_the_place(view: Any, place: str) -> None:
    with pytest.raises(SlackError) as refused:
        check_view(view, "modal")
    assert refused.value.error == "invalid_arguments"
    assert any(each.endswith(f"[json-pointer:{place}]") for each in refused.value.details), refused.value.details


def test_a_home_has_neither_title_nor_submit() -> None:
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view({"type": "home", "blocks": [section()], "submit": plain()}, "home")


def test_a_view_of_more_than_250_kilobytes_is_too_large() -> None:
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(*[section(text=mrkdwn("x" * 3000))] * 99), "modal")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({}, "no_text"),
        ({"text": "   "}, "no_text"),
        ({"text": "", "blocks": []}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "a", "blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"text": "a", "attachments": ["a"]}, "invalid_attachments_format"),
        ({"text": "a", "attachments": [{"text": "a"}] * 101}, "too_many_attachments"),
        ({"text": "a", "attachments": [{"blocks": [{"type": "section"}]}]}, "invalid_blocks"),
        ({"text": "a", "metadata": {"event_type": "sent"}}, "invalid_metadata_format"),
        ({"text": "a", "metadata": {"event_type": "", "event_payload": {}}}, "invalid_metadata_format"),
        ({"text": "a", "metadata": {"event_type": "sent", "event_payload": "key"}}, "invalid_metadata_format"),
        ({"text": "a", "metadata": {"event_type": "sent", "event_payload": {"a": LONG * 4}}}, "metadata_too_large"),
    ],
)
def test_messages_are_refused_as_a_whole(content: Json, error: str) -> None:
    with pytest.raises(SlackError) as refused:
        check_message(content)
    assert refused.value.error == error


TAKEN = [
    section(),
    section(text=plain("x" * 3000)),
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 6 + [mrkdwn()] * 4},
    section(accessory=image()),
    section(accessory={"type": "multi_static_select", "options": options(100), "initial_options": options(2)}),
    actions(*[button(action_id=f"a{n}") for n in range(25)]),
    actions(button(text=plain("x" * 75), value="x" * 2000, style="primary", confirm=confirm(style="danger"))),
    actions({"type": "overflow", "options": [option(url="https://example.com")]}),
    actions({"type": "radio_buttons", "options": [option(text=mrkdwn())], "initial_option": option(text=mrkdwn())}),
    actions({"type": "datepicker", "initial_date": "2026-12-01", "placeholder": plain()}),
    actions({"type": "timepicker", "initial_time": "09:30", "timezone": "Europe/Berlin"}),
    actions({"type": "datetimepicker", "initial_date_time": 1795423549}),
    {"type": "context", "elements": [mrkdwn(), image()]},
    {"type": "header", "text": plain("x" * 150) | {"emoji": True}},
    {"type": "divider"},
    image(title=plain()),
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a chart"},
    field(typed(multiline=True), dispatch_action=True, optional=True),
    {"type": "markdown", "text": "# words"},
    table(column_settings=[{"align": "right", "is_wrapped": True}]),
    rich(RICH_SECTION, {"type": "rich_text_list", "style": "bullet", "elements": [RICH_SECTION], "indent": 1}),
]


@pytest.mark.parametrize("block", TAKEN, ids=lambda block: block["type"])
def test_what_slack_documents_is_taken(block: Json) -> None:
    checked = check_message({"blocks": [block]})["blocks"]
    assert checked[0]["block_id"]


def test_ids_that_were_left_out_are_filled_in() -> None:
    checked = check_view(modal(field(typed()), actions(button(), button()), section(accessory=select())), "modal")
    first, second, third = checked["blocks"]
    assert first["element"]["action_id"]
    assert second["elements"][0]["action_id"] != second["elements"][1]["action_id"]
    assert third["accessory"]["action_id"]
    assert len({block["block_id"] for block in checked["blocks"]}) == 3
