"""Pictures of messages: drawn and uploaded when the message is sent. A message is never lost for its picture.

What was uploaded and not posted, after a crash, is a file that nobody sees; the message itself is still sent once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import structlog
from slack_sdk import WebClient

from bot.domain.delivery import Kind, Rendered, Trouble
from bot.domain.messages import PICTURE, Block, Message, Post
from bot.domain.trend import alt_text, trend_from
from bot.services.chart import draw
from scheduler.delivery import slack
from scheduler.delivery.slack import SlackTrouble

TRIES = 4
"""Times that Slack may say that it cannot show a file yet which it has just taken; then it goes without."""
KEPT = 200
"""Uploaded files remembered, for messages that are tried again."""
NOT_READY = "invalid_blocks"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Uploaded:
    file: str | None
    tries: int = 0


class Pictures:
    """What was uploaded for which message. Its messages to one recipient come one after the other."""

    def __init__(self) -> None:
        self._uploaded: dict[str, _Uploaded] = {}

    def post(
        self, client: WebClient, workspace: str, message: Message, content: Rendered, post: Callable[[Rendered], str]
    ) -> str:
        """Posts *content* with the picture of the message in place; its ts.

        Without the picture where Slack does not take one. Raises `SlackTrouble` as `post` does.
        """
        if not isinstance(message, Post) or message.picture is None:
            return post(content)
        name = f"{workspace}:{message.key}"
        found = self._uploaded.get(name) or self._upload(client, name, message)
        try:
            ts = post(replace(content, blocks=list(_blocks(content.blocks, found.file))))
        except SlackTrouble as error:
            if found.file and error.trouble.code == NOT_READY:
                again = _Uploaded(found.file, found.tries + 1)
                self._remember(name, again if again.tries < TRIES else _Uploaded(None))
                error.trouble = Trouble("picture_not_ready")
            raise
        self._uploaded.pop(name, None)
        return ts

    def _upload(self, client: WebClient, name: str, post: Post) -> _Uploaded:
        trend = trend_from(post.picture or {})
        try:
            png = draw(trend)
            file = slack.upload(client, "measures.png", png, title=trend.title, alt=alt_text(trend)[:1000])
        except SlackTrouble as error:
            if error.trouble.kind is not Kind.REFUSED:
                raise
            log.warning("picture not taken", message=name, error=error.trouble.code)
            return _Uploaded(None)
        return self._remember(name, _Uploaded(file))

    def _remember(self, name: str, uploaded: _Uploaded) -> _Uploaded:
        while len(self._uploaded) >= KEPT:
            self._uploaded.pop(next(iter(self._uploaded)), None)
        self._uploaded[name] = uploaded
        return uploaded


def _blocks(blocks: list[Block], file: str | None) -> Iterator[dict[str, Any]]:
    for block in blocks:
        if (block.get("slack_file") or {}).get("id") != PICTURE:
            yield block
        elif file is not None:
            yield block | {"slack_file": {"id": file}}
