"""What the API says no with: RFC 9457 problems."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

from bot.domain.errors import NotFound, Refused, Unavailable

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
        self.body = {"type": TYPES + kind, "title": title, "status": int(status), "detail": detail} | more
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


_NAMES = {"what": "text", "plan.starts_on": "starts_on", "plan.staffing": "staffing", "began_at": "started_at"}
"""Fields that the forms in Slack call otherwise."""
