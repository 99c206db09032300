"""The edge of the API: built when it is first asked, bounded in what it reads and in how much it does at once."""

from asyncio import Lock, Semaphore
from collections.abc import Callable
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.problems import HttpProblem

BODY_LIMIT = 1_000_000
"""Bytes."""
AT_ONCE = 8
"""Requests worked on at once; the others wait. They share the interpreter with Slack's, which have three seconds."""
HEADERS = "headers_of_all_answers"
"""Where in a request's state the headers stand that belong to its answer, whatever it is."""


class Lazy:
    """An application that is made by *make* in a thread when the first request comes: FastAPI takes most of a second
    to import, which a bot that only talks to Slack need not wait for."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._made: ASGIApp | None = None
        self._making = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands the request on."""
        made = self._made
        if made is None:
            async with self._making:
                made = self._made if self._made is not None else await run_in_threadpool(self._make)
                self._made = made
        await made(scope, receive, send)


class Edge:
    """Bounds *app*, whose answers are short."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._at_once = Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reads the body, waits for its turn, and answers with the headers that its door has given it."""
        if scope["type"] != "http":
            return
        body = await _read(scope, receive)
        if body is None:
            problem = HttpProblem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "The body is too large",
                f"A body has at most {BODY_LIMIT:,} bytes.", headers={"Connection": "close"},
            )  # fmt: skip
            await problem.response()(scope, receive, send)
            return
        more: dict[str, str] = {}
        scope.setdefault("state", {})[HEADERS] = more

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(name.lower().encode(), value.encode()) for name, value in more.items()]
                message = {**message, "headers": [*message.get("headers", []), *added]}
            await send(message)

        async with self._at_once:
            await self._app(scope, _again(body, receive), with_headers)


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """The body; None as soon as it is longer than `BODY_LIMIT`, whatever its head says."""
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if declared.isdigit() and int(declared) > BODY_LIMIT:
        return None
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > BODY_LIMIT:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read once more, then whatever comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def read() -> Message:
        return waiting.pop() if waiting else await receive()

    return read
