"""Which connection a tracker's webhook is signed for, where several workspaces chose one name."""

import hmac
from contextlib import nullcontext
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.commands import tracker_webhooks
from bot.commands.tracker_webhooks import _signed_for
from bot.slack.token_keys import TokenKeys

BODY = b"{}"


def test_secret_that_no_key_opens_closes_no_other_workspace_of_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    key, lost = (SecretStr(Fernet.generate_key().decode()) for _ in range(2))
    first, second = (SimpleNamespace(workspace=each, name="main") for each in ("T1", "T2"))
    found = [(first, TokenKeys((lost,)).seal("gone")), (second, TokenKeys((key,)).seal("known"))]
    monkeypatch.setattr(tracker_webhooks, "list_named", lambda *_asked: found)
    product: Any = SimpleNamespace(
        settings=SimpleNamespace(token_encryption_keys=(key,)),
        db=SimpleNamespace(read=nullcontext),
        deps=SimpleNamespace(clock=lambda: datetime(2026, 11, 29, tzinfo=UTC)),
    )
    signature = {"x-hub-signature-256": "sha256=" + hmac.new(b"known", BODY, "sha256").hexdigest()}
    assert _signed_for(product, "github", "main", signature, BODY) is second
    assert _signed_for(product, "github", "main", {"x-hub-signature-256": "sha256=0"}, BODY) is None
