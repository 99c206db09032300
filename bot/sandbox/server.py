"""The sandbox as one object: starts in a thread, stops, and tells its addresses and secrets."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar

import uvicorn

from bot.sandbox.admin import AdminRoutes
from bot.sandbox.beside import Beside
from bot.sandbox.clock import Clock, machine_time
from bot.sandbox.connecting import ConnectingRoutes
from bot.sandbox.dispatch import WebApi
from bot.sandbox.events import EventDelivery
from bot.sandbox.faults import Faults
from bot.sandbox.http import SlackRoutes, make_app
from bot.sandbox.inspector import Inspector
from bot.sandbox.manifest import app_from_manifest
from bot.sandbox.model import Json
from bot.sandbox.outgoing import Outgoing
from bot.sandbox.people.desk import Desk
from bot.sandbox.people.routes import PeopleRoutes
from bot.sandbox.rates import Rates
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.state import State
from bot.sandbox.time_passing import OnClockMoved, TimeRoutes
from bot.sandbox.watching import WatchRoutes
from bot.sandbox.websocket import made_by_uvicorn
from bot.sandbox.world import small_world

T = TypeVar("T")
START_SECONDS = 10.0
END_SECONDS = 0.2


class Server(uvicorn.Server):
    """Says when it listens, and runs what belongs to its loop."""

    def __init__(
        self, config: uvicorn.Config, beside: Callable[[], Coroutine[Any, Any, None]], ending: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ending = ending
        self.listening = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self._beside = beside
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._beside())
        await asyncio.sleep(0)
        await super().startup(sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        """Waits for `stop` instead of looking ten times a second."""
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends the streams, then closes everything: who is still connected is a page or a test that has ended."""
        self._ending()
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=END_SECONDS)
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)

    def stop(self) -> None:
        """From any thread."""
        self.force_exit = self.should_exit = True
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self._stopping.set)


def _listener(address: tuple[str, int]) -> socket.socket:
    """asyncio answers without delay only on sockets that say that they are TCP, hence not `create_server`."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"Port {address[1]}: {error.strerror}. Choose another one with --port") from error
    return listener


class Sandbox:
    """A local Slack; docs/sandbox.md describes it. `with Sandbox() as sandbox:` starts and stops it."""

    def __init__(
        self,
        port: int = 0,
        app_url: str | None = None,
        *,
        manifest: Json | None = None,
        clock: Callable[[], datetime] | None = None,
        on_clock_moved: OnClockMoved | None = None,
        walks: bool = False,
        rates: bool = True,
        seed: Callable[[State], None] = small_world,
        host: str = "127.0.0.1",
        beside: Beside | None = None,
    ) -> None:
        self._address = (host, port)
        self.beside = beside or Beside()
        self.clock = Clock(clock or machine_time)
        app = app_from_manifest(manifest)
        app.request_url = app_url
        self.state = State(self.clock, app)
        seed(self.state)
        self.inspector, self.faults = Inspector(self.clock), Faults()
        self.rates = Rates(self.clock, on=rates)
        self._outgoing = Outgoing(app, self.inspector)
        self._events = EventDelivery(self.state, self._outgoing)
        self.sockets = SocketMode(self.state, self._outgoing)
        self._seed, self._on_clock_moved, self._walks = seed, on_clock_moved, walks
        self.url = ""
        self.web = make_app(self._routes())
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def _routes(self) -> list[Any]:
        desk = Desk(self.state, self._outgoing, self.inspector, lambda: self.url)
        api = WebApi(self.state, self.inspector, self.faults, self.rates)
        admin = AdminRoutes(self.state, self.inspector, self.faults, self.rates, self.sockets, self._events, self._seed)
        time = TimeRoutes(self.state, self.rates, self._events, self._on_clock_moved, walks=self._walks)
        watch = WatchRoutes(self.inspector, self.faults, self.sockets)
        connecting = ConnectingRoutes(self.state)
        beside = [self.beside.route(self.state), *self.beside.routes]
        return [
            *SlackRoutes(api).routes(),
            *PeopleRoutes(desk).routes(),
            *connecting.routes(),
            *admin.routes(),
            *time.routes(),
            *watch.routes(),
            *beside,
        ]

    async def _beside(self) -> None:
        self.state.feed.attach(asyncio.get_running_loop())
        await self._events.run()

    def start(self) -> "Sandbox":
        """Listens when it returns. Raises OSError when the port is taken."""
        listener = _listener(self._address)
        host, port = listener.getsockname()[:2]
        self.url = f"http://{host}:{port}"
        config = uvicorn.Config(
            self.web,
            http="h11",
            ws=made_by_uvicorn(self.sockets),  # type: ignore[arg-type]  # called like the class it asks for
            lifespan="off",
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            date_header=False,
        )
        self._server = Server(config, self._beside, self.state.feed.close)
        run = self._server.run
        # A daemon: a test that fails before `stop` must not keep its process alive.
        self._thread = threading.Thread(target=run, args=([listener],), name="sandbox", daemon=True)
        self._thread.start()
        if not self._server.listening.wait(START_SECONDS):
            raise OSError("The sandbox did not start.")
        return self

    def stop(self) -> None:
        """Closes every connection and waits for the thread."""
        if self._server is None or self._thread is None:
            return
        self._server.stop()
        self._thread.join(START_SECONDS)
        self._outgoing.close()
        self._server = None

    def __enter__(self) -> "Sandbox":
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def do(self, act: Callable[[State], T]) -> T:
        """Runs `act(state)` in the sandbox's own thread, so that nothing else changes meanwhile."""
        # Before the start nobody else is there, so a world can be built directly.
        if self._server is None or self._server.loop is None:
            return act(self.state)

        async def run() -> T:
            return act(self.state)

        return self.run(run(), START_SECONDS)

    def run(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """Awaits `work` in the sandbox's own thread. Raises TimeoutError after that many seconds."""
        if self._server is None or self._server.loop is None:
            work.close()
            raise RuntimeError("The sandbox does not run.")
        return asyncio.run_coroutine_threadsafe(work, self._server.loop).result(seconds)

    @property
    def api_url(self) -> str:
        """What `SLACK_API_URL` is for this sandbox."""
        return f"{self.url}/api/"

    @property
    def app_url(self) -> str | None:
        return self.state.app.request_url

    @app_url.setter
    def app_url(self, url: str | None) -> None:
        self.state.app.request_url = url

    @property
    def bot_token(self) -> str:
        """Of the first workspace."""
        return self.state.installation(next(iter(self.state.teams))).token

    @property
    def bot_user(self) -> str:
        """Of the first workspace."""
        return self.state.installation(next(iter(self.state.teams))).bot_user

    @property
    def app_token(self) -> str:
        return self.state.app.app_token

    @property
    def signing_secret(self) -> str:
        return self.state.app.signing_secret

    @property
    def client_id(self) -> str:
        return self.state.app.client_id

    @property
    def client_secret(self) -> str:
        return self.state.app.client_secret
