"""`/sandbox/inspector`, what went between Slack and the app, and `/sandbox/faults`, what goes wrong there."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.errors import CannotDo
from bot.sandbox.faults import Faults
from bot.sandbox.inspector import Inspector
from bot.sandbox.people.routes import body_of
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.table import Row, routes_of


class WatchRoutes:
    """The inspector and the faults."""

    def __init__(self, inspector: Inspector, faults: Faults, sockets: SocketMode) -> None:
        self.inspector, self.faults, self.sockets = inspector, faults, sockets

    def routes(self) -> list[Route]:
        table: list[Row] = [
            ("GET", "/inspector", self.entries),
            ("DELETE", "/inspector", self.forget),
            ("GET", "/inspector/{id:int}", self.entry),
            ("GET", "/faults", self.list_faults),
            ("POST", "/faults", self.add_fault),
            ("DELETE", "/faults", self.remove_faults),
            ("DELETE", "/faults/{id:int}", self.remove_faults),
        ]
        return routes_of(table)

    async def entries(self, request: Request) -> Response:
        query = request.query_params
        found = self.inspector.list(
            int(query.get("after", 0)),
            int(query.get("limit", 100)),
            kind=query.get("kind"),
            method=query.get("method"),
            user=query.get("user"),
            workspace=query.get("workspace"),
        )
        return JSONResponse({"entries": [entry.shown() for entry in found]})

    async def entry(self, request: Request) -> Response:
        found = self.inspector.find(request.path_params["id"])
        if found is None:
            raise CannotDo("The inspector has no such entry.", 404)
        return JSONResponse(found.shown())

    async def forget(self, _request: Request) -> Response:
        self.inspector.entries.clear()
        return JSONResponse({"ok": True})

    async def list_faults(self, _request: Request) -> Response:
        return JSONResponse({"faults": [vars(fault) for fault in self.faults.all.values()]})

    async def add_fault(self, request: Request) -> Response:
        fault = self.faults.add(await body_of(request))
        if fault.kind == "away":
            # A Slack that is away holds no connections: the watchdog of Socket Mode is tried by this.
            self.sockets.disconnect("link_disabled")
            await asyncio.sleep(0)
        return JSONResponse(vars(fault))

    async def remove_faults(self, request: Request) -> Response:
        self.faults.remove(request.path_params.get("id"))
        return JSONResponse({"ok": True})
