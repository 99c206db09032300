"""Connections over HTTP, kept within bounds: how many, how long until a request is whole, and how much of it is read.

uvicorn alone waits for a request for ever, and takes connections until there are no files left; its
`limit_concurrency` counts a connection only when it has sent a whole head.
"""

import asyncio
import os
import resource
import threading
from dataclasses import dataclass
from typing import Any

import h11
import structlog
import uvicorn
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

log = structlog.get_logger()

STOP_WITHIN_S = 9.5
KERNEL_QUEUE = 2048
"""Connections that wait in the kernel, where they need no file of ours."""


@dataclass(frozen=True)
class Bounds:
    """What is granted to those who connect."""

    connections: int = 500
    accepted_at_once: int = 64
    """Those that asyncio accepts before it counts them; up to three times as many may be open beyond the others."""
    request_s: float = 10.0
    """From connecting to the last byte of the request; Slack sends one in milliseconds."""
    request_bytes: int = 2_000_000
    """Of head and body as they come over the line, also of what is only thrown away after an early answer."""
    chunks: int = 2_000
    """Of a body without a declared length: chunks of one byte cost a thousand times what they carry."""


def bounds_for(files: int) -> Bounds:
    """For a process that may open that many files: three quarters for connections, the rest for databases and logs."""
    # Half, and up to three times a sixteenth more for those that asyncio accepts before they are counted.
    return Bounds(connections=max(16, min(1000, files // 2)), accepted_at_once=max(4, min(128, files // 16)))


def open_files() -> int:
    """How many files this process may open."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1_000_000 if soft == resource.RLIM_INFINITY else soft


def configuration(app: Any, bounds: Bounds) -> Config:
    """uvicorn's, with what it does not bound itself. No header says who asks: nothing of ours depends on it."""
    protocol = type("Bounded", (BoundedProtocol,), {"bounds": bounds})
    return Config(
        app,
        http=protocol,
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        # asyncio accepts up to `backlog` connections in one go, before any of them can be counted or refused.
        backlog=bounds.accepted_at_once,
        # Slack waits three seconds for an answer; what takes longer has nobody waiting for it.
        timeout_graceful_shutdown=4,
    )


def end_within(seconds: float) -> None:
    """Ends the process by then, whatever still stops: who sent the signal kills it soon after.

    Nothing is lost: what was accepted is in the database, and what was in hand is taken over by the next process.
    """

    def end() -> None:
        log.warning("stop_cut_short", after_seconds=seconds)
        os._exit(0)

    timer = threading.Timer(seconds, end)
    timer.daemon = True  # a stop that is done sooner does not wait for it
    timer.start()


class Server(uvicorn.Server):
    """uvicorn, which ends as if nothing had happened when a signal stops it: the caller stops the rest in order."""

    async def startup(self, sockets: Any = None) -> None:
        """As uvicorn's; its backlog bounds what is accepted at once, and is no reason to refuse anybody."""
        await super().startup(sockets)
        for listening in sockets or []:
            # Once more, with the longer queue: uvicorn has just listened with its backlog, which is short here.
            listening.listen(KERNEL_QUEUE)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """As uvicorn's, which would raise the signal once more at the end: SIGTERM then kills before others stopped."""
        super().handle_exit(sig, frame)
        self._captured_signals.clear()
        end_within(STOP_WITHIN_S)


class BoundedProtocol(H11Protocol):
    """One connection. When there are too many, the one that has waited longest for its request makes room."""

    bounds = Bounds()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Replaced after uvicorn has made its own, which gives no way to choose the class.
        self.conn = _Connection(self.bounds.chunks, self.conn._max_incomplete_event_size)
        self._taken = 0
        self._deadline: asyncio.TimerHandle | None = None
        self.waits_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Counted from here, whatever is sent."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._expect_request()
        # The one that has waited longest and not the newest: else a thousand idle connections would keep Slack out.
        if len(self.connections) > self.bounds.connections:
            waiting = [each for each in self.connections if isinstance(each, BoundedProtocol) and each.waits]
            min(waiting, key=lambda each: each.waits_since, default=self).drop("too_many_connections")

    def connection_lost(self, exc: Exception | None) -> None:
        """No deadline is left for it."""
        self._request_is_whole()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Hands on what came, within the bounds of one request."""
        # asyncio may hand over what had come before the connection was dropped.
        if self.transport.is_closing():
            return
        # Before h11 sees it: after an early answer it throws the rest of a body away, and reads it all the same.
        self._taken += len(data)
        if self._taken > self.bounds.request_bytes:
            self.drop("request_too_long")
            return
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """What was sent behind the request that is answered now is another one."""
        super().on_response_complete()
        if not self.transport.is_closing():
            self.waits_since = self.loop.time()
            self._look()

    def send_400_response(self, msg: str) -> None:
        """Only where no answer was begun: h11 would raise, and asyncio log that at length."""
        # What comes behind an answered request may be nonsense too.
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.transport.abort()

    @property
    def waits(self) -> bool:
        """Whether it is the other side that keeps it open: nothing is worked on for it."""
        # Who is being answered is never dropped for others, unless they do not read their answer.
        at_work = self.cycle is not None and not self.cycle.response_complete and self._is_whole
        return not at_work or self.flow.write_paused

    def drop(self, why: str) -> None:
        """Ends it at once, without an answer."""
        log.warning(why)
        self.connections.discard(self)  # asyncio tells of its end only later
        self.transport.abort()

    @property
    def _is_whole(self) -> bool:
        return self.conn.their_state not in (h11.IDLE, h11.SEND_BODY)

    def _look(self) -> None:
        if self._is_whole:
            self._request_is_whole()
        # An idle connection between two requests is uvicorn's: it has its own time to be used again.
        elif self.conn.their_state is h11.SEND_BODY or self.timeout_keep_alive_task is None:
            self._expect_request()

    def _expect_request(self) -> None:
        # Set once and never moved: who sends a byte now and then must be whole in the same ten seconds.
        if self._deadline is None:
            self.waits_since = self.loop.time()
            self._deadline = self.loop.call_later(self.bounds.request_s, self.drop, "request_too_slow")

    def _request_is_whole(self) -> None:
        # Counted anew: the bound is on one request, not on all that a connection ever carries.
        self._taken = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class _Connection(h11.Connection):
    """h11's, which refuses a body that comes in too many chunks."""

    def __init__(self, most_chunks: int, most_incomplete: int) -> None:
        super().__init__(h11.SERVER, most_incomplete)
        self._most_chunks, self._chunks = most_chunks, 0

    def next_event(self) -> Any:
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._chunks = 0
        self._chunks += isinstance(event, h11.Data) and event.chunk_start
        if self._chunks > self._most_chunks:
            raise h11.RemoteProtocolError("too many chunks")
        return event
