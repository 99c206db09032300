"""The Model Context Protocol for assistants: over HTTP, each request with a token, and over standard input and output.

Nothing is kept between two requests, so any process may answer any of them.
"""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

import anyio
from mcp import MCPError
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.types import (
    INVALID_REQUEST,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
)
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from bot.api.answers import as_text
from bot.api.caller import Caller, TokenDoor
from bot.api.edge import HEADERS, Edge
from bot.api.mcp_tools import INSTRUCTIONS, TOOLS, used
from bot.api.problems import HttpProblem, away, not_valid, our_fault, refused
from bot.deps import Deps
from bot.domain.errors import Refused
from storage.engine import DATABASE_AWAY

PATH = "/mcp"
NAME, VERSION = "actionitem", "1.0.0"
Admit = Callable[[], Caller]
"""Who asks, looked up anew for each request. Raises `HttpProblem`."""
# It tells at `info` of each request that a manager was started and stopped for it.
logging.getLogger("mcp").setLevel(logging.WARNING)


def assistants(deps: Deps, door: TokenDoor) -> Edge:
    """MCP behind the edge of the API: bounded as it is, and by the same tokens."""
    return Edge(Entrance(deps, door))


class Entrance:
    """Lets a token in and answers its one message. There are no sessions, and nothing is told unasked."""

    def __init__(self, deps: Deps, door: TokenDoor) -> None:
        self._deps = deps
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers with JSON; or with a problem, before anything of the protocol was read."""
        try:
            caller = await self._caller(Request(scope))
        except HttpProblem as problem:
            await problem.response()(scope, receive, send)
            return
        scope["state"][HEADERS].update(caller.headers)
        # No check of the origin: a page that was rebound to this host has no token, and nothing here asks for less.
        manager = StreamableHTTPSessionManager(server(self._deps, lambda: caller), json_response=True, stateless=True)
        # One for each request: a manager lives as long as its application, which a mounted one is not told of.
        async with manager.run():
            await manager.handle_request(scope, receive, send)

    async def _caller(self, request: Request) -> Caller:
        if request.url.path.rstrip("/") != PATH:
            raise HttpProblem(
                HTTPStatus.NOT_FOUND, "not-found", "Not found", f"MCP stands at {PATH}, and nothing below it."
            )
        if request.method != "POST":
            detail = "Assistants send POST with a message of MCP; nothing is told unasked, and there are no sessions."
            raise HttpProblem(
                HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", "Method Not Allowed", detail,
                headers={"Allow": "POST"},
            )  # fmt: skip
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        try:
            return await run_in_threadpool(self._door.admit, secret.strip() if scheme.lower() == "bearer" else "")
        except DATABASE_AWAY as error:
            raise away(error) from error


def serve_stdio(deps: Deps, door: TokenDoor, secret: str) -> None:
    """Serves one assistant on standard input and output until it goes away. Raises `HttpProblem` for a token that
    may not come in; one that is revoked meanwhile gets no further answer."""
    door.admit(secret)
    try:
        anyio.run(_on_streams, server(deps, partial(door.admit, secret)))
    finally:
        door.close()


async def _on_streams(serving: "Server[Any]") -> None:
    async with stdio_server() as (read, write):
        await serving.run(read, write, serving.create_initialization_options())


def server(deps: Deps, admit: Admit) -> "Server[Any]":
    """The protocol for whoever *admit* says, with the tools that their token may use. Work is done in threads."""

    async def list_tools(_context: object, _params: PaginatedRequestParams | None) -> ListToolsResult:
        try:
            caller = await run_in_threadpool(admit)
        except HttpProblem as problem:
            raise MCPError(INVALID_REQUEST, str(problem)) from problem
        return ListToolsResult(tools=[tool.listed() for tool in TOOLS if tool.is_for(caller)])

    async def call_tool(_context: object, params: CallToolRequestParams) -> CallToolResult:
        return await run_in_threadpool(_called, deps, admit, params.name, params.arguments or {})

    return Server(
        NAME, version=VERSION, title="Action Items", instructions=INSTRUCTIONS,
        on_list_tools=list_tools, on_call_tool=call_tool,
    )  # fmt: skip


def _called(deps: Deps, admit: Admit, name: str, arguments: Mapping[str, Any]) -> CallToolResult:
    try:
        body = used(deps, admit(), name, arguments)
    except HttpProblem as problem:
        return _failed(problem)
    except Refused as error:
        return _failed(refused(error))
    except ValidationError as error:
        return _failed(not_valid((each["loc"], each["msg"]) for each in error.errors()))
    except DATABASE_AWAY as error:
        return _failed(away(error))
    # The edge, as FastAPI's is of the API: the SDK would send the assistant what was raised, rows and all.
    except Exception as error:  # noqa: BLE001 – `our_fault` logs it
        return _failed(our_fault(error))
    return CallToolResult(content=[TextContent(text=as_text(body))], structured_content=body)


def _failed(problem: HttpProblem) -> CallToolResult:
    """What an assistant reads to do better, in its own words: there are no headers here, and no keys."""
    lines = [f"{problem.body['title']}. {problem.body['detail']}"]
    for found in problem.body.get("findings", []):
        better = f" Better: {found['suggestion']}" if found["suggestion"] else ""
        lines.append(f"{found['label']}: {found['message']}{better}")
    return CallToolResult(content=[TextContent(text="\n".join(lines))], is_error=True)
