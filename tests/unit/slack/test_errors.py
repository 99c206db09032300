"""Which errors mean that Slack is away, and which that it said no."""

import pytest
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.client import answering_client, error_code, is_away, status_of
from tests.integration.delivery.slack_stub import Fault, SlackStub


def asked(fault: Fault) -> Exception:
    with SlackStub(faults=[fault]) as stub, pytest.raises((SlackClientError, OSError)) as raised:
        answering_client(stub.api_url, "xoxb-1").conversations_open(users="U1")
    return raised.value


@pytest.mark.parametrize("status", [200, 302, 403, 404, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("page", [b"<html>", b"", b"[]", b'"x"', b"\xff\xfe", b'{"error": "forbidden"}'], ids=repr)
def test_page_that_is_not_slacks_means_that_slack_is_away(status: int, page: bytes) -> None:
    """People read “tell your admin the code”."""
    error = asked(Fault("conversations.open", page=page, status=status))
    assert is_away(error)
    assert error_code(error) == ""


@pytest.mark.parametrize(
    ("status", "code", "away"),
    [
        (200, "channel_not_found", False),
        (403, "missing_scope", False),
        (200, "internal_error", True),
        (200, "service_unavailable", True),
        (429, "ratelimited", True),
    ],
)
def test_what_slack_says_itself_decides(status: int, code: str, away: bool) -> None:
    error = asked(Fault("conversations.open", error=code, status=status))
    assert isinstance(error, SlackApiError)
    assert (is_away(error), error_code(error), status_of(error)) == (away, code, status)
