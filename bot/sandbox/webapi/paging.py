"""Slack's pages: a limit, a cursor, and where the next page begins."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.sandbox.errors import SlackError
from bot.sandbox.model import Json
from bot.sandbox.wire import Args

T = TypeVar("T")


def page(args: Args, all_of_them: Sequence[T], *, default: int, highest: int = 1000) -> tuple[list[T], Json]:
    """The page that `limit` and `cursor` ask for, and its `response_metadata`. Raises `invalid_cursor`."""
    limit = args.number("limit", default, highest)
    start = _start(args.text("cursor"))
    end = start + limit
    # An empty cursor and not a missing one ends the pages, in Slack too.
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(all_of_them) else ""
    return list(all_of_them[start:end]), {"next_cursor": following}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word != "next":
            raise SlackError("invalid_cursor")
        return int(number)
    except (binascii.Error, ValueError) as error:
        raise SlackError("invalid_cursor") from error
