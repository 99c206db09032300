"""Clients of Slack's Web API, one per workspace. Knows tokens; decides nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

ANSWER_TIMEOUT_S = 2
"""For calls that a person waits for, and for all of a request that wait in vain: a trigger lives three seconds."""
OUT_OF_ORDER = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
"""What Slack answers when it cannot answer."""

ClientFor = Callable[[str], WebClient]
_in_vain: ContextVar[list[float] | None] = ContextVar("in_vain", default=None)


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

    def api_call(self, *args: Any, **kwargs: Any) -> SlackResponse:
        """As slack_sdk's; what is waited for in vain is counted."""
        began = monotonic()
        try:
            return super().api_call(*args, **kwargs)
        except OSError:
            waited_in_vain(monotonic() - began)
            raise


def answering_client(base_url: str, token: str | None) -> WebClient:
    """For what must happen at once (opening a modal, looking a person up). Never retries: that is Slack's rule
    for POST requests whose connection dropped after they were accepted."""
    return AnsweringClient(token=token, base_url=base_url, timeout=ANSWER_TIMEOUT_S, retry_handlers=[])


@contextmanager
def in_time() -> Iterator[None]:
    """Within the block a person waits: calls that Slack does not answer take no longer than one of them may.

    Calls that it answers do not count: that it takes time on a busy day is no reason to refuse anybody.
    """
    before = _in_vain.set([])
    try:
        yield
    finally:
        _in_vain.reset(before)


def patience() -> float:
    """Seconds that a call may take now; none or fewer when there was no answer for too long."""
    return ANSWER_TIMEOUT_S - sum(_in_vain.get() or ())


def waited_in_vain(seconds: float) -> None:
    """Shortens what is left of the patience of this request."""
    if (waited := _in_vain.get()) is not None:
        waited.append(seconds)


def error_code(error: Exception) -> str:
    """What Slack answered instead, such as `channel_not_found`; "" when it gave no answer."""
    return str(error.response.get("error") or "") if isinstance(error, SlackApiError) else ""


def is_away(error: Exception) -> bool:
    """Whether the error says that Slack is away, and not that what it was asked is wrong."""
    if isinstance(error, SlackApiError):
        return error_code(error) in OUT_OF_ORDER
    return isinstance(error, SlackClientError | URLError | TimeoutError | ConnectionError)
