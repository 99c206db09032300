"""The web side: all routes together, refusals as JSON, and connections that can be dropped."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.dispatch import WebApi, abort
from bot.sandbox.errors import CannotDo
from bot.sandbox.faults import Fault
from bot.sandbox.inspector import Entry
from bot.sandbox.responding import respond
from bot.sandbox.wire import form_fields, read_args

STATIC = Path(__file__).parent / "static"


class Droppable:
    """Puts into each request the means to close its connection without an answer (`sandbox.abort`)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # ASGI has no way to break off; uvicorn's `send` is a method of the protocol that holds the connection.
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        scope["sandbox.abort"] = transport.abort if transport is not None else _nothing
        await self._app(scope, receive, send)


def _nothing() -> None:
    """Not under uvicorn: there is no connection to close."""


class SlackRoutes:
    """What Slack has beside the Web API: response URLs, uploads, files, the authorize page."""

    def __init__(self, api: WebApi) -> None:
        self.api = api
        self.state = api.state

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/api/{method}", self.api.answer, methods=["GET", "POST"]),
            Route("/respond/{team}/{key}", self.respond, methods=["POST"]),
            Route("/files/upload/{file}", self.upload, methods=["POST"]),
            Route("/files/{file}/{name:path}", self.file),
            Route("/oauth/v2/authorize", self.authorize),
        ]

    async def respond(self, request: Request) -> Response:
        body = await _json_or_none(request)
        entry = self.api.inspector.open("call", "respond", body if isinstance(body, dict) else {})
        fault = self.api.faults.strike("respond", None)
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault is not None and fault.kind != "drop_after_acceptance":
            return _instead(request, fault, entry)
        status, text = respond(self.state, request.path_params["key"], body, entry.id)
        entry.close(text, status=status, answer=text)
        if fault is not None and fault.kind != "delay":
            abort(request)
        return PlainTextResponse(text, status)

    async def upload(self, request: Request) -> Response:
        file = self.state.files.get(request.path_params["file"])
        if file is None:
            return PlainTextResponse("file_not_found", 404)
        content = await _uploaded_bytes(request)
        # Bytes were announced: an app that counts characters is found by the first umlaut.
        if len(content) != file.length:
            return PlainTextResponse(f"{file.length} bytes were announced, {len(content)} came", 400)
        file.content = content
        return PlainTextResponse(f"OK - {file.length}")

    async def file(self, request: Request) -> Response:
        file = self.state.files.get(request.path_params["file"])
        if file is None or file.content is None:
            return PlainTextResponse("file_not_found", 404)
        kind = {"png": "image/png", "svg": "image/svg+xml"}.get(file.name.rpartition(".")[2], "text/plain")
        return Response(file.content, media_type=kind)

    async def authorize(self, request: Request) -> Response:
        """Gives leave at once: redirects with a code. `team` and `user` choose for whom."""
        query = request.query_params
        if query.get("client_id") != self.state.app.client_id:
            return PlainTextResponse("invalid_client_id", 400)
        allowed = self.state.app.redirect_urls
        target = query.get("redirect_uri") or next(iter(allowed), "")
        # Slack sends codes only to addresses of the manifest; a wrong `PUBLIC_URL` shows here.
        if not target or (allowed and not any(target.startswith(each) for each in allowed)):
            return PlainTextResponse("bad_redirect_uri", 400)
        team = query.get("team") or next(iter(self.state.teams))
        people = [user for user in self.state.members_of_team(team) if not user.is_bot]
        # By default an admin: most workspaces let nobody else install an app.
        user = query.get("user") or next((u.id for u in people if u.is_owner or u.is_admin), "U0INSTALLER")
        code = self.state.new_id("O")
        self.state.codes[code] = f"{team} {user} {query.get('scope', '')}"
        answer = {"code": code} | ({"state": query["state"]} if "state" in query else {})
        return RedirectResponse(f"{target}{'&' if '?' in target else '?'}{urlencode(answer)}", 302)


def _instead(request: Request, fault: Fault, entry: Entry) -> Response:
    """What a fault answers in place of a response URL."""
    status = 429 if fault.kind == "429" else fault.status
    dropped = fault.kind in ("drop_before", "away")
    entry.close(fault.kind, status=None if dropped else status, answer=None)
    if dropped:
        abort(request)
    headers = {"retry-after": str(fault.retry_after)} if fault.kind == "429" else {}
    return PlainTextResponse(fault.error if fault.kind == "error" else fault.kind, status, headers=headers)


async def _json_or_none(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError:
        values = (await read_args(request)).values
        return values or None


async def _uploaded_bytes(request: Request) -> bytes:
    kind, body = request.headers.get("content-type", ""), await request.body()
    if not kind.startswith("multipart/"):
        return body
    return next((part for part in form_fields(kind, body).values() if isinstance(part, bytes)), b"")


async def _refused(_request: Request, error: Exception) -> Response:
    if isinstance(error, CannotDo):
        return JSONResponse({"error": error.sentence}, error.status)
    # A wrong body of a test is a sentence, not a traceback in a server that nobody watches.
    return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)


async def _index(_request: Request) -> Response:
    full = STATIC / "index.html"
    return FileResponse(full if full.exists() else STATIC / "plain.html", headers={"cache-control": "no-cache"})


def make_app(routes: list[BaseRoute]) -> ASGIApp:
    """The ASGI application with the page at `/` and `/static`."""
    page: list[BaseRoute] = [Route("/", _index), Mount("/static", StaticFiles(directory=STATIC))]
    handlers: dict[Any, Callable[..., Any]] = dict.fromkeys((CannotDo, ValueError, KeyError), _refused)
    return Droppable(Starlette(routes=[*routes, *page], exception_handlers=handlers))
