"""`actionitem serve`: everything running together, until it is told to stop; then stopped in the reverse order."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import structlog
import uvicorn
from slack_bolt import App
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.app import NotConfigured, Product, delivery, slack_app
from bot.metrics import metrics_registry
from bot.settings import Settings
from bot.stored_installations import StoredInstallations
from bot.web import web_app
from scheduler.delivery import backlog
from scheduler.reminders import remind_approvers
from scheduler.ticker import EVERY_S, Ticker

log = structlog.get_logger()

CLEAN_EVERY_S = 3600
REMIND_EVERY_S = 60


def check_settings(settings: Settings) -> None:
    """Raises `NotConfigured` when requests from Slack could not be received."""
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise NotConfigured(
            "Set SLACK_SIGNING_SECRET to receive requests over HTTP, or SLACK_APP_TOKEN for Socket Mode."
        )


def serve(product: Product, on_ready: Callable[[str], None] | None = None) -> None:
    """Serves until a signal. Ready when the port listens: its address is logged, and `on_ready` called with it."""
    settings = product.settings
    with ExitStack() as running:
        running.callback(product.db.close)
        if isinstance(product.installations, StoredInstallations):
            product.installations.seal_anew()
        if settings.scheduler == "on":
            running.enter_context(delivery(product))
            running.enter_context(_ticking(product))
        app = slack_app(product)
        listening = running.enter_context(_listening(settings.host, settings.port))
        web = web_app(app, lambda: readiness(product), metrics_registry(lambda: backlog(product.db)))
        if settings.slack_app_token:
            running.enter_context(_socket_mode(app, settings.slack_app_token.get_secret_value()))
        url = "http://{}:{}".format(*listening.getsockname()[:2])
        log.info("ready", url=url, mode="socket" if settings.slack_app_token else "http")
        if on_ready:
            on_ready(url)
        _run(uvicorn.Config(web, log_config=None, access_log=False, timeout_graceful_shutdown=10), listening)


def readiness(product: Product) -> dict[str, Any]:
    """Whether the database answers, and what waits in the outbox."""
    try:
        with product.db.begin() as session:
            session.execute(text("SELECT 1"))
        left = backlog(product.db)
    except SQLAlchemyError as error:
        return {"ready": False, "database": type(error).__name__}
    return {
        "ready": True,
        "database": "ok",
        "scheduler": product.settings.scheduler,
        "undelivered": {"waiting": left.enqueued + left.pending, "failed": left.failed},
    }


def _run(config: uvicorn.Config, listening: socket.socket) -> None:
    uvicorn.Server(config).run(sockets=[listening])


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """The socket first, so that a port in use is said before anything else is running."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, because asyncio switches the delay for small answers off on such sockets only.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(2048)
        yield opened


@contextmanager
def _ticking(product: Product) -> Iterator[None]:
    from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415

    ticker = Ticker(product.deps)
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(_guarded(lambda: ticker.tick(product.deps.clock())), "interval", seconds=EVERY_S, max_instances=1)
    remind = _guarded(lambda: remind_approvers(product.deps, product.deps.clock()))
    scheduler.add_job(remind, "interval", seconds=REMIND_EVERY_S, max_instances=1)
    scheduler.add_job(_guarded(ticker.clean), "interval", seconds=CLEAN_EVERY_S, max_instances=1)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown()


def _guarded(job: Callable[[], object]) -> Callable[[], None]:
    """The ticker's edge: what one look at the schedules cannot do, the next one tries again."""

    def run() -> None:
        try:
            job()
        except Exception as error:
            log.exception("tick_failed", exc_info=error)

    return run


@contextmanager
def _socket_mode(app: App, token: str) -> Iterator[None]:
    from slack_bolt.adapter.socket_mode import SocketModeHandler  # noqa: PLC0415

    handler = SocketModeHandler(app, token)
    handler.connect()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        handler.close()  # type: ignore[no-untyped-call]
