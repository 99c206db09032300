"""`actionitem serve`: everything running together, until it is told to stop; then stopped in the reverse order."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import Any

import structlog
from slack_bolt import App
from sqlalchemy.exc import SQLAlchemyError

from bot.app import NotConfigured, Product, delivery, open_doors, patiently, slack_app
from bot.commands.connections import KERNEL_QUEUE, Server, bounds_for, configuration, open_files
from bot.commands.import_pieces import write_what_is_left
from bot.commands.traces import start as start_traces
from bot.commands.tracker_news import tracker_changes
from bot.commands.tracker_webhooks import tracker_routes
from bot.domain.errors import Unavailable
from bot.metrics import metrics_registry, share
from bot.settings import Settings
from bot.slack.stored_installations import StoredInstallations
from bot.web import web_app
from scheduler.delivery.backlog import backlog
from scheduler.searching import KEEP_EVERY_S, keep_index
from scheduler.ticker import EVERY_S, Ticker
from scheduler.tracker_changes import LOOK_EVERY_S
from storage.probe import prove_writable

log = structlog.get_logger()

TAKEN = "The bot cannot listen at {host}, port {port} ({why}). Choose another HOST or PORT."

CLEAN_EVERY_S = 3600
REMIND_EVERY_S = 60
WRITE_EVERY_S, WRITE_SILENCE_S = 5.0, 30.0
STOP_S = 5.0
SILENCE_S = 300
"""A look at the schedules takes seconds; a scheduler that is silent for longer hangs."""


def check_settings(settings: Settings) -> None:
    """Raises `NotConfigured` when requests from Slack could not be received."""
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise NotConfigured(
            "Set SLACK_SIGNING_SECRET to receive requests over HTTP, or SLACK_APP_TOKEN for Socket Mode."
        )


def serve(product: Product, on_ready: Callable[[str], None] | None = None, opened: socket.socket | None = None) -> None:
    """Serves until a signal. Ready when the port listens: `on_ready` is called with its address, which is then logged.

    `opened`: a port that listens already and is shared with other processes.
    """
    with _ended_by_signals(), serving(product, opened) as (server, listening):
        if on_ready:
            on_ready(address_of(listening))
        mode = "socket" if product.settings.slack_app_token else "http"
        log.info("ready", url=address_of(listening), mode=mode, database=product.db.place)
        server.run(sockets=[listening])
        _stop_undisturbed()


def address_of(listening: socket.socket) -> str:
    """Where that port is, for a browser; an address of IPv6 stands in brackets."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def serving(product: Product, opened: socket.socket | None = None) -> Iterator[tuple[Server, socket.socket]]:
    """Everything running but the web server, which is to be run on that port; all of it ends with the block."""
    settings = product.settings
    with ExitStack() as running:
        # First in, so last out: all the others end by writing to it.
        running.callback(product.db.close)
        running.callback(start_traces(os.environ))
        if isinstance(product.installations, StoredInstallations):
            patiently(product.installations.seal_anew, "its tokens")
        pulse, written = Pulse(), Pulse()
        # Delivery too: a process that only answers leaves the outbox to those that have a scheduler.
        if settings.scheduler == "on":
            patiently(lambda: running.enter_context(delivery(product)), "delivery")
            running.enter_context(_ticking(product, pulse))
        running.enter_context(_writing(product, written))
        app = slack_app(product)
        # Before Socket Mode connects: a bot whose port is taken must not take requests for a moment.
        listening = running.enter_context(opened or listening_on(settings.host, settings.port))
        connection = _connected(app, settings, running)
        if opened is not None:
            share()
        web = web_app(
            app,
            lambda: readiness(product, pulse, written) | connection(),
            metrics_registry(lambda: backlog(product.db), shared=opened is not None),
            open_doors(product),
            more=tracker_routes(product),
        )
        yield Server(configuration(web, bounds_for(open_files()))), listening


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM is heard as Ctrl+C is, also while everything starts: what is running by then is stopped in order."""
    # Python sets handlers in the main thread only.
    if threading.current_thread() is not threading.main_thread():  # as in tests; there are no signals there
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop_undisturbed() -> None:
    """Whoever sends SIGTERM may send it again while the rest stops; Ctrl+C still ends that at once."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


class Pulse:
    """When something that is done again and again was last done, by a clock that counts seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._at = clock()

    def beat(self) -> None:
        """It was just done."""
        self._at = self._clock()

    @property
    def silence_s(self) -> float:
        """Seconds since then."""
        return self._clock() - self._at


def readiness(product: Product, pulse: Pulse, written: Pulse) -> dict[str, Any]:
    """Whether the database answers and takes what is written, whether the scheduler looks at its schedules, and what
    waits in the outbox."""
    try:
        product.db.ping()
        left = backlog(product.db)
    except SQLAlchemyError as error:
        return {"ready": False, "database": type(error).__name__}
    # A full disk still answers reads; and six tries in vain are no lock that passes.
    if written.silence_s > WRITE_SILENCE_S:
        return {"ready": False, "database": f"nothing could be written for {int(written.silence_s)} seconds"}
    # A thread that hangs raises nothing: only its silence shows.
    stopped = product.settings.scheduler == "on" and pulse.silence_s > SILENCE_S
    return {
        "ready": not stopped,
        "database": "ok",
        "scheduler": f"silent for {int(pulse.silence_s)} seconds" if stopped else product.settings.scheduler,
        "undelivered": {"waiting": left.enqueued + left.pending, "failed": left.failed},
    }


def _connected(app: App, settings: Settings, running: ExitStack) -> Callable[[], dict[str, str]]:
    """Opens the connection of Socket Mode where it is wanted; how it stands, for `/readyz`."""
    if settings.slack_app_token is None:
        return dict
    from bot.slack.socket_mode import socket_mode  # noqa: PLC0415 – not needed over HTTP

    is_connected = running.enter_context(socket_mode(app, settings.slack_app_token.get_secret_value()))
    return lambda: {"socket": "connected" if is_connected() else "connecting"}


@contextmanager
def listening_on(host: str, port: int) -> Iterator[socket.socket]:
    """The port, bound. Raises `Unavailable` where that cannot be done, which names HOST and PORT."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, because asyncio switches the delay for small answers off on such sockets only.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as opened:
        # A bot that starts again at once finds its port still remembered by the kernel.
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((host, port))
        except OSError as error:
            raise Unavailable(TAKEN.format(host=host, port=port, why=error.strerror)) from error
        # Already here, so that who connects while the rest starts waits and is not refused.
        opened.listen(KERNEL_QUEUE)
        yield opened


@contextmanager
def _writing(product: Product, written: Pulse, every_s: float = WRITE_EVERY_S) -> Iterator[None]:
    """Tries again and again whether the database takes anything: a full disk is seen before somebody loses a form."""
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(every_s):
            try:
                with product.db.begin() as session:
                    prove_writable(session, product.deps.clock())
            except SQLAlchemyError as error:
                log.warning("database_takes_nothing", error=type(error).__name__)
            else:
                written.beat()

    trying = threading.Thread(target=run, name="writing", daemon=True)
    trying.start()
    try:
        yield
    finally:
        ended.set()
        trying.join(STOP_S)


@contextmanager
def _ticking(product: Product, pulse: Pulse) -> Iterator[None]:
    from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415

    from scheduler.threads import StoppableThreads  # noqa: PLC0415

    ticker = Ticker(product.deps)
    # In memory and only to wake up: stores of APScheduler 3 must not be shared by replicas, so the database decides.
    scheduler = BackgroundScheduler(timezone="UTC", executors={"default": StoppableThreads()})
    look = _guarded(lambda: ticker.tick(product.deps.clock()), pulse.beat)
    # One at a time: a long look would otherwise meet itself, and wait for its own claims.
    scheduler.add_job(look, "interval", seconds=EVERY_S, max_instances=1)
    remind = _guarded(lambda: ticker.remind(product.deps.clock()))
    scheduler.add_job(remind, "interval", seconds=REMIND_EVERY_S, max_instances=1)
    people = _guarded(lambda: ticker.read_people(product.deps.clock()))
    scheduler.add_job(people, "interval", seconds=EVERY_S, max_instances=1)
    left = _guarded(lambda: write_what_is_left(product.db, product.deps.clock))
    scheduler.add_job(left, "interval", seconds=REMIND_EVERY_S, max_instances=1)
    changes = tracker_changes(product)
    # A job of its own: a tracker that is away keeps its reader waiting, and no ritual.
    scheduler.add_job(_guarded(changes.read_due), "interval", seconds=LOOK_EVERY_S, max_instances=1)
    scheduler.add_job(_guarded(ticker.clean), "interval", seconds=CLEAN_EVERY_S, max_instances=1)
    search = _guarded(lambda: keep_index(product.db, product.deps.clock))
    scheduler.add_job(search, "interval", seconds=KEEP_EVERY_S, max_instances=1)
    scheduler.start()
    try:
        yield
    finally:
        # It waits for a look under way, whose transactions need the database that is closed after it; but no longer
        # than whoever stops it waits before they kill it.
        scheduler.shutdown()


def _guarded(job: Callable[[], object], then: Callable[[], None] = lambda: None) -> Callable[[], None]:
    """The ticker's edge: what one look at the schedules cannot do, the next one tries again."""

    def run() -> None:
        try:
            job()
        except Exception as error:
            log.exception("tick_failed", exc_info=error)
        # Also after a failure: the pulse says that the scheduler looks; silent is only one that hangs.
        then()

    return run
