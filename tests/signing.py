"""Requests signed as Slack signs them."""

import hmac
import time


def signed(secret: str, body: str | bytes, age: int = 0) -> dict[str, str]:
    """The headers of a request with that body, sent *age* seconds ago."""
    at, raw = str(int(time.time()) - age), body.encode() if isinstance(body, str) else body
    signature = hmac.new(secret.encode(), b"v0:%b:%b" % (at.encode(), raw), "sha256").hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={signature}"}
