"""Wiring: settings → database → Slack → delivery and ticker → web server. Decides nothing."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.clock import Clock, system_clock
from bot.deps import Deps
from bot.domain.errors import Unavailable
from bot.domain.team import Team
from bot.services.logged_outbox import LoggedOutbox
from bot.settings import Settings
from bot.slack.client import answering_client
from bot.slack.directory import Directory
from bot.slack.installations import Authorization, Clients, Installations, OneWorkspace
from bot.slack.manifest import wanted_scopes
from bot.slack.oauth import Installing, listen_for_access, listen_for_uninstall
from bot.slack.requests import SlackApp
from bot.slack.stored_installations import StoredInstallations
from bot.slack.token_keys import TokenKeys
from storage.engine import Database, is_busy
from storage.migrate import check_schema, migrate
from storage.outbox import Outbox

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from bot.api.caller import TokenDoor
    from scheduler.delivery.worker import Delivery, DeliverySettings

T = TypeVar("T")
log = structlog.get_logger()

NEITHER = (
    "Neither SLACK_BOT_TOKEN (one workspace) nor SLACK_CLIENT_ID (many, by OAuth) is set. "
    "Copy .env.example to .env and fill one of them in."
)
BUSY = (
    "Another process has been writing to the database for {seconds} seconds (an import, a tick, a backup?). "
    "Wait until it has ended, then start again."
)
START_PATIENCE_S = 120.0
UNKNOWN_WORKSPACE = "Action Items is not installed in this workspace. {how}"


class NotConfigured(Exception):
    """A setting that this command needs is missing; the message says which and what to do."""


@dataclass(frozen=True)
class Product:
    """Everything that commands and servers share, opened once."""

    settings: Settings
    db: Database
    deps: Deps
    installations: Installations
    clients: Clients
    pace: "DeliverySettings | None" = None
    """How delivery runs; None: as Slack wants it."""


def patiently(step: Callable[[], T], needs: str, patience_s: float = START_PATIENCE_S) -> T:
    """Does a step of starting; again while another process writes to SQLite's file, saying so in the log meanwhile.

    Raises `Unavailable` after *patience_s*.
    """
    began = monotonic()
    while True:
        try:
            return step()
        except OperationalError as error:
            waited = monotonic() - began
            # Any other error does not go away by waiting.
            if not is_busy(error):
                raise
            if waited > patience_s:
                raise Unavailable(BUSY.format(seconds=int(waited))) from error
            log.warning("waiting_for_another_process_that_writes", to_open=needs, seconds=round(waited))


def open_database(settings: Settings) -> Database:
    """The database, on SQLite brought to the newest schema. Raises `OldSchema` on PostgreSQL when it is old, and
    `Unavailable` when another process writes to SQLite's file for minutes."""
    from scheduler.delivery.dbos_queue import ensure_dbos_schema  # noqa: PLC0415 – slow, and `--help` does not need it

    database = Database(settings.database)
    # One file, one machine: whoever starts brings it up to date. On PostgreSQL replicas start side by side, and that is
    # a step of its own (`actionitem migrate`).
    if database.is_sqlite:
        is_new = not database.is_there
        patiently(lambda: migrate(database), "the database")
        patiently(lambda: ensure_dbos_schema(database), "the outbox")
        if is_new:
            # Whoever stands in another folder than yesterday sees an empty bot, and here why.
            log.info("new_database", file=database.place)
    else:
        check_schema(database)
    return database


def open_product(settings: Settings, clock: Clock = system_clock) -> Product:
    """The product without any server: for commands, and as the first step of serving."""
    if settings.slack_client_id is None and settings.slack_bot_token is None:
        raise NotConfigured(NEITHER)
    db = open_database(settings)
    installations = _installations(settings, db, clock)
    clients = Clients(settings.slack_api_url, installations)
    directory = Directory(db, clients, clock)
    deps = Deps(settings, db, LoggedOutbox(Outbox(db)), clock, clients, directory, _schedule_team)
    return Product(settings, db, deps, installations, clients)


def _schedule_team(session: Session, team: Team, now: datetime) -> None:
    from scheduler.schedules import schedule_team  # noqa: PLC0415 – slow, and few requests change a team

    schedule_team(session, team, now)


def _installations(settings: Settings, db: Database, clock: Clock) -> Installations:
    """Many workspaces when the app can be installed by OAuth, else the one that the token belongs to."""
    if settings.slack_client_id:
        return StoredInstallations(db, TokenKeys(settings.token_encryption_keys), clock)
    assert settings.slack_bot_token
    return OneWorkspace(settings.slack_api_url, settings.slack_bot_token.get_secret_value())


def slack_app(product: Product) -> SlackApp:
    """Bolt with every capability. Listeners run before the answer, so Slack is told only what is done."""
    from handlers.registry import register_all  # noqa: PLC0415 – only servers answer Slack

    settings, flow = product.settings, _installing(product)
    app = SlackApp(
        name="actionitem",
        logger=logging.getLogger("slack_bolt"),
        signing_secret=_signing_secret(settings),
        knows=product.installations.knows,
        authorize=Authorization(product.installations, settings.slack_api_url),  # Bolt takes an Authorize too
        user_facing_authorize_error_message=UNKNOWN_WORKSPACE.format(
            how=f"Install it: {flow.install_url}" if flow else "Ask your admin to install it."
        ),
        oauth_flow=flow,
        oauth_settings=flow.settings
        if flow
        else None,  # else Bolt makes settings, and stores in files, from the environment
        client=answering_client(settings.slack_api_url, None),
        # By default Bolt answers 200 before the listener of an event has run: a crash would lose the event for good.
        process_before_response=True,
    )
    if isinstance(product.installations, StoredInstallations):
        # Before the capabilities, whose last listener takes every event.
        listen_for_uninstall(app, product.installations)
        listen_for_access(app, product.installations)
    doors = register_all(app, product.deps)
    app.subcommands = frozenset(door.name for door in doors if door.kind == "command")
    return app


def _signing_secret(settings: Settings) -> str:
    """What Slack signs requests over HTTP with. Socket Mode needs none; one that nobody knows lets nobody in."""
    return settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else secrets.token_hex()


def _installing(product: Product) -> Installing | None:
    if not isinstance(product.installations, StoredInstallations):
        return None
    scopes = tuple(sorted(wanted_scopes()))
    return Installing(product.settings, scopes, product.installations, product.db, product.deps.clock)


def open_doors(product: Product) -> "dict[str, ASGIApp]":
    """What other tools are let in by, by its path: the HTTP API and MCP. Each is made when the first of them asks."""
    from bot.api.edge import Lazy  # noqa: PLC0415 – only servers have doors

    @cache
    def tokens() -> "TokenDoor":
        from bot.api.caller import TokenDoor as Door  # noqa: PLC0415 – slow

        return Door(product.deps)  # one for both: a token may ask so often, wherever it asks

    def api() -> "ASGIApp":
        from bot.api.app import api as made  # noqa: PLC0415 – slow

        return made(product.deps, tokens())

    def assistants() -> "ASGIApp":
        from bot.api.mcp import assistants as made  # noqa: PLC0415 – slow

        return made(product.deps, tokens())

    return {"/api/v1": Lazy(api), "/mcp": Lazy(assistants)}


def delivery(product: Product) -> "Delivery":
    """Durable delivery of this process; not launched yet."""
    from scheduler.delivery.live_messages import renderers  # noqa: PLC0415
    from scheduler.delivery.signs import Signs  # noqa: PLC0415
    from scheduler.delivery.slack_calls import delivery_client  # noqa: PLC0415 – slow
    from scheduler.delivery.surfaces import refreshers  # noqa: PLC0415
    from scheduler.delivery.undelivered import tells  # noqa: PLC0415
    from scheduler.delivery.worker import Delivery, DeliverySettings  # noqa: PLC0415 – slow

    signs = Signs(keep_finished=timedelta(days=product.settings.keep_deliveries_days))
    base_url, installations = product.settings.slack_api_url, product.installations
    outbox = Outbox(product.db)
    return Delivery(
        product.db,
        outbox,
        # Clients of its own: a person's answer is given up after two seconds, a message may take longer.
        client_for=lambda workspace: delivery_client(installations.token(workspace), base_url),
        renderers=renderers(product.deps),
        refreshers=refreshers(product.deps),
        on_failure=tells(outbox),
        settings=product.pace or DeliverySettings(signs=signs),
        clock=product.deps.clock,
    )
