"""A WebSocket server side on asyncio: handshake, text, ping and close frames (RFC 6455).

uvicorn needs a package for WebSockets that the product does not; this is what Socket Mode uses of it.
No extensions, no binary messages.
"""

import asyncio
import base64
import hashlib
import struct
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CONTINUATION, TEXT, CLOSE, PING, PONG = 0x0, 0x1, 0x8, 0x9, 0xA
SHORT, MEDIUM = 126, 127
FINAL, MASKED, LENGTH, OPCODE = 0x80, 0x80, 0x7F, 0x0F


def accept_key(key: str) -> str:
    # RFC 6455 prescribes SHA-1 here; it protects nothing.
    digest = hashlib.sha1(key.encode() + GUID, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def frame(opcode: int, payload: bytes) -> bytes:
    """One unmasked, final frame, as servers send them."""
    head = bytes([FINAL | opcode])
    size = len(payload)
    if size < SHORT:
        return head + bytes([size]) + payload
    if size < 1 << 16:
        return head + bytes([SHORT]) + struct.pack("!H", size) + payload
    return head + bytes([MEDIUM]) + struct.pack("!Q", size) + payload


def unframe(buffer: bytes) -> tuple[int, bool, bytes, int] | None:
    """Opcode, whether final, the payload and how many bytes it took; None when more is needed."""
    if len(buffer) < 2:  # noqa: PLR2004 - the shortest head
        return None
    size, at = buffer[1] & LENGTH, 2
    if size >= SHORT:
        width, form = (2, "!H") if size == SHORT else (8, "!Q")
        if len(buffer) < at + width:
            return None
        size = struct.unpack(form, buffer[at : at + width])[0]
        at += width
    mask = b"\0\0\0\0"
    if buffer[1] & MASKED:
        mask, at = buffer[at : at + 4], at + 4
    if len(buffer) < at + size:
        return None
    payload = bytes(byte ^ mask[index % 4] for index, byte in enumerate(buffer[at : at + size]))
    return buffer[0] & OPCODE, bool(buffer[0] & FINAL), payload, at + size


class Listener(Protocol):
    """Who hears of connections: Socket Mode's hub."""

    def opened(self, connection: "WebSocket", ticket: str) -> bool: ...

    def received(self, connection: "WebSocket", text: str) -> None: ...

    def closed(self, connection: "WebSocket") -> None: ...


class WebSocket(asyncio.Protocol):
    """One connection, made by uvicorn when a request asks for the upgrade."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._message = b""
        self._open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        # uvicorn hands the whole request over, head and all, so the handshake is ours.
        if not self._open and b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            self._shake_hands(head.decode("latin-1"))
        while self._open and (found := unframe(self._buffer)) is not None:
            opcode, final, payload, taken = found
            self._buffer = self._buffer[taken:]
            self._take(opcode, payload, final=final)

    def _shake_hands(self, head: str) -> None:
        request, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        query = parse_qs(urlsplit(request.split(" ")[1]).query)
        ticket = query.get("ticket", [""])[0]
        self._open = self._listener.opened(self, ticket)
        if not self._open:
            self._write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            self.abort()
            return
        accept = accept_key(headers.get("sec-websocket-key", ""))
        self._write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )

    def _take(self, opcode: int, payload: bytes, *, final: bool) -> None:
        if opcode == PING:
            self._write(frame(PONG, payload))
        elif opcode == CLOSE:
            self._write(frame(CLOSE, payload))
            self.abort()
        elif opcode in (TEXT, CONTINUATION):
            self._message += payload
            if final:
                text, self._message = self._message.decode(), b""
                self._listener.received(self, text)

    def _write(self, data: bytes) -> None:
        # An app may be gone between two frames; that is its affair and no error of the sandbox.
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def send(self, text: str) -> None:
        self._write(frame(TEXT, text.encode()))

    def close(self) -> None:
        """Says good-bye, then closes."""
        self._write(frame(CLOSE, struct.pack("!H", 1000)))
        self.abort()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio calls it
        # A connection that was refused was never the listener's.
        if self._open:
            self._open = False
            self._listener.closed(self)


def made_by_uvicorn(listener: Listener) -> Callable[..., WebSocket]:
    """What uvicorn's `ws` option takes: called with its config and states, which are of no use here."""

    def make(**_uvicorn: Any) -> WebSocket:
        return WebSocket(listener)

    return make
