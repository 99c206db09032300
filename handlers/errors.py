"""Bolt's error handler: the edge where everything that is not a refusal ends. Logged with an id, told with that id."""

import secrets
from contextlib import suppress
from typing import Any

import structlog
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.asking import SLACK_IS_AWAY
from bot.blocks.parts import section
from bot.domain.errors import Unavailable
from bot.domain.words import _
from bot.slack import ANSWER_TIMEOUT_S, is_away
from handlers.forms import Form
from handlers.router import told_in_view

log = structlog.get_logger()

OURS = "That did not work, and nothing was changed. Try again; if it happens again, tell your admin the code `{code}`."
AWAY = "The database did not answer, and nothing was changed. Try again in a moment (code `{code}`)."


def register(app: App) -> None:
    """Takes every error that a listener lets through."""

    @app.error
    def failed(error: Exception, request: BoltRequest, client: WebClient) -> BoltResponse:
        code = secrets.token_hex(2)
        log.error("request_failed", code=code, kind=_kind(request.body), exc_info=error)
        return _told(request.body, client, _words(error, code))


def _words(error: Exception, code: str) -> str:
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return _(AWAY, code=code)
    return _(Unavailable(SLACK_IS_AWAY).reason) if is_away(error) else _(OURS, code=code)


def _told(body: dict[str, Any], client: WebClient, words: str) -> BoltResponse:
    match _kind(body):
        case "event_callback":
            return BoltResponse(status=500, body="")  # Slack sends it again
        case "view_submission":
            errors = {Form(body["view"]).place(None): words.replace("`", "")}
            return BoltResponse(status=200, body={"response_action": "errors", "errors": errors})
        case "command":
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": words})
    with suppress(SlackClientError, OSError):  # it is logged already, and Slack may be what failed
        if response_url := body.get("response_url"):
            _whisper(response_url, words)
        elif not _typing(body):
            _show(body, client, words)
    return BoltResponse(status=200, body="")


def _typing(body: dict[str, Any]) -> bool:
    """Whether somebody is filling in a form: its submission will tell them."""
    pressed = (body.get("actions") or [{}])[0]
    return (body.get("view") or {}).get("type") == "modal" and pressed.get("type") not in ("button", "overflow")


def _whisper(response_url: str, words: str) -> None:
    WebhookClient(response_url, timeout=ANSWER_TIMEOUT_S, retry_handlers=[]).send(
        text=words, response_type="ephemeral", replace_original=False
    )


def _show(body: dict[str, Any], client: WebClient, words: str) -> None:
    """To who pressed in the App Home or in a modal, or used a shortcut: a modal, or else a direct message."""
    in_modal = (body.get("view") or {}).get("type") == "modal"
    opens = client.views_push if in_modal else client.views_open
    try:
        opens(trigger_id=body.get("trigger_id", ""), view=told_in_view([section(words)]))
    except (SlackClientError, OSError):
        client.chat_postMessage(channel=body["user"]["id"], text=words)


def _kind(body: dict[str, Any]) -> str:
    return str(body.get("type") or ("command" if "command" in body else "unknown"))
