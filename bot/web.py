"""The web server: Slack's requests, health, readiness and metrics. Async only to hand requests on to threads."""

import json
from collections.abc import Callable
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

BODY_LIMIT = 1_000_000
"""Bytes; Slack's own requests are far smaller."""

Readiness = Callable[[], dict[str, Any]]


def web_app(slack: App, readiness: Readiness, metrics: CollectorRegistry) -> Starlette:
    """The routes. `readiness` returns `{"ready": bool, …}` and may read the database."""

    async def events(request: Request) -> Response:
        if int(request.headers.get("content-length") or 0) > BODY_LIMIT:
            return PlainTextResponse("too large", status_code=413)
        body = await request.body()
        if not _is_readable(request, body):
            return PlainTextResponse("not a request of Slack's", status_code=400)
        # Bolt's own handler would run the listeners on the event loop, one at a time.
        answer = await run_in_threadpool(slack.dispatch, to_bolt_request(request, body))
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
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics_page),
        ]
    )


def _is_readable(request: Request, body: bytes) -> bool:
    """Bolt parses before it checks the signature, and a body that is no JSON would be its error, not the sender's."""
    try:
        text = body.decode()
        if "application/json" in request.headers.get("content-type", ""):
            json.loads(text)
    except ValueError:
        return False
    return True
