"""From a test straight into a web application, without a port and without a loop of the test's own."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import httpx
from starlette.types import ASGIApp, Message

Result = TypeVar("Result")


def in_own_loop(work: Coroutine[Any, Any, Result]) -> Result:
    """What `work` returns, awaited in its own thread: Playwright leaves a running loop in the thread of the tests."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class Straight(httpx.BaseTransport):
    """A transport for httpx.Client that hands each request to `web`."""

    def __init__(self, web: ASGIApp) -> None:
        self._web = web

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return in_own_loop(self._handled(request))

    async def _handled(self, request: httpx.Request) -> httpx.Response:
        answer = await httpx.ASGITransport(self._web).handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


async def answered(web: ASGIApp, method: str, address: str, body: bytes) -> tuple[int, bytes]:
    """Status and body of what `web` answers to JSON; *address* is a path and perhaps a query."""
    path, _, query = address.partition("?")
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    headers = [(b"content-type", b"application/json")]
    about = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": headers}
    await web(about, receive, send)
    return said[0]["status"], b"".join(message["body"] for message in said[1:])
