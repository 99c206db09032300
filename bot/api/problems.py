"""What the API says no with: RFC 9457 problems."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from starlette.responses import JSONResponse

from bot.domain.errors import NotFound, Refused, Unavailable

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
TYPES = "/api/v1/docs#problem-"
"""What a `type` begins with: the place of the readable page that explains it, on whichever host that is."""


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


def not_valid(found: Iterable[tuple[Sequence[object], str]]) -> HttpProblem:
    """What pydantic says of each field, by its place."""
    return invalid({".".join(str(part) for part in place) or "body": _words(said) for place, said in found})


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
