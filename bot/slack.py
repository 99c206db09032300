"""Clients of Slack's Web API, one per workspace. Knows tokens; decides nothing."""

from collections.abc import Callable

from slack_sdk import WebClient

ANSWER_TIMEOUT_S = 2
"""For calls that a person waits for: their trigger lives three seconds."""

ClientFor = Callable[[str], WebClient]


def answering_client(base_url: str, token: str | None) -> WebClient:
    """For what must happen at once (opening a modal, looking a person up). Never retries: that is Slack's rule
    for POST requests whose connection dropped after they were accepted."""
    return WebClient(token=token, base_url=base_url, timeout=ANSWER_TIMEOUT_S, retry_handlers=[])
