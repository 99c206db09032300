"""The routes of `/sandbox/…` as a table: verb, path, and what answers."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Endpoint = Callable[[Request], Awaitable[Response]]
Row = tuple[str, str, Endpoint]


def routes_of(table: Sequence[Row]) -> list[Route]:
    """Each below `/sandbox`."""
    return [Route(f"/sandbox{path}", endpoint, methods=[verb]) for verb, path, endpoint in table]
