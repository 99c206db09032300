"""The web server: Slack's requests, health, readiness and metrics. Async only to hand requests on to threads."""

import re
import time
from asyncio import Semaphore
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_bolt.oauth import OAuthFlow
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from bot.slack.oauth import INSTALL, REDIRECT, Installing
from bot.slack.requests import SIGNED, SlackApp, bolt_request, is_promising

BODY_LIMIT = 1_000_000
"""Bytes; Slack's own requests are far smaller."""

AT_ONCE = 8
"""Requests of Slack's that are worked on at once; the others wait in the order in which they came. With forty, which is
what Starlette allows, threads fight for the interpreter and the slowest answer takes twice as long (`make bench`); with
sixteen, fifty who create at once on a busy machine wait for one another's lock until some are sent away."""

TOO_LARGE = PlainTextResponse("too large", status_code=413)
NOT_SIGNED = JSONResponse({"error": "invalid request"}, status_code=401)

Readiness = Callable[[], dict[str, Any]]


def web_app(
    slack: SlackApp,
    readiness: Readiness,
    metrics: CollectorRegistry,
    mounted: Mapping[str, ASGIApp] | None = None,
    more: Sequence[BaseRoute] = (),
) -> Starlette:
    """The routes, and *more* of other rooms. `readiness` returns `{"ready": bool, …}` and may read the database;
    *mounted* are applications of their own, by their path."""

    at_once = Semaphore(AT_ONCE)

    async def events(request: Request) -> Response:
        body = await _signed_body(slack, request)
        if isinstance(body, Response):
            return body
        try:
            readable = bolt_request(request, body)
        except ValueError:
            return PlainTextResponse("not a request of Slack's", status_code=400)
        # Bolt's own handler would run the listeners on the event loop, one at a time.
        async with at_once:
            answer = await run_in_threadpool(slack.dispatch, readable)
        return to_starlette_response(answer)

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"ok": True})

    async def readyz(_request: Request) -> Response:
        # It reads the database, for which the event loop must not wait.
        found = await run_in_threadpool(readiness)
        return JSONResponse(found, status_code=200 if found["ready"] else 503)

    async def metrics_page(_request: Request) -> Response:
        text = await run_in_threadpool(generate_latest, metrics)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    web = Starlette(
        routes=[
            Route("/slack/events", events, methods=["POST"]),
            *_installing(slack.oauth_flow),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics_page),
            *more,
            # A mount answers for what is below its path only, and MCP is asked at its path itself.
            *(route for path, app in (mounted or {}).items() for route in (Route(path, app), _Below(path, app))),
        ]
    )
    web.router.redirect_slashes = False  # it would send people to whatever host the request names
    return web


class _Below(Mount):
    """All that is below a path. Starlette's own leaves out what has a line break in it, which then nobody answers."""

    def __init__(self, path: str, app: ASGIApp) -> None:
        super().__init__(path, app)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)


async def _signed_body(slack: SlackApp, request: Request) -> bytes | Response:
    """What Slack sent; or the answer to what it did not, most of which need not be read to its end."""
    if declared(request) > BODY_LIMIT:
        return TOO_LARGE
    if _given_twice(request) or not is_promising(request.headers, time.time()):
        return NOT_SIGNED
    try:
        body = await body_of(request)
    except ClientDisconnect:
        return Response()  # which nobody reads
    if body is None:
        return TOO_LARGE
    return body if slack.is_signed(request.headers, body) else NOT_SIGNED


async def body_of(request: Request) -> bytes | None:
    """The body; None as soon as it is longer than `BODY_LIMIT`, whatever its headers say of its length."""
    if declared(request) > BODY_LIMIT:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


def declared(request: Request) -> int:
    """How long the body is, as its head says; 0 when it does not. The server refuses what is no number."""
    return int(request.headers.get("content-length") or 0)


def _given_twice(request: Request) -> bool:
    # Of two values, whoever checks and whoever uses could each take another one.
    return any(len(request.headers.getlist(name)) > 1 for name in SIGNED)


def _installing(flow: OAuthFlow | None) -> list[Route]:
    """The two addresses of an installation by OAuth; none where the bot serves one workspace."""
    if not isinstance(flow, Installing):  # Bolt makes a flow of its own from what it finds in the environment
        return []

    async def install(request: Request) -> Response:
        return _page(await run_in_threadpool(flow.handle_installation, to_bolt_request(request, b"")))

    async def redirected(request: Request) -> Response:
        return _page(await run_in_threadpool(flow.handle_callback, to_bolt_request(request, b"")))

    return [Route(f"/{INSTALL}", install), Route(f"/{REDIRECT}", redirected)]


def _page(answer: BoltResponse) -> Response:
    """As it is: Bolt's own translation drops SameSite and makes cookies Secure also on a local address."""
    page = Response(answer.body, answer.status, headers=answer.first_headers_without_set_cookie())
    for cookie in answer.headers.get("set-cookie", []):
        page.headers.append("set-cookie", cookie)
    return page
