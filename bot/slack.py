"""Clients of Slack's Web API, one per workspace. Knows tokens; decides nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

ANSWER_TIMEOUT_S = 2
"""For calls that a person waits for: their trigger lives three seconds."""
IN_ALL_S = 2.4
"""For all calls of one request: while Slack is slow, its person is told so before their three seconds are over."""
OUT_OF_ORDER = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
"""What Slack answers when it cannot answer."""

ClientFor = Callable[[str], WebClient]
_until: ContextVar[float | None] = ContextVar("until", default=None)


class AnsweringClient(WebClient):
    """Waits for Slack no longer than whoever waits for the answer."""

    @property  # type: ignore[override]  # urllib takes parts of a second too
    def timeout(self) -> float:
        """Seconds that are left for this call. Raises `TimeoutError` when none are."""
        left = patience()
        if left <= 0:
            raise TimeoutError("Slack took too long")
        return left

    @timeout.setter
    def timeout(self, seconds: float) -> None:
        """slack_sdk sets it; how long a call may take is said above."""


def answering_client(base_url: str, token: str | None) -> WebClient:
    """For what must happen at once (opening a modal, looking a person up). Never retries: that is Slack's rule
    for POST requests whose connection dropped after they were accepted."""
    return AnsweringClient(token=token, base_url=base_url, timeout=ANSWER_TIMEOUT_S, retry_handlers=[])


@contextmanager
def in_time() -> Iterator[None]:
    """Within the block a person waits: all its calls together take no longer than `IN_ALL_S`."""
    before = _until.set(monotonic() + IN_ALL_S)
    try:
        yield
    finally:
        _until.reset(before)


def patience() -> float:
    """Seconds that a call may take now; none or fewer when the time is over."""
    until = _until.get()
    return ANSWER_TIMEOUT_S if until is None else min(ANSWER_TIMEOUT_S, until - monotonic())


def is_away(error: Exception) -> bool:
    """Whether the error says that Slack is away, and not that what it was asked is wrong."""
    if isinstance(error, SlackApiError):
        return error.response.get("error") in OUT_OF_ORDER
    return isinstance(error, SlackClientError | URLError | TimeoutError | ConnectionError)
