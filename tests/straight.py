"""From a test straight into a web application, without a port and without a loop of the test's own."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import httpx
from starlette.types import ASGIApp

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
