"""Wiring: settings → database → Slack → delivery and ticker → web server. Decides nothing."""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slack_bolt import App

from bot.clock import Clock, system_clock
from bot.deps import Deps
from bot.directory import Directory
from bot.installations import Authorization, Clients, Installations, OneWorkspace
from bot.settings import Settings
from bot.slack import answering_client
from storage.engine import Database
from storage.migrate import check_schema, migrate
from storage.outbox import Outbox

if TYPE_CHECKING:
    from scheduler.delivery import Delivery, DeliverySettings


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


def open_database(settings: Settings) -> Database:
    """The database, on SQLite brought to the newest schema. Raises `OldSchema` on PostgreSQL when it is old."""
    from scheduler.delivery import ensure_dbos_schema  # noqa: PLC0415 – slow, and `--help` does not need it

    database = Database(settings.database)
    if database.is_sqlite:
        migrate(database)
        ensure_dbos_schema(database)
    else:
        check_schema(database)
    return database


def open_product(settings: Settings, clock: Clock = system_clock) -> Product:
    """The product without any server: for commands, and as the first step of serving."""
    if settings.slack_bot_token is None:
        raise NotConfigured("SLACK_BOT_TOKEN is not set. Copy .env.example to .env and fill it in.")
    db = open_database(settings)
    installations = OneWorkspace(settings.slack_api_url, settings.slack_bot_token.get_secret_value())
    clients = Clients(settings.slack_api_url, installations)
    directory = Directory(db, clients, clock)
    deps = Deps(settings, db, Outbox(db), clock, clients, directory)
    return Product(settings, db, deps, installations, clients)


def slack_app(product: Product) -> App:
    """Bolt with every capability. Listeners run before the answer, so Slack is told only what is done."""
    from handlers.registry import register_all  # noqa: PLC0415 – only servers answer Slack

    settings = product.settings
    app = App(
        name="actionitem",
        logger=logging.getLogger("slack_bolt"),
        signing_secret=settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else "",
        authorize=Authorization(product.installations),  # type: ignore[arg-type]  # Bolt takes an Authorize too
        client=answering_client(settings.slack_api_url, None),
        process_before_response=True,
        request_verification_enabled=settings.slack_app_token is None,  # Socket Mode's requests are not signed
    )
    register_all(app, product.deps)
    return app


def delivery(product: Product, settings: "DeliverySettings | None" = None) -> "Delivery":
    """Durable delivery of this process; not launched yet."""
    from scheduler.delivery import Delivery, delivery_client  # noqa: PLC0415 – slow
    from scheduler.rendering import renderers  # noqa: PLC0415
    from scheduler.undelivered import tells  # noqa: PLC0415

    base_url, installations = product.settings.slack_api_url, product.installations
    outbox = Outbox(product.db)
    return Delivery(
        product.db,
        outbox,
        client_for=lambda workspace: delivery_client(installations.token(workspace), base_url),
        renderers=renderers(product.deps),
        on_failure=tells(outbox),
        settings=settings,
    )
