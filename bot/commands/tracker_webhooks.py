"""The addresses that trackers call: `/webhooks/KIND/NAME`. Nothing is read before its signature is good."""

import json
from hashlib import sha256

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.app import Product
from bot.domain.tracker import Connection, TrackerKind
from bot.services.tracker_clients import keys_of
from bot.slack.requests import cleaned
from bot.slack.token_keys import UnreadableToken
from bot.trackers.known import KNOWN
from bot.trackers.shape import Headers
from bot.web import body_of
from handlers.shared.ticket_news import take_event
from storage.engine import DATABASE_AWAY
from storage.trackers import list_named, record_webhook

NOT_SIGNED = JSONResponse({"error": "invalid signature"}, status_code=401)
UNREADABLE = JSONResponse({"error": "not JSON"}, status_code=400)
AGAIN = JSONResponse({"error": "try again"}, status_code=503)
NAMED_BY = 32
"""Characters of the fingerprint of a body."""
TAKEN = JSONResponse({"ok": True})
log = structlog.get_logger(__name__)


def tracker_routes(product: Product) -> list[Route]:
    """To be mounted beside Slack's."""

    async def called(request: Request) -> Response:
        try:
            body = await body_of(request)
        except ClientDisconnect:
            return Response()  # which nobody reads
        if body is None:
            return PlainTextResponse("too large", status_code=413)
        kind, name = request.path_params["kind"], request.path_params["name"]
        return await run_in_threadpool(receive, product, kind, name, request.headers, body)

    return [Route("/webhooks/{kind}/{name}", called, methods=["POST"])]


def receive(product: Product, kind: str, name: str, headers: Headers, body: bytes) -> Response:
    """Takes what it tells, once. Whoever knows no secret learns nothing, nor whether there is such a connection."""
    try:
        connection = _signed_for(product, kind, name, headers, body)
        if connection is None:
            return NOT_SIGNED
        try:
            payload = cleaned(json.loads(body))
        except (ValueError, RecursionError):
            return UNREADABLE
        _take(product, connection, headers, payload, sha256(body).hexdigest()[:NAMED_BY])
    except DATABASE_AWAY:
        return AGAIN
    return TAKEN


def _signed_for(product: Product, kind: str, name: str, headers: Headers, body: bytes) -> Connection | None:
    """The connection whose secret signed it: workspaces may have chosen the same name."""
    if kind not in KNOWN or not product.settings.token_encryption_keys:
        return None
    keys, is_signed = keys_of(product.settings), KNOWN[TrackerKind(kind)].is_signed
    with product.db.read() as session:
        found = list_named(session, TrackerKind(kind), name)
    now_ms = product.deps.clock().timestamp() * 1000
    for each, sealed in found:
        try:
            secret = keys.open(each.workspace, sealed)
        except UnreadableToken:
            # It may be another workspace's of the same name, which must not close this one.
            log.warning("webhook secret unreadable", tracker=each.name, workspace=each.workspace)
            continue
        if is_signed(headers, body, secret, now_ms):
            return each
    return None


def _take(product: Product, connection: Connection, headers: Headers, payload: object, content: str) -> None:
    event, delivery = KNOWN[connection.kind].read(connection, headers, payload)
    with product.db.begin() as session:
        record_webhook(session, connection, product.deps.clock())
    if event is None:
        log.info("webhook left alone", tracker=connection.name, workspace=connection.workspace)
        return
    # By its content, too: within the second that trackers count, an event that is sent again under another name would
    # undo what came after it.
    take_event(product.deps, connection, event, [content, *([delivery] if delivery else [])])
