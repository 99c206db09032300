"""`actionitem check`: a line for each thing that must be right, and what to do where it is not."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import system_clock
from bot.settings import Settings, SettingsError, read_settings
from bot.slack.client import answering_client
from bot.slack.scopes import OPTIONAL, SCOPES, declined

if TYPE_CHECKING:
    from scheduler.delivery.queue import Backlog

GIVEN_UP = (
    "{failed:,} messages could not be delivered. Who can mend it was told, where Slack took that; the log names them"
)
OK = "ok"
LONG_WAIT_S = 600.0
"""A message that waits for so long waits for more than its turn."""
CLOCK_TOLERANCE_S = 60
"""Slack refuses signatures older than five minutes; a minute off is worth a word before that happens."""
MANIFEST = "app_manifest.yml"


def checks() -> Iterator[tuple[str, str]]:
    """Pairs of a name and `ok`, `ok (…)` or what to do."""
    try:
        settings = read_settings()
    except SettingsError as error:
        said = "; ".join(str(error).splitlines())
        yield "settings", f"{said} – correct it in the environment or in .env"
        return
    yield "settings", _secrets(settings)
    yield "database", _database(settings)
    if settings.slack_client_id:
        yield "installations", _installations(settings)
        yield "manifest", _manifest(settings)
    else:
        yield from _slack(settings)


def _secrets(settings: Settings) -> str:
    if settings.slack_bot_token is None and settings.slack_client_id is None:
        return "Neither SLACK_BOT_TOKEN nor SLACK_CLIENT_ID is set. Copy .env.example to .env and fill one of them in."
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        return "Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)."
    return OK


def _database(settings: Settings) -> str:
    from scheduler.delivery.delivery import backlog  # noqa: PLC0415 – slow
    from storage.engine import Database  # noqa: PLC0415
    from storage.migrate import NewerSchema, OldSchema, check_schema  # noqa: PLC0415

    database = Database(settings.database)
    try:
        check_schema(database)
        left = backlog(database)
    except NewerSchema as error:
        return str(error)
    except OldSchema as error:
        return "ok (new; the first `actionitem serve` creates it)" if database.is_sqlite else str(error)
    except SQLAlchemyError as error:
        return f"it does not answer ({type(error).__name__}). Check DATABASE_URL."
    finally:
        database.close()
    return _messages(left)


def _messages(left: "Backlog") -> str:
    """The backlog in words: what waits and since when, and what was given up."""
    waiting = left.enqueued + left.pending
    wait = "message waits" if waiting == 1 else "messages wait"
    since = f"{waiting:,} {wait}, the oldest for {_long(left.oldest_seconds)}" if waiting else ""
    if left.failed:
        given_up = GIVEN_UP.format(failed=left.failed)
        return f"{given_up}. {since}".rstrip(". ") + "."
    if left.oldest_seconds > LONG_WAIT_S:
        return f"{since}: Slack is away, or a channel is archived. The log says which."
    return f"ok ({since})" if since else OK


def _long(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 1:
        return "less than a minute"
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"  # noqa: PLR2004


def _installations(settings: Settings) -> str:
    from bot.slack.oauth import install_url  # noqa: PLC0415 – slow
    from bot.slack.stored_installations import StoredInstallations  # noqa: PLC0415
    from bot.slack.token_keys import TokenKeys  # noqa: PLC0415
    from storage.engine import Database  # noqa: PLC0415

    database = Database(settings.database)
    stored = StoredInstallations(database, TokenKeys(settings.token_encryption_keys), system_clock)
    try:
        installed = stored.installed()
    except SQLAlchemyError:  # a new database, or one that is away: the line above says which
        installed = []
    finally:
        database.close()
    address = install_url(settings)
    if unreadable := [one.workspace for one in installed if not stored.is_readable(one)]:
        return f"no key in TOKEN_ENCRYPTION_KEYS reads the token of {', '.join(unreadable)}. Put the older key back."
    if old := [one.workspace for one in installed if wanted_scopes() - set(one.scopes) - OPTIONAL.keys()]:
        return f"{', '.join(old)} granted less than app_manifest.yml asks for. Install it there again: {address}"
    less = [f"{one.workspace} declined some. {' '.join(off)}" for one in installed if (off := declined(one.scopes))]
    if less:
        return f"ok ({len(installed)} workspaces. {' '.join(less)})"
    return f"ok ({len(installed)} workspaces)" if installed else f"ok (none known yet: open {address})"


def _slack(settings: Settings) -> Iterator[tuple[str, str]]:
    if settings.slack_bot_token is None:
        return
    client = answering_client(settings.slack_api_url, settings.slack_bot_token.get_secret_value())
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        yield "token", f"Slack says {error.response.get('error')}. Install the app again and copy its bot token."
        return
    except (SlackClientError, OSError) as error:
        yield "token", f"Slack does not answer at SLACK_API_URL ({type(error).__name__})."
        return
    yield "token", f"ok ({answer.get('team')} as {answer.get('user')})"
    yield "scopes", _scopes(answer)
    yield "manifest", _manifest(settings)
    yield "clock", _clock(answer)


def _scopes(answer: SlackResponse) -> str:
    granted = {scope.strip() for scope in _header(answer, "x-oauth-scopes").split(",") if scope.strip()}
    if not granted:
        return "ok (Slack did not list them)"
    missing = sorted(wanted_scopes() - granted - OPTIONAL.keys())
    if missing:
        return f"missing {', '.join(missing)}. Reinstall the app from app_manifest.yml."
    off = " ".join(declined(granted))
    return f"ok (declined. {off} To have it, install the app again and allow it)" if off else OK


def _manifest(settings: Settings) -> str:
    path = _manifest_file()
    if path is None:
        return "app_manifest.yml is not in this folder. Run the command from the project's folder."
    try:
        manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
        socket_mode = bool(manifest["settings"]["socket_mode_enabled"])
    except (yaml.YAMLError, KeyError, TypeError):
        return "app_manifest.yml cannot be read. Restore it from the repository."
    if socket_mode and settings.slack_app_token is None:
        return "ok (it says Socket Mode, this process uses HTTP: the app in Slack needs the request URL)"
    return OK


def _manifest_file() -> Path | None:
    """The manifest of this folder, else the one that lies beside the code; an installed package has none."""
    places = (Path(MANIFEST), Path(__file__).parents[2] / MANIFEST)
    return next((path for path in places if path.exists()), None)


def wanted_scopes() -> set[str]:
    """The bot scopes that the manifest asks for; without it (an installed package) those that it is delivered with."""
    path = _manifest_file()
    if path is None:
        return set(SCOPES)
    manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
    return set(manifest["oauth_config"]["scopes"]["bot"])


def _clock(answer: SlackResponse, now: Callable[[], float] = time.time) -> str:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415

    said = _header(answer, "date")
    if not said:
        return "ok (Slack did not say the time)"
    off = abs(parsedate_to_datetime(said).timestamp() - now())
    return OK if off < CLOCK_TOLERANCE_S else f"{int(off)} seconds off. Synchronise this machine's clock."


def _header(answer: SlackResponse, name: str) -> str:
    values = {key.lower(): value for key, value in answer.headers.items()}
    found = values.get(name, "")
    return found[0] if isinstance(found, list) else str(found)
