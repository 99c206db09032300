"""Connections to Slack that are kept between calls, for all workspaces of this process. Repeats no request.

slack_sdk opens one for each call, with a handshake and the reading of every certificate authority of the system. Errors
are those that urllib raises, because all that judges them knows these. Why nothing is repeated: ADR 016.
"""

import ssl
from functools import cache
from http.client import HTTPException
from time import monotonic
from typing import Any, NoReturn
from urllib.error import URLError
from urllib.parse import unquote, urlsplit
from urllib.request import proxy_bypass

from urllib3 import BaseHTTPResponse, ProxyManager, exceptions, make_headers
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

KEPT_FOR_S = 4.0
"""An idle connection is used no more after that: servers close theirs after five seconds or later, and a request that
crosses the closing on its way is a message of which nobody knows whether it was taken."""
KEPT_AT_ONCE = 128
"""More than there are threads that speak to Slack."""


class _KeptShortly(HTTPConnection):
    _answered_at = 0.0

    def getresponse(self) -> Any:
        answer = super().getresponse()
        self._answered_at = monotonic()
        return answer

    @property
    def is_connected(self) -> bool:
        """Asked before it is used again; what Slack has closed meanwhile is seen here too, before anything is said."""
        return monotonic() - self._answered_at < KEPT_FOR_S and super().is_connected


class _KeptSafely(_KeptShortly, HTTPSConnection):
    """The same with TLS."""


class _Plain(HTTPConnectionPool):
    ConnectionCls = _KeptShortly


class _Safe(HTTPSConnectionPool):
    ConnectionCls = _KeptSafely


def post(
    url: str, body: bytes, headers: dict[str, str], *, timeout: float, proxy: str | None, context: ssl.SSLContext | None
) -> BaseHTTPResponse:
    """Slack's answer of whatever status, read as a whole, over a connection of before where there is one.

    Raises OSError or HTTPException where there was none, as `urlopen`. It follows no redirect: Slack's methods have
    none.
    """
    place = urlsplit(url)
    through = proxy if proxy and not proxy_bypass(place.netloc) else None
    pool: HTTPConnectionPool | ProxyManager
    if through:
        pool, there = _through(through, context), url
    else:
        pool, there = _straight(place.scheme, place.hostname or "", place.port, context), place.path
    try:
        # A POST that is sent again may be a second message.
        return pool.urlopen("POST", there, body=body, headers=headers, timeout=timeout, redirect=False, retries=False)
    except exceptions.HTTPError as error:
        _as_urllib(error)


@cache
def _straight(scheme: str, host: str, port: int | None, context: ssl.SSLContext | None) -> HTTPConnectionPool:
    """The connections to one address; a manager would look for them anew for each call, which takes a third of it."""
    if scheme == "https":
        return _Safe(host, port, maxsize=KEPT_AT_ONCE, ssl_context=context or _safely())
    return _Plain(host, port, maxsize=KEPT_AT_ONCE)


@cache
def _through(proxy: str, context: ssl.SSLContext | None) -> ProxyManager:
    made = ProxyManager(**_proxy(proxy), maxsize=KEPT_AT_ONCE, ssl_context=context or _safely())
    made.pool_classes_by_scheme = {"http": _Plain, "https": _Safe}
    return made


@cache
def _safely() -> ssl.SSLContext:
    """As urllib's. Made once: to read the system's authorities takes longer than the handshake."""
    return ssl.create_default_context()


def _proxy(address: str) -> dict[str, Any]:
    """The proxy as urllib reads it: its scheme may be left out, and it is spoken to in plain HTTP."""
    parts = urlsplit(address if "://" in address else f"http://{address}")
    place = parts.netloc.rpartition("@")[2]
    if not parts.username:
        return {"proxy_url": f"http://{place}"}
    secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"proxy_url": f"http://{place}", "proxy_headers": make_headers(proxy_basic_auth=secret)}


def _as_urllib(error: exceptions.HTTPError) -> NoReturn:
    """Raises what urllib does for the same: URLError while a connection was made, the cause itself after that."""
    if isinstance(error, exceptions.ReadTimeoutError):
        raise TimeoutError(str(error)) from error
    under = _causes(error)
    before = isinstance(error, exceptions.NewConnectionError | exceptions.ConnectTimeoutError | exceptions.ProxyError)
    if before or not isinstance(under, OSError | HTTPException):
        raise URLError(under) from error
    raise under from error


def _causes(error: BaseException) -> BaseException:
    """The error under urllib3's own, in their arguments or as their cause; itself where there is none."""
    under = [each for each in (*error.args, error.__cause__, error.__context__) if isinstance(each, BaseException)]
    return _causes(under[0]) if isinstance(error, exceptions.HTTPError) and under else error
