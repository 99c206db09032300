"""The web server: Slack's requests, health, readiness and metrics. Async only to hand requests on to threads."""

from asyncio import Semaphore
from collections.abc import Callable
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from slack_bolt import App, BoltResponse
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_bolt.oauth import OAuthFlow
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.slack.oauth import INSTALL, REDIRECT, Installing
from bot.slack.requests import bolt_request

BODY_LIMIT = 1_000_000
"""Bytes; Slack's own requests are far smaller."""

AT_ONCE = 16
"""Requests of Slack's that are worked on at once; the others wait in the order in which they came. With forty, which is
what Starlette allows, threads fight for the interpreter and the slowest answer takes twice as long (`make bench`)."""

Readiness = Callable[[], dict[str, Any]]


def web_app(slack: App, readiness: Readiness, metrics: CollectorRegistry) -> Starlette:
    """The routes. `readiness` returns `{"ready": bool, …}` and may read the database."""

    at_once = Semaphore(AT_ONCE)

    async def events(request: Request) -> Response:
        body = await body_of(request)
        if body is None:
            return PlainTextResponse("too large", status_code=413)
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
        found = await run_in_threadpool(readiness)
        return JSONResponse(found, status_code=200 if found["ready"] else 503)

    async def metrics_page(_request: Request) -> Response:
        text = await run_in_threadpool(generate_latest, metrics)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    return Starlette(
        routes=[
            Route("/slack/events", events, methods=["POST"]),
            *_installing(slack.oauth_flow),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics_page),
        ]
    )


async def body_of(request: Request) -> bytes | None:
    """The body; None as soon as it is longer than `BODY_LIMIT`, whatever its headers say of its length."""
    if int(request.headers.get("content-length") or 0) > BODY_LIMIT:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


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
