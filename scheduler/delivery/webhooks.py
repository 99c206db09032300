"""Sends the deliveries of webhooks, signed by Standard Webhooks; records what became of each; disables what is gone.

Retried by delivery as messages are. Where it goes is looked up once for each attempt, judged, and called by just that
address: a second answer of the name server changes nothing, and a redirect is not followed.
"""

import http.client
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from urllib.parse import urlsplit

import structlog
from slack_sdk import WebClient
from sqlalchemy.orm import Session
from standardwebhooks.webhooks import Webhook as Signer

from bot.deps import Deps
from bot.domain.delivery import Trouble
from bot.domain.messages import Message, Post
from bot.domain.queries import EVERYBODY
from bot.domain.surfaces import WebhookTo
from bot.domain.webhook import DELETED, DISABLE_AFTER, GIVE_UP_AFTER, GONE, Webhook, event_of, is_inner
from bot.domain.words import Text, _
from bot.services.webhooks import opened
from bot.slack.names import speaking_to
from bot.slack.token_keys import UnreadableToken
from scheduler.delivery.drawing import Refresher
from scheduler.delivery.slack_calls import SlackTrouble
from storage import incidents, items, webhooks
from storage.people import list_admins
from storage.webhooks import WebhookDelivery

TIMEOUT_S, LONGEST_S = 10.0, 20.0
READ = 1024
TAKEN = range(200, 300)
NOT_TAKEN = "webhook_not_taken"
LONGEST_RETRY_AFTER_S = 3600
BECAME_PRIVATE = "Not sent: what it is about became private, or is gone"
IS_GONE = Text("It answered 410 Gone")
IS_SILENT = Text("It has taken nothing for five days")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Receipt:
    """What an attempt came to: the status of HTTP, or why there is none."""

    status: int | None
    error: str = ""
    retry_after: float | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status in TAKEN


def sends_webhooks(deps: Deps) -> Refresher:
    """What delivery does for `webhook:1:msg_…`. Done twice, its receiver knows it by its id."""

    def send(_workspace: str, ref: str, _client: WebClient) -> None:
        about = WebhookTo.read(ref)
        with deps.db.read() as session:
            made = webhooks.find_delivery(session, about.delivery)
            hook = webhooks.find_webhook(session, made.webhook_id) if made else None
            # Sent once more meanwhile, it has a turn of its own.
            if made is None or hook is None or made.sendings != about.sending or made.delivered_at:
                return
            stored = webhooks.secrets_at(session, hook.id, deps.clock())
            may_know = hook.private or _is_public(session, made)
        if not may_know:
            _withheld(deps, made)
            return
        receipt = Receipt(None, "disabled") if hook.disabled_at else _attempt(deps, hook, made, stored)
        over = _recorded(deps, hook, made, receipt)
        if not over:
            raise SlackTrouble(Trouble(NOT_TAKEN, receipt.retry_after), WebhookTo.kind)

    return send


def _is_public(session: Session, made: WebhookDelivery) -> bool:
    """Whether everybody may read now what the delivery says: it may have become private since it was made."""
    if made.kind == event_of(DELETED):
        return True  # it says no more than that
    kind, _colon, number = made.subject.partition(":")
    if kind == "incident":
        return incidents.find_seen_incident(session, made.workspace, int(number), EVERYBODY) is not None
    # A public item may name an incident of another channel, which is made private without it.
    named = json.loads(made.body)["data"]["item"]["incident"]
    if named is not None and incidents.find_seen_incident(session, made.workspace, named, EVERYBODY) is None:
        return False
    return items.find_listed(session, made.workspace, int(number), EVERYBODY) is not None


def _withheld(deps: Deps, made: WebhookDelivery) -> None:
    """It is over and was not sent. Its receiver did nothing wrong, so its webhook counts as working as before."""
    with deps.db.begin() as session:
        webhooks.record_attempt(
            session, made.id, deps.clock(), status=None, error=BECAME_PRIVATE, done=False, over=True
        )


def _attempt(deps: Deps, hook: Webhook, made: WebhookDelivery, stored: tuple[str, ...]) -> Receipt:
    now = deps.clock()
    try:
        secrets = [opened(deps, hook.workspace, secret) for secret in stored]
    except UnreadableToken as error:
        return Receipt(None, str(error))
    signed = " ".join(Signer(secret).sign(made.id, now, made.body) for secret in secrets)
    headers = {
        "content-type": "application/json",
        "user-agent": "actionitem-webhooks/1",
        "webhook-id": made.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signed,
    }
    return post(hook.url, made.body.encode(), headers, private_network=hook.private_network)


def _recorded(deps: Deps, hook: Webhook, made: WebhookDelivery, receipt: Receipt) -> bool:
    """Whether it is over: taken, or given up."""
    now = deps.clock()
    # As it was when this attempt began: the failure of a webhook that works again meanwhile disables nothing.
    silent = not receipt.is_taken and hook.failing_since is not None and now - hook.failing_since >= DISABLE_AFTER
    over = receipt.is_taken or bool(hook.disabled_at) or now - made.tried_since >= GIVE_UP_AFTER
    because = IS_GONE if receipt.status == GONE else IS_SILENT if silent else None
    with deps.db.begin() as session:
        webhooks.record_attempt(
            session, made.id, now, status=receipt.status, error=receipt.error,
            done=receipt.is_taken, over=(over or bool(because)) and not receipt.is_taken,
        )  # fmt: skip
        webhooks.record_working(session, hook.id, None if receipt.is_taken else now)
        if because and webhooks.record_disabled(session, hook.id, now, because.msgid):
            log.warning("webhook_disabled", workspace=hook.workspace, webhook=hook.id, because=because.msgid)
            # By the delivery: a webhook that was removed leaves its id to the next one on SQLite.
            key = f"webhook:{made.id}:disabled"
            deps.outbox.enqueue(session, hook.workspace, key, _to_admins(session, hook, because, key))
    return over or bool(because)


def _to_admins(session: Session, hook: Webhook, because: Text, key: str) -> list[Message]:
    host = urlsplit(hook.url).hostname or ""
    told: list[Message] = []
    for admin in list_admins(session, hook.workspace):
        with speaking_to(session, hook.workspace, admin):
            text = _(
                "Nothing is sent to the webhook at {host} any more. {because}. When its receiver works again: "
                "`actionitem webhook add URL`. What was not taken: `actionitem webhook deliveries --failed`.",
                host=host,
                because=because,
            )
            told.append(Post(f"{key}:{admin}", admin, text))
    return told


def post(url: str, body: bytes, headers: dict[str, str], *, private_network: bool) -> Receipt:
    """Sends it, once; what came of it, never an error."""
    parts = urlsplit(url)
    host, is_safe = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_safe else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return Receipt(None, f"{host} cannot be looked up: {error}")
    addresses = [str(each[4][0]) for each in found]
    if not private_network and any(is_inner(address) for address in addresses):
        return Receipt(None, f"{host} is in a private network, to which nothing is sent")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with socket.create_connection((addresses[0], port), TIMEOUT_S) as plain, _ended_after(LONGEST_S, plain):
            used = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if is_safe else plain
            return _asked(used, host, port, path, body, headers)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Receipt(None, f"{type(error).__name__}: {error}"[:300])


@contextmanager
def _ended_after(seconds: float, plain: socket.socket) -> Iterator[None]:
    """Ends the conversation after that time: a receiver that answers a letter a second would keep a thread for ever."""
    # Shut down and not closed: who reads from a socket is not woken when it is closed. And by a handle of our own, for
    # TLS takes the other one away.
    with plain.dup() as same:
        ending = Timer(seconds, _shut, [same])
        ending.start()
        try:
            yield
        finally:
            ending.cancel()


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        connection.shutdown(socket.SHUT_RDWR)


def _asked(used: socket.socket, host: str, port: int, path: str, body: bytes, headers: dict[str, str]) -> Receipt:
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    connection.sock = used
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read(READ)
        after = answer.getheader("retry-after") or ""
        wait = min(float(after), LONGEST_RETRY_AFTER_S) if after.isascii() and after.isdigit() else None
        error = "" if answer.status in TAKEN else f"{answer.status} {answer.reason}"[:300]
        return Receipt(answer.status, error, wait)
    finally:
        connection.close()
