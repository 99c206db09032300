"""The API as an application: its routes, and what becomes of whatever is refused or goes wrong."""

from collections.abc import Callable, Iterable
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from bot.api.asked import PREFIX
from bot.api.caller import TokenDoor
from bot.api.edge import Edge
from bot.api.editing import EditedItems
from bot.api.incidents import Incidents
from bot.api.making import NewItems
from bot.api.problems import MEDIA_TYPE, HttpProblem, away, not_valid, our_fault, refused, unknown_parameters
from bot.api.reading import Reading
from bot.api.shapes import EXAMPLES
from bot.api.writing import ItemSteps
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.token import TokenScope
from storage.engine import DATABASE_AWAY

VERSION = "1.0.0"
DESCRIPTION = (
    "Action items of post-mortems: read, made and moved on by other tools, under the same rules as in Slack. What "
    "people decide (verifying, closing, deferring, accepting a risk, declining, approving) is done in Slack."
)


def api(deps: Deps, door: TokenDoor | None = None) -> Edge:
    """The API behind its edge, for a mount at `PREFIX`."""
    return Edge(application(deps, door or TokenDoor(deps)))


def application(deps: Deps, door: TokenDoor) -> FastAPI:
    """The API itself."""
    app = FastAPI(
        title="Action Items",
        version=VERSION,
        description=DESCRIPTION,
        openapi_url="/openapi.json",
        docs_url=None,  # Both of FastAPI's pages load scripts from elsewhere.
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
    )
    page = (Path(__file__).parent / "docs.html").read_text(encoding="utf-8")
    for resource in (Reading, NewItems, EditedItems, ItemSteps, Incidents):
        app.include_router(resource(deps, door).routes())

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        """The readable page."""
        return HTMLResponse(page)

    # FastAPI's own way to say more than it generates.
    app.openapi = _once(partial(_schema, app.openapi))  # type: ignore[method-assign]
    app.add_exception_handler(HttpProblem, _problem)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _not_valid(door))
    app.add_exception_handler(HTTPException, _no_such_page)
    for silent in DATABASE_AWAY:
        app.add_exception_handler(silent, _away)
    app.add_exception_handler(Exception, _our_fault)
    return app


def _once(made: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """Makes it when it is first asked for, in one thread: FastAPI's generator fails where two run at once, and the
    first requests of a tool may well come together."""
    lock, kept = Lock(), cache(made)

    def once() -> dict[str, Any]:
        with lock:
            return kept()

    return once


def _schema(generated: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """As FastAPI generates it from the code, with an example of each answer."""
    schema = generated()
    shapes = schema["components"]["schemas"]
    # FastAPI's own shape of errors, which are problems here.
    for unused in ("HTTPValidationError", "ValidationError"):
        shapes.pop(unused, None)
    for name, example in EXAMPLES.items():
        if name in shapes:
            shapes[name]["examples"] = [example]
    for operation in (each for path in schema["paths"].values() for each in path.values()):
        for said in (content for answer in operation["responses"].values() for content in _contents(answer)):
            name = said["schema"].get("$ref", "").rpartition("/")[2]
            if name in EXAMPLES:
                said["example"] = EXAMPLES[name]
    return schema


def _contents(answer: dict[str, Any]) -> Iterable[dict[str, Any]]:
    content: dict[str, Any] = answer.get("content", {})
    # Every error is a problem: FastAPI adds plain JSON of the same shape.
    if MEDIA_TYPE in content:
        content.pop("application/json", None)
    return content.values()


def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HttpProblem)
    return error.response()


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return refused(error).response()


def _not_valid(door: TokenDoor) -> Callable[[Request, Exception], Response]:
    def refuse(request: Request, error: Exception) -> Response:
        """FastAPI reads parameters and body before any route sees the token: who may not ask learns nothing of them."""
        assert isinstance(error, RequestValidationError)
        try:
            door.let_in(request, _secret(request)).check(_scope(request))
        except HttpProblem as stranger:
            return stranger.response()
        except DATABASE_AWAY as silent:
            return _away(request, silent)
        return _what_is_not_valid(request, error)

    return refuse


def _secret(request: Request) -> str:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _scope(request: Request) -> TokenScope:
    """The scope that the address asks for."""
    place = request.url.path.removeprefix(PREFIX).split("/")[1]
    if request.method == "GET":
        return TokenScope.MEASURES_READ if place == "measures" else TokenScope.ITEMS_READ
    return TokenScope.INCIDENTS_WRITE if place == "incidents" else TokenScope.ITEMS_WRITE


def _what_is_not_valid(request: Request, error: RequestValidationError) -> Response:
    """By field or parameter; of a body that is no JSON there are no fields."""
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return HttpProblem(
            HTTPStatus.BAD_REQUEST, "no-json", "The body is no JSON", "Send a JSON object, as application/json."
        ).response()
    # Of (`body`, `due`) it is `due`; the body itself where it is none of its fields.
    places = ((each["loc"][1:] or each["loc"], each["msg"]) for each in found)
    return not_valid(places, unknown_parameters(request)).response()


def _no_such_page(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    detail = f"{request.method} {request.url.path}: {status.description or status.phrase}. See {PREFIX}/docs."
    kind = status.phrase.lower().replace(" ", "-")
    return HttpProblem(status, kind, status.phrase, detail, headers=error.headers).response()


def _away(_request: Request, error: Exception) -> Response:
    return away(error, "Ask again in a moment, with the same Idempotency-Key.").response()


def _our_fault(_request: Request, error: Exception) -> Response:
    return our_fault(error).response()
