"""Block Kit's blocks: their fields, what stands in them, which surface takes them, unique ids.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

import secrets
from typing import Any

from bot.sandbox.checks.data_blocks import CELL, DATA_TABLE, DATA_VISUALIZATION, check_data_blocks, rows_are_even
from bot.sandbox.checks.elements import (
    ELEMENTS,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    element_in,
)
from bot.sandbox.checks.objects import ALT_TEXT, ID, IMAGE_FIELDS, IMAGE_SOURCE, TYPE, either_text, link, text
from bot.sandbox.checks.rich_text import RICH_TEXT
from bot.sandbox.checks.schema import (
    Check,
    Place,
    anything,
    array,
    boolean,
    by_type,
    one_of,
    shape,
    string,
)
from bot.sandbox.model import Json

BLOCK: dict[str, Check] = {"block_id": ID}
# Over all markdown blocks of a message together, not for each.
MARKDOWN_TOTAL = 12000
HIGHEST = {"message": 50, "modal": 100, "home": 100}
# A block that Slack draws in messages only is refused in a modal: the usual find of a shared block builder.
SURFACES = {
    "markdown": ("message",),
    "table": ("message",),
    "data_table": ("message",),
    "data_visualization": ("message",),
    "context_actions": ("message",),
    "task_card": ("message",),
    "plan": ("message",),
    "card": ("message",),
    "carousel": ("message",),
    "alert": ("modal",),
}


def _section_says_something(place: Place, value: Json) -> None:
    if value.get("text") is None and value.get("fields") is None:
        place.fail("must define either text or fields")


def _dispatching_element(place: Place, value: Json) -> None:
    if value.get("dispatch_action") and value["element"]["type"] == "file_input":
        place.at("dispatch_action").fail("not supported for file_input")


CARD = shape(
    TYPE,
    BLOCK
    | dict.fromkeys(("title", "subtitle", "body", "subtext"), either_text(2000))
    | dict.fromkeys(("icon", "hero_image"), ELEMENTS["image"])
    | {"slack_icon": anything, "actions": array(element_in(frozenset({"button"})), 1, 5)},
)
COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})

BLOCKS: dict[str, Check] = {
    "section": shape(
        TYPE,
        BLOCK
        | {
            "text": either_text(3000),
            "fields": array(either_text(2000), 1, 10),
            "accessory": element_in(IN_SECTION),
            "expand": boolean,
        },
        _section_says_something,
    ),
    "actions": shape(TYPE | {"elements": array(element_in(IN_ACTIONS), 1, 25)}, BLOCK),
    "context": shape(
        TYPE
        | {
            "elements": array(
                by_type(
                    {
                        "image": ELEMENTS["image"],
                        "mrkdwn": either_text(3000),
                        "plain_text": either_text(3000),
                    }
                ),
                1,
                10,
            )
        },
        BLOCK,
    ),
    "divider": shape(TYPE, BLOCK),
    "header": shape(TYPE | {"text": text(150)}, BLOCK),
    "image": shape(TYPE | {"alt_text": ALT_TEXT}, BLOCK | IMAGE_FIELDS | {"title": text(2000)}, IMAGE_SOURCE),
    "input": shape(
        TYPE | {"label": text(2000), "element": element_in(IN_INPUT)},
        BLOCK | {"hint": text(2000), "optional": boolean, "dispatch_action": boolean},
        _dispatching_element,
    ),
    "rich_text": RICH_TEXT,
    "markdown": shape(TYPE | {"text": string(MARKDOWN_TOTAL)}, BLOCK),
    "table": shape(
        TYPE | {"rows": array(array(CELL, 1, 20), 1, 100)},
        BLOCK | {"column_settings": array(COLUMN, 0, 20)},
        rows_are_even,
    ),
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
    "video": shape(
        TYPE | {"alt_text": ALT_TEXT, "title": text(199), "thumbnail_url": link, "video_url": link},
        BLOCK
        | {
            "author_name": string(49),
            "description": text(199),
            "provider_icon_url": link,
            "provider_name": string(255),
            "title_url": link,
        },
    ),
    "context_actions": shape(TYPE | {"elements": array(element_in(IN_CONTEXT_ACTIONS), 1, 5)}, BLOCK),
    "task_card": shape(
        TYPE | {"task_id": string(255), "title": anything},
        BLOCK | dict.fromkeys(("status", "details", "output", "sources"), anything),
    ),
    "plan": shape(TYPE | {"title": anything}, BLOCK | {"tasks": anything}),
    "card": CARD,
    "carousel": shape(TYPE | {"elements": array(by_type({"card": CARD}), 1, 10)}, BLOCK),
    "alert": shape(
        TYPE | {"text": either_text(200)},
        BLOCK | {"level": one_of("default", "info", "warning", "error", "success")},
    ),
}


def _one_block(place: Place, value: Any) -> None:
    by_type(BLOCKS)(place, value)
    kind = value.get("type") if isinstance(value, dict) else None
    if place.surface not in SURFACES.get(str(kind), (place.surface,)):
        place.fail(f"unsupported type: {kind}")


def check_blocks(place: Place, blocks: Any) -> None:
    """All blocks of a surface; reports at `place`, which points at the list."""
    before = len(place.errors)
    # A message may live of its text alone; a view without blocks is nothing.
    array(_one_block, 0 if place.surface == "message" else 1, HIGHEST[place.surface])(place, blocks)
    # What follows reads fields of blocks, which a misshapen one need not have.
    if len(place.errors) > before:
        return
    # slack_sdk does not look for repeated ids (design.md): two rows drawn in a loop under one id are found here.
    _unique_block_ids(place, blocks)
    for index, block in enumerate(blocks):
        _unique_action_ids(place.at(index), block)
    check_data_blocks(place, blocks)
    kinds = [block["type"] for block in blocks]
    if kinds.count("table") > 1:
        place.fail("only one table block is allowed per message")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_TOTAL:
        place.fail(f"the markdown blocks must be less than {MARKDOWN_TOTAL + 1} characters together")
    focused = sum(1 for block in blocks for each in elements_of(block) if each.get("focus_on_load"))
    if focused > 1:
        place.fail("only one element can have focus_on_load set to true")


def _unique_block_ids(place: Place, blocks: list[Json]) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id in seen:
            place.at(index, "block_id").fail(f"block_id already exists: {block_id}")
        if block_id:
            seen.add(block_id)


def _unique_action_ids(place: Place, block: Json) -> None:
    ids = [each["action_id"] for each in elements_of(block) if each.get("action_id")]
    for repeated in sorted({each for each in ids if ids.count(each) > 1}):
        place.at("elements").fail(f"action_id already exists: {repeated}")


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of a block (images and texts of a context are none)."""
    if block["type"] == "input":
        return [block["element"]]
    if block["type"] == "section" and block.get("accessory"):
        return [] if block["accessory"]["type"] == "image" else [block["accessory"]]
    if block["type"] in ("actions", "context_actions"):
        return list(block["elements"])
    return []


def with_ids(blocks: list[Json]) -> list[Json]:
    """Copies in which every block_id and action_id that was left out is filled in, as Slack does."""
    filled = []
    for block in blocks:
        # Random, as Slack's: an app that relies on an id which it did not set fails at once.
        copy = block | {"block_id": block.get("block_id") or secrets.token_urlsafe(4)[:5]}
        for key in ("element", "accessory"):
            if isinstance(copy.get(key), dict):
                copy[key] = _with_action_id(copy[key])
        if block["type"] in ("actions", "context_actions"):
            copy["elements"] = [_with_action_id(each) for each in copy["elements"]]
        filled.append(copy)
    return filled


def _with_action_id(element: Json) -> Json:
    if element["type"] == "image" or element.get("action_id"):
        return element
    return element | {"action_id": secrets.token_urlsafe(4)[:5]}
