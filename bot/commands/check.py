"""`actionitem check`: a line for each thing that must be right, and what to do where it is not."""

import errno
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import yaml
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.web import SlackResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import system_clock
from bot.commands.check_steps import missing_secrets, teams_and_what_comes_next
from bot.settings import Settings, SettingsError, read_settings
from bot.slack.client import answering_client, error_code, is_away
from bot.slack.manifest import manifest_file, wanted_scopes
from bot.slack.scopes import OPTIONAL, declined

if TYPE_CHECKING:
    from storage.delivery_queue import DeliveryBacklog
    from storage.engine import Database
    from storage.installations import Installation

GIVEN_UP = (
    "{failed:,} messages could not be delivered. Who can mend it was told, where Slack took that; the log names them"
)
OK = "ok"
HELD = "{count:,} deliveries are held since a restore. Look at them: actionitem held list"
NEW = "ok (new: {place}; the first `actionitem serve` creates it)"
REFUSED_BY_SLACK = (
    "SLACK_BOT_TOKEN is wrong: Slack says {code}. Install the app again and copy its bot token (OAuth & Permissions)."
)
BUSY = "another process has been writing to it for more than ten seconds. Wait until it has ended."
LONG_WAIT_S = 600.0
"""A message that waits for so long waits for more than its turn."""
CLOCK_TOLERANCE_S = 60
"""Slack refuses signatures older than five minutes; a minute off is worth a word before that happens."""


def checks() -> Iterator[tuple[str, str]]:
    """Pairs of a name and `ok`, `ok (…)` or what to do."""
    try:
        settings = read_settings()
    except SettingsError as error:
        said = "; ".join(str(error).splitlines())
        yield "settings", f"{said} – correct it in the environment or in .env"
        return
    yield "settings", missing_secrets(settings) or _address(settings) or OK
    yield "database", _database(settings)
    if settings.slack_client_id:
        yield "installations", _installations(settings)
        yield "manifest", _manifest(settings)
    else:
        yield from _slack(settings)
    if settings.slack_bot_token or settings.slack_client_id:
        yield "teams", teams_and_what_comes_next(settings)


def _address(settings: Settings) -> str:
    """What is wrong with HOST and PORT; that something listens there already may be the bot itself."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        # As the server does it: a port that a bot has just left is free, though the kernel still remembers it.
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return f"HOST, PORT: the bot could not listen there ({error.strerror}). Choose others."
    return ""


def _database(settings: Settings) -> str:
    from scheduler.delivery.backlog import backlog  # noqa: PLC0415 – slow
    from storage.engine import DATABASE_AWAY, Database, is_busy  # noqa: PLC0415
    from storage.migrate import NewerSchema, OldSchema, check_schema  # noqa: PLC0415
    from storage.probe import prove_writable  # noqa: PLC0415

    database = Database(settings.database)
    try:
        # Asked first, because opening SQLite's file would create it, and a check must leave nothing behind.
        if not database.is_there:
            return _place_for(Path(str(database.url.database)))
        check_schema(database)
        # Tried and taken back, because only writing tells: of a full disk, of a replica, of somebody else's file.
        with database.begin() as session:
            prove_writable(session, system_clock())
            session.rollback()
        left = backlog(database)
    # Before `OldSchema`, of which it is one: here the program is old, not the database.
    except NewerSchema as error:
        return str(error)
    except OldSchema as error:
        # SQLite is migrated by whoever opens it; PostgreSQL only by `actionitem migrate`.
        return NEW.format(place=database.place) if database.is_sqlite else str(error)
    except DATABASE_AWAY as error:
        away = f"{database.place} does not answer ({type(error).__name__}). Check DATABASE_URL."
        return BUSY if is_busy(error) else away
    except SQLAlchemyError as error:
        why = type(error).__name__
        return (
            f"nothing can be written to it ({why}): {database.place}. Check whose it is, and whether it is a replica."
        )
    finally:
        database.close()
    return _with_place(database, HELD.format(count=left.held) if left.held else _messages(left))


def _with_place(database: "Database", verdict: str) -> str:
    """SQLite's file by its whole path: what DATABASE_URL names may depend on the folder that one stands in."""
    if not database.is_sqlite or not verdict.startswith(OK):
        return verdict
    return f"ok ({database.place})" if verdict == OK else f"{verdict}, in {database.place}"


def _place_for(file: Path) -> str:
    """Whether SQLite's file, which is not there yet, could be created; a file without a name tells."""
    folder = file.absolute().parent
    try:
        with TemporaryFile(dir=folder) as tried:
            tried.write(b"x")
            tried.flush()
    except OSError as error:
        return f"no file can be created in {folder} ({error.strerror}). Check DATABASE_URL, and whose the folder is."
    return NEW.format(place=file.absolute())


def _messages(left: "DeliveryBacklog") -> str:
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
        installed = stored.installed() if database.is_there else []
    except SQLAlchemyError:  # a new database, or one that is away: the line above says which
        installed = []
    finally:
        database.close()
    address = install_url(settings)
    # The worst first, for there is one line: without its token a workspace hears nothing at all.
    if unreadable := [one.workspace for one in installed if not stored.is_readable(one)]:
        return f"no key in TOKEN_ENCRYPTION_KEYS reads the token of {', '.join(unreadable)}. Put the older key back."
    if old := [one.workspace for one in installed if wanted_scopes() - set(one.scopes) - OPTIONAL.keys()]:
        return f"{', '.join(old)} granted less than app_manifest.yml asks for. Install it there again: {address}"
    less = [f"{one.workspace} declined some. {' '.join(off)}" for one in installed if (off := declined(one.scopes))]
    if less:
        return f"ok ({_many(installed)}. {' '.join(less)})"
    return f"ok ({_many(installed)})" if installed else f"ok (none known yet: open {address})"


def _many(installed: "Sequence[Installation]") -> str:
    whole = sum(one.is_organisation for one in installed)
    organisations = f", {whole} organisation{'s' if whole != 1 else ''}" if whole else ""
    return f"{len(installed) - whole} workspaces{organisations}"


def _slack(settings: Settings) -> Iterator[tuple[str, str]]:
    if settings.slack_bot_token is None:
        return
    client = answering_client(settings.slack_api_url, settings.slack_bot_token.get_secret_value())
    try:
        # The one call that tells most: its headers carry the granted scopes and Slack's time.
        answer = client.auth_test()
    except (SlackClientError, OSError) as error:
        # Who gets a proxy's page or no answer must not be sent to install the app again.
        if not is_away(error):
            yield "token", REFUSED_BY_SLACK.format(code=error_code(error))
            return
        yield "token", f"Slack does not answer at SLACK_API_URL ({type(error).__name__})."
        return
    if answer.get("is_enterprise_install"):
        yield "token", "SLACK_BOT_TOKEN is of a whole organisation. Those install it by OAuth: docs/operations.md."
        return
    yield "token", f"ok ({answer.get('team')} as {answer.get('user')})"
    yield "scopes", _scopes(answer)
    yield "manifest", _manifest(settings)
    yield "clock", _clock(answer)
    if settings.slack_app_token is not None:
        yield "socket", _socket(client, settings.slack_app_token.get_secret_value())


def _socket(client: WebClient, token: str) -> str:
    """Whether Slack would take a connection; asking for its address opens none."""
    try:
        client.apps_connections_open(app_token=token)
    except (SlackClientError, OSError) as error:
        if not is_away(error):
            return f"Slack says {error_code(error)} to SLACK_APP_TOKEN. Make one with the scope connections:write."
        return f"Slack does not answer ({type(error).__name__})."
    return OK


def _scopes(answer: SlackResponse) -> str:
    granted = {scope.strip() for scope in _header(answer, "x-oauth-scopes").split(",") if scope.strip()}
    # Not every answer lists them, so their absence is not a finding.
    if not granted:
        return "ok (Slack did not list them)"
    missing = sorted(wanted_scopes() - granted - OPTIONAL.keys())
    if missing:
        return f"missing {', '.join(missing)}. Reinstall the app from app_manifest.yml."
    off = " ".join(declined(granted))
    return f"ok (declined. {off} To have it, install the app again and allow it)" if off else OK


def _manifest(settings: Settings) -> str:
    path = manifest_file()
    if path is None:
        return "app_manifest.yml is not in this folder. Run the command from the project's folder."
    try:
        manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
        socket_mode = bool(manifest["settings"]["socket_mode_enabled"])
    except (yaml.YAMLError, KeyError, TypeError):
        return "app_manifest.yml cannot be read. Restore it from the repository."
    # No finding: the app in Slack may have been set to HTTP all the same.
    if socket_mode and settings.slack_app_token is None:
        return "ok (it says Socket Mode, this process uses HTTP: the app in Slack needs the request URL)"
    return OK


def _clock(answer: SlackResponse, now: Callable[[], float] = time.time) -> str:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415

    said = _header(answer, "date")
    if not said:
        return "not compared, for Slack did not say the time. Compare this machine's clock with another one's."
    off = abs(parsedate_to_datetime(said).timestamp() - now())
    return OK if off < CLOCK_TOLERANCE_S else f"{int(off)} seconds off. Synchronise this machine's clock."


def _header(answer: SlackResponse, name: str) -> str:
    # slack_sdk hands the headers on as they came, and proxies change their case.
    values = {key.lower(): value for key, value in answer.headers.items()}
    found = values.get(name, "")
    return found[0] if isinstance(found, list) else str(found)
