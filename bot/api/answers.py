"""How the API answers: JSON as it is, and what OpenAPI says of every operation."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.api.problems import MEDIA_TYPE
from bot.api.shapes import ProblemOut

Bearer = Annotated[
    HTTPAuthorizationCredentials | None,
    Security(HTTPBearer(auto_error=False, scheme_name="token", description="`ait_…`, from `actionitem token create`")),
]
_PROBLEM = {"model": ProblemOut, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}}


def problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    """The errors that an operation may answer: those that every one may, and *codes*."""
    return {code: _PROBLEM | {"description": _SAID[code]} for code in sorted({401, 403, 422, 429, 503, *codes})}


_SAID = {
    304: "Not modified",
    400: "The body is no JSON",
    401: "No token, or one that is unknown, revoked or expired",
    403: "The token may not do this, or people decide it",
    404: "Not there, or not for this token",
    409: "Not as things stand",
    412: "It has changed since: `If-Match` names an older `ETag`",
    422: "The request cannot be taken as it is; `errors` says why, by field",
    429: "Too many requests; `Retry-After` says how many seconds to wait",
    503: "Slack or the database is away; the same request may work in a moment",
}


def answer(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The body as JSON, which is what its shape says: a test holds it to that, and no request pays for it."""
    return Response(as_text(body), status, headers, media_type="application/json")


def as_text(body: Mapping[str, Any]) -> str:
    """The body as it is sent, and kept for who asks again."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
