"""Clients of Slack's Web API, one per workspace. Knows tokens; decides nothing."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from email.message import Message
from functools import lru_cache
from json import dumps
from math import ceil
from time import monotonic
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.domain.in_vain import WaitingInVain
from bot.domain.observed import RATE_LIMITS

ANSWER_TIMEOUT_S = 2
"""For calls that a person waits for, and for all of a request that wait in vain: a trigger lives three seconds."""
HTTP_TOO_MANY, HTTP_SERVER_ERROR = 429, 500
OUT_OF_ORDER = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
"""What Slack answers when it cannot answer."""

CODE = re.compile(r"[a-z][a-z0-9_]*")
"""How Slack's errors are written."""
NO_ANSWER = (AttributeError, LookupError, UnicodeError)
"""What slack_sdk stumbles with over JSON that is no object, and over what is no text."""

JSON, FORM = "application/json;charset=utf-8", "application/x-www-form-urlencoded"

ClientFor = Callable[[str], WebClient]
_slack = WaitingInVain("slack", ANSWER_TIMEOUT_S)
patience, waited_in_vain = _slack.left, _slack.waited


class KeptClient(WebClient):
    """A client whose connections are kept (`bot/slack/connections.py`)."""

    def _perform_urllib_http_request(self, *, url: str, args: dict[str, Any]) -> dict[str, Any]:
        """In place of slack_sdk's, which opens one for each call. Should that be called otherwise one day, it does so
        again: slower, and not wrong."""
        if args["data"]:  # a file, in parts
            return super()._perform_urllib_http_request(url=url, args=args)
        from bot.slack.connections import post  # noqa: PLC0415 – many commands ask Slack nothing

        json, kind = args["json"], JSON if args["json"] else FORM
        body = dumps(json) if json else urlencode(args["params"] or {})
        headers = args["headers"] | {"Content-Type": kind}
        answer = post(url, body.encode(), headers, timeout=self.timeout, proxy=self.proxy, context=self.ssl)
        text = answer.data.decode(_charset(answer.headers.get("content-type", "")))
        return {"status": answer.status, "headers": answer.headers, "body": text}


@lru_cache(16)
def _charset(content_type: str) -> str:
    said = Message()
    said["content-type"] = content_type
    return said.get_content_charset() or "utf-8"


class AnsweringClient(KeptClient):
    """Waits for Slack no longer than whoever waits for the answer, and leaves it alone for as long as it asks."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._limits: dict[str, float] = {}
        """Until when, of `monotonic`, each method is not to be called."""

    @property  # type: ignore[override]  # urllib takes parts of a second too
    def timeout(self) -> float:
        """Seconds that are left for this call. Raises `TimeoutError` when none are."""
        return time_left()

    @timeout.setter
    def timeout(self, seconds: float) -> None:
        """slack_sdk sets it; how long a call may take is said above."""

    def api_call(self, *args: Any, **kwargs: Any) -> SlackResponse:
        """As slack_sdk's; what is waited for in vain is counted. While Slack limits the method it is not called."""
        began = monotonic()
        method = str(args[0] if args else kwargs["api_method"])
        # Whoever asks again too soon is limited for longer: that would take from everybody what one of them may have.
        if (left := self._limits.get(method, began) - began) > 0:
            raise _still_limited(self, method, left)
        try:
            return super().api_call(*args, **kwargs)
        except SlackApiError as error:
            if status_of(error) == HTTP_TOO_MANY:
                RATE_LIMITS.happened(method)
                self._limits[method] = monotonic() + retry_after(error)
            raise
        except OSError:
            # Added up over the request: three calls of two seconds each would be far beyond what Slack waits for an
            # answer.
            waited_in_vain(monotonic() - began)
            raise
        except NO_ANSWER as error:
            raise SlackClientError("an answer that is not Slack's") from error


def answering_client(base_url: str, token: str | None, workspace: str | None = None) -> WebClient:
    """For what must happen at once (opening a modal, looking a person up). Each call names *workspace*, as Bolt does.

    Never retries: that is Slack's rule for POST requests whose connection dropped after they were accepted.
    """
    return AnsweringClient(
        token=token, base_url=base_url, timeout=ANSWER_TIMEOUT_S, retry_handlers=[], team_id=workspace or None
    )


def in_time() -> AbstractContextManager[None]:
    """Within the block a person waits: calls that Slack does not answer take no longer than one of them may."""
    return _slack.at_most(ANSWER_TIMEOUT_S)


def time_left() -> float:
    """Seconds that a call may take now. Raises `TimeoutError` when there was no answer for too long."""
    if not (left := patience()):
        raise TimeoutError("Slack took too long")
    return left


def error_code(error: Exception) -> str:
    """What Slack answered instead, such as `channel_not_found`; "" when it gave no answer.

    A page of something between us is none, and neither is JSON in which nothing says that it is not `ok`.
    """
    said = _said(error)
    code = str(said.get("error") or "")
    return code if said.get("ok") is False and CODE.fullmatch(code) else ""


def status_of(error: SlackApiError) -> int:
    """The status of the answer over HTTP."""
    return int(error.response.status_code)


def retry_after(error: SlackApiError) -> int:
    """Seconds for which Slack asks to be left alone; one where it does not say."""
    given = next((value for name, value in headers_of(error).items() if name.lower() == "retry-after"), "")
    return int(given) if str(given).isdigit() else 1


def _still_limited(client: WebClient, method: str, seconds: float) -> SlackApiError:
    """What Slack would answer now."""
    said = {"ok": False, "error": "ratelimited"}
    answer = SlackResponse(
        client=client, http_verb="POST", api_url=method, req_args={}, data=said,
        headers={"Retry-After": str(ceil(seconds))}, status_code=HTTP_TOO_MANY,
    )  # fmt: skip
    return SlackApiError("Slack asked to be left alone", answer)  # type: ignore[no-untyped-call]


def headers_of(error: SlackApiError) -> Mapping[str, str]:
    """The headers of the answer."""
    return dict(error.response.headers or {})


def _said(error: Exception) -> Mapping[str, Any]:
    """The answer. Where it holds no JSON, slack_sdk makes an error of what it holds."""
    response = error.response if isinstance(error, SlackApiError) else None
    said = getattr(response, "data", None)
    return said if isinstance(said, dict) else {}


def is_away(error: Exception) -> bool:
    """Whether the error says that Slack is away, and not that what it was asked is wrong."""
    # No code: a page of something between us and Slack, or JSON without `ok`. That says nothing about what was asked.
    if isinstance(error, SlackApiError):
        code = error_code(error)
        return not code or code in OUT_OF_ORDER or status_of(error) >= HTTP_SERVER_ERROR
    return isinstance(error, SlackClientError | URLError | TimeoutError | ConnectionError)
