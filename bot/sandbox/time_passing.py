"""`/sandbox/clock`, which moves the time and lets come what is due, and `/sandbox/idle`, which waits for events."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.errors import CannotDo
from bot.sandbox.events import EventDelivery
from bot.sandbox.model import Json
from bot.sandbox.people.routes import body_of
from bot.sandbox.rates import Rates
from bot.sandbox.state import State
from bot.sandbox.table import Row, routes_of

OnClockMoved = Callable[[datetime], Any]


class TimeRoutes:
    """`on_clock_moved` runs in a thread, and moves the clock where it `walks`."""

    def __init__(
        self, state: State, rates: Rates, events: EventDelivery, on_clock_moved: OnClockMoved | None, *, walks: bool
    ) -> None:
        self.state, self.rates, self.events = state, rates, events
        self.on_clock_moved, self.walks = on_clock_moved, walks

    def routes(self) -> list[Route]:
        table: list[Row] = [
            ("GET", "/clock", self.clock),
            ("POST", "/clock", self.move_clock),
            ("GET", "/idle", self.idle),
        ]
        return routes_of(table)

    def _time(self) -> Json:
        clock = self.state.clock
        moved = clock.moved_by.total_seconds()
        return {"now": clock.now().isoformat(), "epoch": clock.epoch(), "moved_by": moved}

    async def clock(self, _request: Request) -> Response:
        return JSONResponse(self._time())

    async def move_clock(self, request: Request) -> Response:
        body = await body_of(request)
        clock = self.state.clock
        try:
            target = _wanted(body, clock.now())
            clock.until(target)
        except ValueError as error:
            raise CannotDo(str(error)) from error
        if not self.walks:
            clock.move_to(target)
        # Told to pages only afterwards, so that who looks then sees what the moved clock brought about.
        outcome = await self._run_what_is_due(target)
        clock.move_by(max(target - clock.now(), timedelta()))  # the rest, where the callback has walked
        self.state.feed.tell(self.state.users, "clock")
        return JSONResponse(self._time() | outcome)

    async def _run_what_is_due(self, target: datetime) -> Json:
        """What the callback returned, or how it failed."""
        if self.on_clock_moved is None:
            return {"outcome": None, "error": None}
        # In a thread: the callback makes the bot call back here, which it could not while the loop waits for it.
        running = asyncio.ensure_future(run_in_threadpool(self.on_clock_moved, target))
        with self.rates.suspended():
            await asyncio.wait({running})
        failure = running.exception()
        if failure is not None:
            return {"outcome": None, "error": f"{type(failure).__name__}: {failure}"}
        return {"outcome": running.result(), "error": None}

    async def idle(self, request: Request) -> Response:
        seconds = min(float(request.query_params.get("wait", 5)), 30.0)
        settled = await self.events.settled(seconds)
        return JSONResponse({"idle": settled})


def _wanted(body: Json, now: datetime) -> datetime:
    """The time that is to come. Raises ValueError for what is none."""
    if "to" in body:
        return datetime.fromisoformat(str(body["to"]))
    return now + timedelta(seconds=float(body.get("by", 0)))
