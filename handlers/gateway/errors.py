"""Bolt's error handler: the edge where everything that is not a refusal ends. Logged with an id, told with that id."""

import secrets
from typing import Any

import structlog
from slack_bolt import App, BoltContext, BoltRequest, BoltResponse

from bot.blocks.parts import section
from bot.domain.errors import Unavailable
from bot.domain.words import _
from bot.slack.client import is_away
from bot.slack.lookups import SLACK_IS_AWAY
from handlers.gateway.answers import tell
from handlers.gateway.asked import Answer, asked_by_action, asked_by_shortcut
from handlers.gateway.forms import Form
from storage.engine import DATABASE_AWAY, is_in_doubt

log = structlog.get_logger()

OURS = "That did not work, and nothing was changed. Try again; if it happens again, tell your admin the code `{code}`."
AWAY = "The database did not answer, and nothing was changed. Try again in a moment (code `{code}`)."
IN_DOUBT = "The database did not say whether it was done. Look before you try again (code `{code}`)."


def register(app: App) -> None:
    """Takes every error that a listener lets through."""

    @app.error
    def failed(error: Exception, request: BoltRequest, context: BoltContext) -> BoltResponse:
        # Four characters: somebody types or reads them out to their admin, who finds the line in the log.
        code = secrets.token_hex(2)
        log.error("request_failed", code=code, kind=_kind(request.body), exc_info=error)
        return _told(request.body, context, _words(error, code))


def _words(error: Exception, code: str) -> str:
    if isinstance(error, DATABASE_AWAY):
        return _(IN_DOUBT if is_in_doubt(error) else AWAY, code=code)
    return Unavailable(SLACK_IS_AWAY).reason if is_away(error) else _(OURS, code=code)


def _told(body: dict[str, Any], context: BoltContext, words: str) -> BoltResponse:
    match _kind(body):
        case "event_callback":
            return BoltResponse(status=500, body="")  # Slack sends it again
        case "view_submission":
            # An error beside a field is plain text, in which Slack shows a backtick as it is.
            errors = {Form(body["view"]).place(None): words.replace("`", "")}
            return BoltResponse(status=200, body={"response_action": "errors", "errors": errors})
        case "block_suggestion":
            return BoltResponse(status=200, body={"options": []})  # all that a menu can show of it
        case "command":
            # 200 here too: of another status Slack tells the person that the app failed, and nothing of what to do.
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": words})
    response_url = body.get("response_url")
    if response_url or not _typing(body):
        asked = asked_by_action(body, context) if body.get("actions") else asked_by_shortcut(body, context)
        tell(asked, Answer(words, [section(words)]), response_url)
    return BoltResponse(status=200, body="")


def _typing(body: dict[str, Any]) -> bool:
    """Whether somebody is filling in a form: its submission will tell them."""
    pressed = (body.get("actions") or [{}])[0]
    return (body.get("view") or {}).get("type") == "modal" and pressed.get("type") not in ("button", "overflow")


def _kind(body: dict[str, Any]) -> str:
    return str(body.get("type") or ("command" if "command" in body else "unknown"))
