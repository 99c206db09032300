"""What a message shows, no longer than Slack takes: drawn now, or in words where Slack takes no charts."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256

from slack_sdk import WebClient

from bot.blocks.fitting import fitting
from bot.domain.delivery import Rendered
from bot.domain.messages import DRAWN, Live, Message, Post

Renderer = Callable[[str, str], Rendered | None]
"""(workspace, ref) → what the message shows now, or None when there is nothing to show."""

Refresher = Callable[[str, str, WebClient], None]
"""(workspace, ref, client): draws a surface and publishes it, unless Slack shows its newest state already."""


def content_of(
    renderers: Mapping[str, Renderer], workspace: str, message: Message, *, shared: bool = False
) -> Rendered | None:
    """What is to stand in Slack now, no longer than Slack takes; None for nothing. `shared`: its thread is."""
    if isinstance(message, Live):
        drawn = renderers[message.subject](workspace, message.ref)
        return drawn and replace(drawn, blocks=fitting(drawn.blocks))
    assert isinstance(message, Post)
    # In a thread of several items' cards a line must say of which it speaks.
    text = f"*{message.label}* · {message.text}" if shared and message.label else message.text
    return Rendered(text, fitting(message.blocks))


def in_words(message: Message) -> Rendered | None:
    """The message without its charts and tables; None when it has none."""
    if not isinstance(message, Post) or not any(block["type"] in DRAWN for block in message.blocks):
        return None
    drawn = [block for block in message.blocks if block["type"] not in DRAWN]
    return Rendered(message.text, fitting([*drawn, *message.in_words]))


def fingerprint(content: Rendered) -> str:
    """The same for the same content, in every process."""
    return sha256(json.dumps([content.text, content.blocks], sort_keys=True).encode()).hexdigest()
