"""The page of the local trackers: what stands in them, what somebody does there, and what the bot did."""

from collections.abc import Sequence
from dataclasses import asdict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.errors import CannotDo
from bot.sandbox.http import STATIC
from bot.sandbox.model import Json
from bot.sandbox.people.routes import body_of
from bot.sandbox.trackers.sides import Side, Ticket

CALLS_SHOWN = 12


class TrackerDesk:
    """Of these trackers. Their own addresses lead to the page once `lead_here` was called."""

    def __init__(self, sides: Sequence[Side]) -> None:
        self._sides = {side.kind: side for side in sides}

    def routes(self) -> list[BaseRoute]:
        """The page, and what it asks for."""
        return [
            Route("/trackers", self.page),
            Route("/sandbox/trackers", self.trackers),
            Route("/sandbox/trackers/{kind}/{ref}/{act}", self.act, methods=["POST"]),
        ]

    def lead_here(self, url: str) -> None:
        """A ticket's own address, as the card has it, leads to the page of the sandbox at *url*."""
        for side in self._sides.values():
            side.server.page = f"{url}/trackers#/{side.kind}"

    async def page(self, _request: Request) -> Response:
        """The page itself."""
        return FileResponse(STATIC / "trackers.html", headers={"cache-control": "no-cache"})

    async def trackers(self, _request: Request) -> Response:
        """Every tracker with its tickets, and what the bot last wrote there, the newest first."""
        return JSONResponse({"trackers": [_seen(side) for side in self._sides.values()]})

    async def act(self, request: Request) -> Response:
        """Somebody does something with a ticket. Answers with it as it is then."""
        kind, ref, act = (request.path_params[name] for name in ("kind", "ref", "act"))
        side = self._sides.get(kind)
        ticket = _ticket(side, ref) if side else None
        if side is None or ticket is None:
            raise CannotDo(f"There is no {ref} in {kind}.", 404)
        if act not in (*ticket.can, "comment"):
            raise CannotDo(f"Nobody can {act} {ref} now.")
        text = str((await body_of(request)).get("text") or "").strip()
        if act == "comment" and not text:
            raise CannotDo("A comment says something.")
        await run_in_threadpool(side.acts[act], ref, text)
        found = _ticket(side, ref)
        assert found
        return JSONResponse(asdict(found))


def _ticket(side: Side, ref: str) -> Ticket | None:
    return next((each for each in side.tickets() if each.ref == ref), None)


def _seen(side: Side) -> Json:
    writes = side.server.writes()
    calls = [f"{method} {path}" for method, path in writes[-CALLS_SHOWN:]]
    return {
        "kind": side.kind,
        "title": side.title,
        "tickets": [asdict(each) for each in side.tickets()],
        "calls": calls[::-1],
        "wrote": len(writes),
        "asked": len(side.server.calls),
    }
