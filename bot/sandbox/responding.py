"""What an app says without the Web API: a command's immediate answer, and response URLs."""

from typing import Any

from bot.sandbox.checks.messages import check_message
from bot.sandbox.errors import SlackError
from bot.sandbox.messages import change, remove, say
from bot.sandbox.model import Channel, Json, Message, ResponseUrl
from bot.sandbox.state import State

LOST = 404
BAD = 400


def show(
    state: State,
    channel: Channel,
    user: str,
    body: Any,
    *,
    thread: str | None = None,
    call: int | None = None,
) -> Message | None:
    """Shows an answer: ephemeral unless it says `in_channel`; None for nothing. Raises SlackError."""
    if isinstance(body, str):
        body = {"text": body}
    content = {key: body[key] for key in ("text", "blocks", "attachments", "metadata") if body.get(key) is not None}
    if not any(content.values()):
        return None
    # The same checks as a post: an answer that is too long is lost in Slack without a word to anybody.
    content = check_message(content)
    installation = state.installation(channel.team)
    message = Message(state.new_ts(), channel.id, installation.bot_user, content.pop("text", ""), call=call)
    message.answering = True
    message.bot_id, message.thread_ts = installation.bot_id, thread
    # Ephemeral where nothing is said, in Slack too: an answer meant for all must say so.
    message.only_for = None if body.get("response_type") == "in_channel" else user
    for key, value in content.items():
        setattr(message, key, value)
    return say(state, message)


def respond(state: State, key: str, body: Any, call: int) -> tuple[int, str]:
    """Status and text of `POST /respond/…`."""
    url = state.response_urls.get(key)
    if url is None:
        return LOST, "no_service"
    if state.clock.epoch() > url.expires:
        return LOST, "expired_url"
    if url.uses_left == 0:
        return LOST, "used_url"
    if not isinstance(body, dict):
        return BAD, "invalid_payload"
    try:
        _apply(state, url, body, call)
    except SlackError as refusal:
        return BAD, refusal.error
    # Only what was shown counts; a refused answer leaves its use.
    url.uses_left -= 1
    return 200, "ok"


def _apply(state: State, url: ResponseUrl, body: Json, call: int) -> None:
    channel = state.channels[url.channel]
    original = channel.messages.get(url.message or "")
    if body.get("delete_original"):
        if original is None:
            raise SlackError("message_not_found")
        remove(state, original)
    # An ephemeral message can be replaced only by its response URL: `chat.update` does not know it.
    elif body.get("replace_original") and original is not None:
        content = check_message({k: body[k] for k in ("text", "blocks", "attachments", "metadata") if k in body})
        change(state, original, {"blocks": None, "call": call} | content, by=None)
    # The thread only where it is given: Slack puts an answer to a press in a thread into the channel (design.md).
    elif show(state, channel, url.user, body, thread=body.get("thread_ts"), call=call) is None:
        raise SlackError("no_text")
