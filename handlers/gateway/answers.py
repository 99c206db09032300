"""How an answer reaches who asked: where they asked, in the thread; and by another way where Slack refuses that one.

Slack refuses quietly: a response URL that is used up or too old is a 404, and who is not in the channel sees nothing
that is ephemeral there. So each way is looked at, and what was refused is counted.
"""

from collections.abc import Callable, Iterator
from functools import partial
from time import monotonic
from typing import Any

import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.blocks.fitting import message_blocks
from bot.blocks.parts import section, to_read
from bot.domain.errors import Refused
from bot.domain.words import _
from bot.slack.answer_ways import count_lost, count_refused
from bot.slack.client import CODE, error_code, is_away, time_left, waited_in_vain
from handlers.gateway.asked import Answer, Asked

TAKEN = 200
Later = Callable[[Asked, Answer], bool]
"""Leaves an answer to delivery, which goes on when Slack is back; says whether it could be."""
Way = tuple[str, Callable[[], Any]]
log = structlog.get_logger()


class NotTaken(SlackClientError):
    """A response URL that did not take the answer; `code` is what Slack said, "" for what is not Slack's."""

    def __init__(self, said: str) -> None:
        self.code = said if CODE.fullmatch(said) else ""
        super().__init__(self.code or "no answer of Slack's")


def tell(asked: Asked, answer: Answer, response_url: str | None = None, later: Later | None = None) -> None:
    """Answers where it was asked, else by the next way that Slack takes, the last of which is a direct message.

    What was done is committed: this never raises. While Slack is away, *later* has the answer delivered.
    """
    away = False
    for way, go in _ways(asked, answer, response_url):
        try:
            go()
        except (SlackClientError, Refused, OSError) as error:
            away = _is_away(error)
            _note(way, error)
        else:
            return
    if away and later and later(asked, answer):
        return
    count_lost()
    log.error("answer_lost", user=asked.user, channel=asked.channel)


def _ways(asked: Asked, answer: Answer, response_url: str | None) -> Iterator[Way]:
    if response_url:
        yield "response_url", partial(_respond, response_url, asked, answer)
    elif asked.trigger_id and asked.next_views is None and (answer.blocks or not asked.is_on_home):
        yield "view", partial(_show_in_view, asked, answer)
    elif asked.is_on_home:
        yield "home", _nothing
    if asked.channel and answer.public:
        yield "message", partial(_say, asked, answer)
    elif asked.channel:
        yield "ephemeral", partial(_show, asked, answer)
    yield "direct_message", partial(_whisper, asked, answer)


def _nothing() -> None:
    """The App Home is drawn anew, and says it there."""


def _note(way: str, error: Exception) -> None:
    code = error.code if isinstance(error, NotTaken) else error_code(error)
    count_refused(way, code or "away")
    log.warning("answer_refused", way=way, error=code or type(error).__name__)


def _is_away(error: Exception) -> bool:
    return not error.code if isinstance(error, NotTaken) else is_away(error)


def _respond(response_url: str, asked: Asked, answer: Answer) -> None:
    """Raises `NotTaken`, which the library does not, and `OSError`."""
    body: dict[str, Any] = {
        "text": answer.text,
        "response_type": "in_channel" if answer.public else "ephemeral",
        "replace_original": answer.replaces,
    }
    if answer.blocks:
        body["blocks"] = message_blocks(answer.blocks)
    if asked.thread:  # else Slack puts it into the channel
        body["thread_ts"] = asked.thread
    left = time_left()
    began = monotonic()
    try:
        # No retries: slack_sdk's own send a POST again whose connection dropped after Slack had taken it, and the
        # answer would be there twice. Whole seconds, says the library's type; a part of one is better than none.
        said = WebhookClient(response_url, timeout=left, retry_handlers=[]).send_dict(body)  # type: ignore[arg-type]
    except OSError:
        waited_in_vain(monotonic() - began)
        raise
    if said.status_code != TAKEN:
        raise NotTaken(said.body.strip())


def _show_in_view(asked: Asked, answer: Answer) -> None:
    """In a modal, on top of the one that was pressed in."""
    asked.open(to_read(_("Action items"), list(answer.blocks) or [section(answer.text)]))


def _show(asked: Asked, answer: Answer) -> None:
    asked.client.chat_postEphemeral(
        channel=asked.channel or "",
        user=asked.user,
        text=answer.text,
        blocks=message_blocks(answer.blocks),
        thread_ts=asked.thread or None,
    )


def _say(asked: Asked, answer: Answer) -> None:
    asked.client.chat_postMessage(
        channel=asked.channel or "",
        text=answer.text,
        blocks=message_blocks(answer.blocks),
        thread_ts=asked.thread or None,
    )


def _whisper(asked: Asked, answer: Answer) -> None:
    asked.client.chat_postMessage(channel=asked.user, text=answer.text, blocks=message_blocks(answer.blocks))
