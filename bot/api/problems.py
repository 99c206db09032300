"""What the API says no with: RFC 9457 problems."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.domain.errors import Missing, NotFound, Refused, Unavailable

if TYPE_CHECKING:
    from fastapi import FastAPI  # slow, and the edge needs this module before anybody asks the API

T = TypeVar("T")
log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
TYPES = "/api/v1/docs#problem-"
"""What a `type` begins with: the place of the readable page that explains it, on whichever host that is."""


NEVER_EMPTY = "It cannot be empty: leave it out to keep it."
"""Said of null where a change may not take the value away."""


class HttpProblem(Exception):
    """An answer that is an error. `kind` ends its `type`; `errors` are by field; *more* goes into it as it is."""

    def __init__(
        self,
        status: HTTPStatus,
        kind: str,
        title: str,
        detail: str,
        *,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = dict(headers or {})
        self.body: dict[str, Any] = {
            "type": TYPES + kind,
            "title": title,
            "status": int(status),
            "detail": detail,
        } | more
        if errors:
            self.body["errors"] = dict(errors)

    def response(self) -> JSONResponse:
        """As it is sent."""
        return JSONResponse(self.body, int(self.status), self.headers, media_type=MEDIA_TYPE)


def invalid(errors: Mapping[str, str], detail: str = "") -> HttpProblem:
    """Fields or parameters that cannot be taken, each with what to write instead."""
    return HttpProblem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", "The request cannot be taken as it is",
        detail or " ".join(f"{name}: {text}" for name, text in errors.items()), errors=errors,
    )  # fmt: skip


class Wrong:
    """What is wrong with the fields of one request, so that all of it is told at once."""

    def __init__(self) -> None:
        self._found: list[HttpProblem] = []

    def take(self, read: Callable[[], T], instead: T) -> T:
        """What *read* gives; *instead* where it refuses a field. Raises what is refused for another reason."""
        with self.kept():
            return read()
        return instead

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keeps a refusal of fields for later. What is refused for another reason goes on."""
        try:
            yield
        except HttpProblem as problem:
            self._keep(problem, problem)
        except Refused as error:
            self._keep(refused(error), error)

    def _keep(self, problem: HttpProblem, raised: Exception) -> None:
        if problem.status is not HTTPStatus.UNPROCESSABLE_ENTITY or "errors" not in problem.body:
            raise raised
        self._found.append(problem)

    def check(self) -> None:
        """Raises `HttpProblem` where anything was refused: the one refusal, or all of them in one."""
        if len(self._found) < 2:  # noqa: PLR2004
            for problem in self._found:
                raise problem
            return
        # Of two that are about one field the first says what to mend first.
        errors = {name: text for each in reversed(self._found) for name, text in each.body["errors"].items()}
        more = {name: each.body[name] for each in self._found for name in each.body.keys() - _MEMBERS}
        problem = invalid(errors)
        problem.body |= more
        raise problem


_MEMBERS = frozenset({"type", "title", "status", "detail", "errors"})


def not_valid(found: Iterable[tuple[Sequence[object], str]], more: Mapping[str, str] | None = None) -> HttpProblem:
    """What pydantic says of each field, by its place; and what *more* is wrong."""
    errors = {".".join(str(part) for part in place) or "body": _words(said) for place, said in found}
    return invalid(errors | dict(more or {}))


def unknown_parameters(request: Request) -> dict[str, str]:
    """What stands behind the “?” and is no parameter of that address, or stands there twice, with what is said of it.

    A condition that nobody knows would read as if it held.
    """
    known = _parameters(request.app, request.scope["route"].path, request.method)
    given = Counter(name for name, _value in request.query_params.multi_items())
    unknown = {name: "There is no such parameter here." for name in given if name not in known}
    # Of several values one would hold, and nobody could tell which.
    twice = {name: "Give it once." for name, times in given.items() if times > 1 and not known.get(name, True)}
    return unknown | twice


def _parameters(app: "FastAPI", path: str, method: str) -> dict[str, bool]:
    """The names of those that the address knows, and whether each may be given several times."""
    operation = app.openapi()["paths"].get(path, {}).get(method.lower(), {})
    found = (each for each in operation.get("parameters", ()) if each["in"] == "query")
    return {each["name"]: "array" in str(each["schema"]) for each in found}


def _words(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return f"{message[:1].upper()}{message[1:]}" + ("" if message.endswith(".") else ".")


def not_found(what: str) -> HttpProblem:
    """Nothing of that name, or nothing that the token may see: nobody can tell which."""
    return HttpProblem(
        HTTPStatus.NOT_FOUND, "not-found", "Not found", f"{what} does not exist, or this token may not see it."
    )


def refused(error: Refused) -> HttpProblem:
    """What the rules refuse, as they refuse it in Slack."""
    if isinstance(error, Unavailable):
        return HttpProblem(
            HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "Not available now", error.reason,
            headers={"Retry-After": "5"},
        )  # fmt: skip
    if isinstance(error, Missing):
        return invalid({_NAMES.get(field, field): str(text) for field, text in error.texts.items()})
    if error.field:
        return invalid({_NAMES.get(error.field, error.field): error.reason})
    if isinstance(error, NotFound):
        return HttpProblem(HTTPStatus.NOT_FOUND, "not-found", "Not found", error.reason)
    return HttpProblem(HTTPStatus.CONFLICT, "conflict", "Not as things stand", error.reason)


def away(error: Exception, advice: str = "Ask again in a moment.") -> HttpProblem:
    """The database did not answer; *advice* says what to do."""
    log.warning("api_database_away", error=type(error).__name__)
    return HttpProblem(
        HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "Not available now",
        f"The database did not answer. {advice}",
        headers={"Retry-After": "5"},
    )  # fmt: skip


def our_fault(error: Exception) -> HttpProblem:
    """What should not happen: logged, and told by a code alone."""
    code = secrets.token_hex(2)
    log.error("api_failed", code=code, exc_info=error)
    return HttpProblem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "our-fault", "That did not work",
        f"Nothing was changed. Ask again; if it happens again, tell your admin the code {code}.",
    )  # fmt: skip


_NAMES = {"what": "text", "plan.starts_on": "starts_on", "plan.staffing": "staffing", "began_at": "started_at"}
"""Fields that the forms in Slack call otherwise."""
