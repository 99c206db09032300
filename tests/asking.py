"""Questions to a local server in JSON, over one kept connection for each thread; to a sandbox of this process without.

A test asks hundreds of them. An HTTP client that can do everything costs five times as much for each, and as much again
to be made; HTTP itself is two thirds of what is left.
"""

import json
from http.client import HTTPConnection
from select import select
from threading import local
from typing import Any
from urllib.parse import urlencode

from bot.sandbox.server import Sandbox
from tests.straight import answered

TIMEOUT_S = 40
JSON = {"Content-Type": "application/json"}


class _Kept(local):
    """The connection of a thread to the server that it asked last."""

    url = ""
    connection: HTTPConnection | None = None

    def to(self, url: str) -> HTTPConnection:
        if self.connection is None or self.url != url or _is_closed_there(self.connection):
            if self.connection:
                self.connection.close()
            self.url, self.connection = url, HTTPConnection(url.removeprefix("http://"), timeout=TIMEOUT_S)
        return self.connection


_kept = _Kept()


def ask(method: str, where: str | Sandbox, path: str, *, query: dict[str, Any] | None = None, body: Any = None) -> Any:
    """The JSON that `http://HOST:PORT` or the sandbox answers. A value of *query* may be a list. An answer that is no
    2xx fails."""
    address = f"{path}?{urlencode(query, doseq=True)}" if query else path
    told = None if body is None else json.dumps(body).encode()
    if isinstance(where, Sandbox):
        status, said = where.run(answered(where.web, method, address, told or b""), TIMEOUT_S)
    else:
        status, said = _exchanged(_kept.to(where), method, address, told, {} if told is None else JSON)
    assert status < 300, f"{method} {path} is refused: {said.decode()}"
    return json.loads(said)


def _exchanged(
    connection: HTTPConnection, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> tuple[int, bytes]:
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except BaseException:
        connection.close()
        raise


def _is_closed_there(connection: HTTPConnection) -> bool:
    """Between two answers a server says nothing but that it has closed."""
    return connection.sock is not None and bool(select([connection.sock], [], [], 0)[0])
