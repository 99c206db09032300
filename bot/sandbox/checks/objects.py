"""Block Kit's composition objects: texts, options, confirmation dialogs, filters, files.

Source: https://docs.slack.dev/reference/block-kit/composition-objects
"""

import re
from typing import Any

from bot.sandbox.checks.schema import (
    Check,
    Place,
    Rule,
    anything,
    array,
    boolean,
    exactly_one,
    integer,
    one_of,
    shape,
    string,
)
from bot.sandbox.model import Json

TYPE: dict[str, Check] = {"type": anything}
ID = string(255)
URL = string(3000)
LINK = re.compile(r"(https?|mailto|tel|slack|ftp):.+", re.DOTALL)


def text(highest: int, *kinds: str) -> Check:
    """A text object of these kinds (default: plain_text) with 1 to `highest` characters."""
    allowed = kinds or ("plain_text",)
    fields: dict[str, dict[str, Check]] = {"plain_text": {"emoji": boolean}, "mrkdwn": {"verbatim": boolean}}

    def check(place: Place, value: Any) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if isinstance(value, dict) and kind not in allowed:
            place.at("type").fail(f"must be one of: {', '.join(allowed)}")
            return
        shape({**TYPE, "text": string(highest)}, fields.get(kind or "", {}))(place, value)

    return check


def either_text(highest: int) -> Check:
    return text(highest, "plain_text", "mrkdwn")


def link(place: Place, value: Any) -> None:
    """An address with a scheme, at most 3,000 characters."""
    URL(place, value)
    if isinstance(value, str) and value and not LINK.fullmatch(value):
        place.fail("must be a valid URL")


def option(*, mrkdwn: bool = False, url: bool = False) -> Check:
    """An option: text ≤ 75, value ≤ 150, description ≤ 75; `url` in overflow menus only."""
    words = either_text(75) if mrkdwn else text(75)
    more: dict[str, Check] = {"description": words} | ({"url": link} if url else {})
    return shape({"text": words, "value": string(150)}, more)


OPTION_GROUP = shape({"label": text(75), "options": array(option(), 1, 100)}, {})


def offered(value: Json) -> list[Json]:
    """All options of an element, those in groups too."""
    groups = value.get("option_groups") or []
    return [*(value.get("options") or []), *(each for group in groups for each in group["options"])]


def same_option(one: Json, other: Json) -> bool:
    # The text too, not the value alone: an initial option in another language than its options is refused.
    return bool(one.get("value") == other.get("value") and one["text"]["text"] == other["text"]["text"])


def initial_is_listed(place: Place, value: Json) -> None:
    """Rule: what is chosen at first is one of the options, exactly; nothing is chosen twice."""
    options = offered(value)
    initials = value.get("initial_options")
    if initials is not None:
        values = [each["value"] for each in initials]
        if len(values) != len(set(values)):
            place.at("initial_options").fail("must not contain duplicate options")
    for index, each in enumerate(initials or []):
        if not any(same_option(each, known) for known in options):
            place.at("initial_options", index).fail("initial_options must match an option in options")
    initial = value.get("initial_option")
    if initial is not None and not any(same_option(initial, known) for known in options):
        place.at("initial_option").fail("initial_option must match an option in options or option_groups")


def values_are_unique(place: Place, value: Json) -> None:
    values = [each["value"] for each in offered(value)]
    if len(values) != len(set(values)):
        place.at("options").fail("option values must be unique")


ONE_SOURCE_OF_OPTIONS: Rule = exactly_one("options", "option_groups")

CONFIRM = shape(
    {"title": text(100), "text": either_text(300), "confirm": text(30), "deny": text(30)},
    {"style": one_of("primary", "danger")},
)
DISPATCH = shape(
    {},
    {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 1, 2)},
)
FILTER = shape(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    lambda place, value: None if value else place.fail("must provide at least one field"),
)
SLACK_FILE = shape({}, {"id": string(255), "url": link}, exactly_one("id", "url"))
ALT_TEXT = string(2000)
IMAGE_FIELDS: dict[str, Check] = {"image_url": link, "slack_file": SLACK_FILE}
IMAGE_SOURCE: Rule = exactly_one("image_url", "slack_file")
PLACEHOLDER = text(150)
COUNT = integer(1, 1000)
