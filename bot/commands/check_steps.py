"""What `actionitem check` says on the way from an empty Slack to the first digest: which token is which, what comes."""

from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Settings
from bot.slack.manifest import manifest_file
from bot.slack.oauth import install_url
from storage.engine import Database
from storage.migrate import OldSchema, check_schema
from storage.teams import list_teams
from storage.workspaces import list_workspaces

NEITHER = (
    "Neither SLACK_BOT_TOKEN nor SLACK_CLIENT_ID is set. Make the app at https://api.slack.com/apps from the manifest "
    "{manifest}, install it, and copy its bot token. Copy .env.example to .env and fill one of them in; where "
    "that file is not, write SLACK_BOT_TOKEN=xoxb-… into a new .env, or set it in the environment."
)
NO_WAY_IN = (
    "Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP). The first is made under Basic Information → "
    "App-Level Tokens with the scope connections:write, the second stands on the same page."
)
BOT, APP = "xoxb-", "xapp-"
KINDS = {
    BOT: "a bot token",
    APP: "an app-level token",
    "xoxp-": "a user's token",
    "xoxe": "a token that is rotated",
    "xoxa-": "a token of a workspace app",
}
"""Tokens by how they begin, as Slack writes them."""
WRONG = "{variable} holds {kind} ({prefix}…). {place}"
BOT_PLACE = "The bot token begins with xoxb- and stands under OAuth & Permissions."
APP_PLACE = "The app-level token begins with xapp- and stands under Basic Information → App-Level Tokens."
SIGNING_PLACE = "The signing secret stands under Basic Information → App Credentials, and is no token."
NO_TEAM = "ok (none yet. Next: actionitem team set NAME --channel C… --lead U…, ids stand in the details of each)"
NOT_INSTALLED = "ok (none yet. Next: actionitem serve, then open {address})"
HAS_TEAMS = "ok ({count}. Next: actionitem serve, then in Slack /invite @Action Items and /actionitem new)"


def missing_secrets(settings: Settings) -> str:
    """Which token or secret is missing, or is another than the one that belongs there; "" when all may be right."""
    if settings.slack_bot_token is None and settings.slack_client_id is None:
        return NEITHER.format(manifest=manifest_file() or "app_manifest.yml")
    return (
        _of_another_kind("SLACK_BOT_TOKEN", settings.slack_bot_token, BOT, BOT_PLACE)
        or _of_another_kind("SLACK_APP_TOKEN", settings.slack_app_token, APP, APP_PLACE)
        or _of_another_kind("SLACK_SIGNING_SECRET", settings.slack_signing_secret, "", SIGNING_PLACE)
        or ("" if settings.slack_app_token or settings.slack_signing_secret else NO_WAY_IN)
    )


def _of_another_kind(variable: str, value: SecretStr | None, wanted: str, place: str) -> str:
    said = value.get_secret_value() if value else ""
    # What begins in a way that nobody knows is asked about at Slack.
    for prefix, kind in KINDS.items():
        if prefix != wanted and said.startswith(prefix):
            return WRONG.format(variable=variable, kind=kind, prefix=prefix, place=place)
    return ""


def teams_and_what_comes_next(settings: Settings) -> str:
    """How many teams there are, and the next step. Says nothing about a database that another line speaks of."""
    database = Database(settings.database)
    try:
        # Asked first: opening SQLite's file would create it.
        if not database.is_there:
            return _without_teams(settings)
        check_schema(database)
        with database.read() as session:
            teams = sum(len(list_teams(session, workspace)) for workspace in list_workspaces(session))
    except (OldSchema, SQLAlchemyError):
        return "ok (the line “database” says why they could not be read)"
    finally:
        database.close()
    return HAS_TEAMS.format(count=teams) if teams else _without_teams(settings)


def _without_teams(settings: Settings) -> str:
    # By OAuth the workspace is known only after the installation, which needs the running bot.
    return NOT_INSTALLED.format(address=install_url(settings)) if settings.slack_client_id else NO_TEAM
