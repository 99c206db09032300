"""Reads a Web API request: form, JSON or query into one set of arguments, and the token."""

import base64
import email
import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.sandbox.errors import SlackError
from bot.sandbox.model import Json


def missing(name: str) -> SlackError:
    return SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])


class Args:
    """A method's arguments. In forms all are text; objects and lists are then JSON inside."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """A text (numbers are taken as text). Raises `invalid_arguments` for an object or a list."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, str | int | float):
            return str(value)
        raise SlackError("invalid_arguments", [f"[ERROR] must provide a string [json-pointer:/{name}]"])

    def required(self, name: str) -> str:
        if name not in self:
            raise missing(name)
        return self.text(name)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.values.get(name)
        if value is None:
            return default
        return value is True or str(value).lower() in ("true", "1")

    def number(self, name: str, default: int, highest: int) -> int:
        """From 1 to `highest`; raises `invalid_limit` outside."""
        try:
            value = int(self.text(name, str(default)) or default)
        except ValueError as error:
            raise SlackError("invalid_limit") from error
        # Refused and not cut to what is allowed: a wish for 5,000 would else pass here and fail at Slack.
        if not 1 <= value <= highest:
            raise SlackError("invalid_limit")
        return value

    def names(self, name: str) -> list[str]:
        """A list, as JSON or with commas."""
        value = self.values.get(name)
        if isinstance(value, list):
            return [str(each) for each in value]
        return [each.strip() for each in self.text(name).split(",") if each.strip()]

    def json(self, name: str, refusal: str) -> Any:
        """An object or list, or the JSON text of one; None when not given. Raises `refusal`."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise SlackError(refusal) from error


async def read_args(request: Request) -> Args:
    """The query and the body together. Raises `invalid_json`, `json_not_object`."""
    # slack_sdk sends some methods as GET with a query and others as forms or JSON; Slack takes all of them.
    values: Json = dict(request.query_params) | _basic(request.headers.get("authorization", ""))
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        values |= _json_body(await request.body())
    elif request.method == "POST":
        values |= form_fields(kind, await request.body())
    return Args(values)


def _basic(authorization: str) -> Json:
    """The client's id and secret, which oauth.v2.access also takes as HTTP Basic."""
    kind, _, encoded = authorization.partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        client, _, secret = base64.b64decode(encoded).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client, "client_secret": secret}


def form_fields(content_type: str, body: bytes) -> Json:
    """The fields of a form; files of a multipart form are bytes, all else text."""
    if not content_type.startswith("multipart/"):
        # Empty values kept: `text=` clears a message's text, a missing one leaves it.
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    fields: Json = {}
    for part in email.message_from_bytes(head + body).walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            fields[name] = content if part.get_filename() else content.decode()
    return fields


def _json_body(body: bytes) -> Json:
    if not body:
        return {}
    try:
        found = json.loads(body)
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if not isinstance(found, dict):
        raise SlackError("json_not_object")
    return found


def token_of(request: Request, args: Args) -> str | None:
    """From the `Authorization: Bearer` header, else from the body. None when there is none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token:
        return token
    return args.text("token") or None
