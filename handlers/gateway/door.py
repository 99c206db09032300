"""The one door: whatever Slack sends comes through here, before anything is read or done for whoever sent it.

Bolt runs it before every listener: of commands, buttons, menus and their options, forms, shortcuts, events, and steps
of workflows.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import structlog
from slack_bolt import App, BoltContext, BoltResponse

from bot.slack.directory import Directory

log = structlog.get_logger()
OF_AN_ORGANISATION = ("app_uninstalled", "team_access_granted", "team_access_revoked", "tokens_revoked")
"""News of the installation for a whole organisation."""
OF_WHO_SAID_IT = ("user_team", "source_team", "team")
"""Where events say whose people somebody is; what `team_id` says around them is the workspace that has the bot."""


class Door(NamedTuple):
    """A way in which something of the product is reached from Slack: the registry of them is what the leak test tries.

    `kind`: `command`, `button`, `menu`, `form`, `shortcut`, `event` or `step`; `name`: what Slack or people call it.
    """

    kind: str
    name: str


def register(app: App, directory: Directory) -> None:
    """Puts it before everything that is registered later."""
    app.use(partial(_come_in, directory))


def _come_in(
    directory: Directory, body: dict[str, Any], context: BoltContext, next_: Callable[[], BoltResponse]
) -> BoltResponse:
    """Whose workspace is another is an outsider from this request on, whatever was known of them."""
    # `met` may ask Slack, and a request of another company's is refused rather than answered on a guess.
    if context.team_id:
        directory.met(context.team_id, *home_of(body))
    elif _kind(body) not in OF_AN_ORGANISATION:  # it does not say where in the organisation: nothing can be done
        log.warning("no_workspace", kind=_kind(body))
        return BoltResponse(status=200, body="")
    return next_()


def _kind(body: dict[str, Any]) -> str:
    event = body.get("event")
    return str(event.get("type") if isinstance(event, dict) else body.get("type") or "")


def home_of(body: dict[str, Any]) -> tuple[str, str]:
    """Who sent it, and the workspace that it says they belong to; "" for what it does not say."""
    who = body.get("user")
    if isinstance(who, dict):  # an interaction
        return str(who.get("id") or ""), str(who.get("team_id") or "")
    event = body.get("event")
    if not isinstance(event, dict) or not isinstance(event.get("user"), str):
        return "", ""
    # The first that is named: which of the three an event has depends on its kind.
    teams = (event.get(name) for name in OF_WHO_SAID_IT)
    return event["user"], next((team for team in teams if isinstance(team, str) and team), "")
