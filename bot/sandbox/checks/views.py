"""What Slack accepts as a view: modals and App Homes.

Source: https://docs.slack.dev/reference/views
"""

import json
from typing import Any

from bot.sandbox.checks.blocks import check_blocks, with_ids
from bot.sandbox.checks.objects import TYPE, text
from bot.sandbox.checks.schema import Check, Place, anything, boolean, shape, string
from bot.sandbox.errors import SlackError
from bot.sandbox.model import Json

VIEW_BYTES = 250_000
COMMON: dict[str, Check] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
TITLE = text(24)
MODAL = shape(
    TYPE | {"title": TITLE, "blocks": anything},
    COMMON
    | {"submit": TITLE, "close": TITLE}
    | {"clear_on_close": boolean, "notify_on_close": boolean, "submit_disabled": boolean},
)
HOME = shape(TYPE | {"blocks": anything}, COMMON)


def check_view(view: Any, kind: str) -> Json:
    """A copy of the view with ids filled in; `kind`: modal or home.

    Raises `invalid_arguments` with the places, and `view_too_large` (250 kB).
    """
    place = Place(kind, "/view")
    if not isinstance(view, dict):
        place.fail("must provide an object")
        raise _refused(place)
    if view.get("type") != kind:
        place.at("type").fail(f"must be {kind}" if "type" in view else "missing required field: type")
        raise _refused(place)
    if len(json.dumps(view)) > VIEW_BYTES:
        raise SlackError("view_too_large")
    (MODAL if kind == "modal" else HOME)(place, view)
    if "blocks" in view:
        check_blocks(place.at("blocks"), view["blocks"])
    if not place.errors and kind == "modal":
        _inputs_can_be_submitted(place, view)
    if place.errors:
        raise _refused(place)
    return view | {"blocks": with_ids(view["blocks"])}


def _inputs_can_be_submitted(place: Place, view: Json) -> None:
    # Slack refuses it, slack_sdk does not notice (design.md): nothing could ever be sent.
    has_input = any(block["type"] == "input" for block in view["blocks"])
    if has_input and not view.get("submit"):
        place.at("submit").fail("a view with input blocks must have a submit text: missing required field: submit")


def _refused(place: Place) -> SlackError:
    return SlackError("invalid_arguments", [f"[ERROR] {each}" for each in place.errors])
