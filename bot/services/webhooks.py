"""Outgoing webhooks, as operators set them up: added, listed, rotated, sent once more, removed."""

import base64
import secrets
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from bot.deps import Deps
from bot.domain.errors import NotFound, Refused
from bot.domain.surfaces import WebhookTo
from bot.domain.webhook import ROTATION, Webhook, check_patterns, check_url, is_inner
from bot.domain.words import Text
from storage import webhooks
from storage.webhooks import WebhookDelivery
from storage.workspaces import record_workspace

BYTES = 32
SEALED = "sealed:"
"""What a secret begins with that is stored encrypted; without TOKEN_ENCRYPTION_KEYS it is stored as it is."""


def add_webhook(
    deps: Deps, workspace: str, url: str, events: Iterable[str], *, private: bool, private_network: bool
) -> tuple[Webhook, str]:
    """A new webhook, and its secret, which is shown now and never again. Raises `Refused`."""
    url, patterns = check_url(url), check_patterns(tuple(events))
    if not private_network:
        _refuse_inner(url)
    secret = new_secret()
    with deps.db.begin() as session:
        record_workspace(session, workspace)
        made = webhooks.record_webhook(
            session, workspace, url, patterns, sealed(deps, secret),
            private=private, private_network=private_network, at=deps.clock(),
        )  # fmt: skip
    return made, secret


def list_all(deps: Deps, workspace: str) -> list[Webhook]:
    """Every webhook of the workspace."""
    with deps.db.read() as session:
        return webhooks.list_webhooks(session, workspace)


def list_deliveries(deps: Deps, workspace: str, *, failed: bool) -> list[WebhookDelivery]:
    """The newest deliveries first; with `failed` those that were not taken."""
    with deps.db.read() as session:
        return webhooks.list_deliveries(session, workspace, failed=failed)


def rotate(deps: Deps, workspace: str, named: str) -> str:
    """A new secret; the one of before is valid for a day beside it. Raises `NotFound`."""
    secret = new_secret()
    with deps.db.begin() as session:
        found = webhooks.get_webhook(session, workspace, named)
        webhooks.record_rotated(session, found.id, sealed(deps, secret), deps.clock() + ROTATION)
    return secret


def redeliver(deps: Deps, workspace: str, delivery_id: str) -> None:
    """Sends it once more, under the same id, so that its receiver knows it. Raises `NotFound` and `Refused`."""
    with deps.db.begin() as session:
        found = webhooks.find_delivery(session, delivery_id)
        hook = webhooks.find_webhook(session, found.webhook_id) if found else None
        if found is None or hook is None or hook.workspace != workspace:
            raise NotFound(
                Text("There is no delivery “{id}”. `actionitem webhook deliveries` shows them.", id=delivery_id[:60])
            )
        if hook.disabled_at:
            raise Refused("Its webhook is disabled: nothing is sent there. Add it again: actionitem webhook add URL")
        sending = webhooks.record_again(session, delivery_id, deps.clock())
        about = WebhookTo(sending, delivery_id)
        deps.outbox.enqueue(session, workspace, about.key, [about.in_turn(hook.line, found.subject)])


def remove(deps: Deps, workspace: str, named: str) -> str:
    """It is gone, with its deliveries; its address. Raises `NotFound`."""
    with deps.db.begin() as session:
        found = webhooks.get_webhook(session, workspace, named)
        webhooks.remove_webhook(session, found.id)
    return found.url


def new_secret() -> str:
    """As Standard Webhooks writes them."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def sealed(deps: Deps, secret: str) -> str:
    """The secret as it is stored."""
    if not deps.settings.token_encryption_keys:
        return secret
    from bot.slack.token_keys import TokenKeys  # noqa: PLC0415 – slow, and only where there are keys

    return SEALED + TokenKeys(deps.settings.token_encryption_keys).seal(secret)


def opened(deps: Deps, workspace: str, stored: str) -> str:
    """The secret that was stored. Raises `UnreadableToken`."""
    if not stored.startswith(SEALED):
        return stored
    from bot.slack.token_keys import TokenKeys, UnreadableToken  # noqa: PLC0415 – as above

    if not deps.settings.token_encryption_keys:
        raise UnreadableToken(workspace)
    return TokenKeys(deps.settings.token_encryption_keys).open(workspace, stored.removeprefix(SEALED))


def _refuse_inner(url: str) -> None:
    """An address that cannot be looked up now may be so later: then it is looked at before each sending."""
    host = urlsplit(url).hostname or ""
    try:
        found = {str(each[4][0]) for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return
    if any(is_inner(address) for address in found):
        raise Refused(
            Text("{host} is in a private network. If that is meant: --allow-private-network", host=host),
        )
