"""What Slack accepts as a message: something to say, blocks, attachments, metadata."""

import json
import re
from typing import Any

from bot.sandbox.checks.blocks import check_blocks, with_ids
from bot.sandbox.checks.schema import Place
from bot.sandbox.errors import SlackError
from bot.sandbox.model import Json

TEXT_LENGTH = 40_000
ATTACHMENTS = 100
BLOCKS_LENGTH = 13_000
FOR_A_BLOCK = 50
"""Slack documents neither: 13,297 characters in one block pass, 11,341 in 45 blocks do not, 9,597 in fifty do.
Source: https://github.com/slackapi/bolt-js/issues/2509 and 2867."""
# Not read by anybody, so not counted.
UNSEEN = ("type", "block_id", "action_id", "value", "url", "style", "image_url", "slack_file", "format")
METADATA_BYTES = 16_000
EVENT_TYPE = re.compile(r"[A-Za-z0-9_\-.:]{1,255}")


def check_message(content: Json) -> Json:
    """The content with ids filled in. Raises SlackError.

    `content` may have text, blocks, attachments, metadata; None and absent mean not given.
    """
    checked = {key: value for key, value in content.items() if value is not None}
    if len(checked.get("text") or "") > TEXT_LENGTH:
        raise SlackError("msg_too_long")
    if "blocks" in checked:
        checked["blocks"] = checked_blocks(checked["blocks"])
        # Each block may be within its own limit and the message still too long: the fault of a digest with fifty
        # items.
        if _length(checked["blocks"]) + FOR_A_BLOCK * len(checked["blocks"]) > BLOCKS_LENGTH:
            raise SlackError("msg_blocks_too_long")
    if "attachments" in checked:
        checked["attachments"] = _attachments(checked["attachments"])
    if "metadata" in checked:
        checked["metadata"] = _metadata(checked["metadata"])
    if not (checked.get("text") or "").strip() and not checked.get("blocks") and not checked.get("attachments"):
        raise SlackError("no_text")
    return checked


def checked_blocks(blocks: Any, pointer: str = "/blocks") -> list[Json]:
    """Raises `invalid_blocks_format` for no list, `invalid_blocks` with the places for the rest."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    place = Place("message", pointer)
    check_blocks(place, blocks)
    if place.errors:
        raise SlackError("invalid_blocks", [f"[ERROR] {each}" for each in place.errors], errors=place.errors)
    return with_ids(blocks)


def _length(value: Any) -> int:
    """All that is read of blocks, in characters."""
    if isinstance(value, dict):
        return sum(_length(each) for key, each in value.items() if key not in UNSEEN)
    if isinstance(value, list):
        return sum(_length(each) for each in value)
    return len(value) if isinstance(value, str) else 0


def _attachments(attachments: Any) -> list[Json]:
    if not isinstance(attachments, list) or not all(isinstance(each, dict) for each in attachments):
        raise SlackError("invalid_attachments_format")
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return [
        each | {"blocks": checked_blocks(each["blocks"], f"/attachments/{index}/blocks")}
        if each.get("blocks") is not None
        else each
        for index, each in enumerate(attachments)
    ]


def _metadata(metadata: Any) -> Json:
    if not isinstance(metadata, dict) or not metadata.keys() <= {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not EVENT_TYPE.fullmatch(metadata["event_type"]):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata
