"""A local tracker as a server in a thread: what it answers, what it counts, and faults on demand."""

import re
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.dispatch import abort
from bot.sandbox.http import Droppable

START_SECONDS = 10.0
REFUSED = 400
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
PAGE_OF_A_TICKET = re.compile(r"/(?:issues?|browse|pull)/([A-Z]+-\d+|\d+)")
Json = dict[str, Any]


@dataclass
class Fault:
    """What happens to the next `times` requests of that method whose path holds `path`.

    `kind`: `status` (answers so, nothing done), `lost` (done, and the connection ends without an answer).
    """

    method: str = ""
    path: str = ""
    kind: str = "status"
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    times: int | None = 1


class LocalServer:
    """Listens on a free port of this machine; `with` starts and stops it. `calls`: method and path of each request."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.done: list[tuple[str, str]] = []
        """Those of them that were taken, also where the answer was lost."""
        self.faults: list[Fault] = []
        self.url = ""
        self.page = ""
        """Where its tickets are shown: their own addresses lead a browser there."""
        self.webhook: tuple[str, str] | None = None
        """Address and secret."""
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def routes(self) -> Sequence[BaseRoute]:
        """What it answers; each endpoint is called through `guarded`."""
        raise NotImplementedError

    def start(self, port: int = 0) -> None:
        """Listens when it returns."""
        listening = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(
            Droppable(Starlette(routes=[*self.routes(), Route("/{path:path}", self._to_page, methods=METHODS)])),
            log_level="error",
            lifespan="off",
            http="h11",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listening],), daemon=True, name="tracker")
        self._thread.start()

    def stop(self) -> None:
        """Closes everything."""
        if self._server and self._thread:
            self._server.should_exit = self._server.force_exit = True
            self._thread.join(START_SECONDS)

    def __enter__(self) -> Any:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def writes(self) -> list[tuple[str, str]]:
        """The requests that change something."""
        return [(method, path) for method, path in self.calls if method not in ("GET", "HEAD")]

    def _sent(self, body: bytes, headers: dict[str, str]) -> int:
        """Sends a webhook; the status that came back."""
        assert self.webhook
        return httpx.post(self.webhook[0], content=body, headers=headers, timeout=10, trust_env=False).status_code

    def soon(self, send: Callable[..., object], *told: Any) -> None:
        """Calls the webhook by *send*, if there is one; not while an answer is being made, for which the bot may be
        waiting. What does not arrive is lost, as with the real ones."""

        def sent() -> None:
            with suppress(httpx.HTTPError):
                send(*told)

        if self.webhook:
            threading.Thread(target=sent, daemon=True).start()

    def route(self, path: str, method: str, answer: Any) -> Route:
        """A route whose requests are counted, and that has the faults that are asked for."""

        async def guarded(request: Request) -> Response:
            self.calls.append((request.method, request.url.path))
            fault = self._fault(request)
            if fault and fault.kind == "status":
                return JSONResponse(fault.body or {"message": "fault"}, fault.status, fault.headers)
            body = await request.body()
            done: Response = answer(request, body)
            if done.status_code < REFUSED:
                self.done.append((request.method, request.url.path))
            if fault:
                abort(request)
            return done

        return Route(path, guarded, methods=[method])

    async def _to_page(self, request: Request) -> Response:
        """A browser goes to the ticket's page; whoever asks for anything else that is not there hears so."""
        if not self.page or "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"message": "Not Found"}, 404)
        found = PAGE_OF_A_TICKET.search(request.url.path)
        return RedirectResponse(f"{self.page}/{found[1]}" if found else self.page)

    def _fault(self, request: Request) -> Fault | None:
        for fault in self.faults:
            if fault.method in ("", request.method) and fault.path in request.url.path and fault.times != 0:
                fault.times = None if fault.times is None else fault.times - 1
                return fault
        return None
