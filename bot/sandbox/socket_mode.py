"""Socket Mode: hello, envelopes, acknowledgements with payload, disconnect.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import itertools
import json
import secrets
from typing import Any

from bot.sandbox.model import Json
from bot.sandbox.outgoing import Outgoing
from bot.sandbox.state import State
from bot.sandbox.websocket import WebSocket

# Slack's limit: the eleventh replica gets no events (design.md, Bolt's sharp edges).
MOST_CONNECTIONS = 10


class SocketMode:
    """The app's connections; requests go to each in turn."""

    def __init__(self, state: State, outgoing: Outgoing) -> None:
        self._state, self._outgoing = state, outgoing
        self.connections: list[WebSocket] = []
        self._turn = itertools.count()
        self._waiting: dict[str, asyncio.Future[Any]] = {}

    def opened(self, connection: WebSocket, ticket: str) -> bool:
        """Whether the ticket of `apps.connections.open` was good; each is good once."""
        if ticket not in self._state.tickets or len(self.connections) >= MOST_CONNECTIONS:
            return False
        # A client that reconnects with the old address instead of a new ticket never comes back.
        self._state.tickets.discard(ticket)
        self.connections.append(connection)
        self._outgoing.socket = self.request
        # After the handshake has been answered: a frame before it would break the protocol.
        asyncio.get_running_loop().call_soon(self._hello, connection)
        return True

    def _hello(self, connection: WebSocket) -> None:
        hello: Json = {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": self._state.app.id},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060, "build_number": 1},
        }
        connection.send(json.dumps(hello))

    def received(self, connection: WebSocket, text: str) -> None:  # noqa: ARG002 - any connection may acknowledge
        """An acknowledgement; what cannot be read is left alone, as Slack does."""
        try:
            acknowledged = json.loads(text)
        except ValueError:
            return
        # By envelope, not by connection: Slack takes the acknowledgement from any of them.
        waiting = self._waiting.get(acknowledged.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(acknowledged.get("payload"))

    def closed(self, connection: WebSocket) -> None:
        self.connections.remove(connection)
        # Only then does HTTP get requests again.
        if not self.connections:
            self._outgoing.socket = None

    async def request(self, kind: str, payload: Json, retry: Json) -> Any:
        """Sends an envelope and waits for its acknowledgement; the caller limits the time."""
        envelope_id = secrets.token_hex(16)
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry.get("num", 0), "retry_reason": retry.get("reason", "")}
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = waiting
        try:
            # Each request to one connection, in turn: state that an app keeps in one process fails here.
            self.connections[next(self._turn) % len(self.connections)].send(json.dumps(envelope))
            return await waiting
        finally:
            del self._waiting[envelope_id]

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Asks the app to connect anew and closes every connection."""
        for connection in list(self.connections):
            connection.send(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}))
            connection.close()

    def cut(self) -> None:
        """Every connection ends without a word, as when a network between the two forgets it."""
        for connection in list(self.connections):
            connection.abort()
