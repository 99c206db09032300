"""What the log says of an error: where it happened, and nothing of what was at hand there."""

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
import structlog

from bot import logs
from bot.logs import Repeats, Unfailing

SECRET = "-".join(("xoxb", "secret"))
"""Not as it stands in the source, which a traceback may show."""


def fails(token: str) -> None:
    raise ValueError(len(token))


@pytest.mark.parametrize("fmt", ["console", "json"])
@pytest.mark.parametrize("library", [False, True])
def test_traceback_is_logged_without_the_values_of_variables(
    fmt: str, library: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    handlers, config = logging.getLogger().handlers, structlog.get_config()
    logs.configure("info", fmt)
    try:
        fails(SECRET)
    except ValueError:
        if library:
            logging.getLogger("dbos").exception("failed")
        else:
            structlog.get_logger().exception("failed")
    finally:
        logging.getLogger().handlers = handlers
        structlog.configure(**config)
    said = capsys.readouterr().err
    assert "in fails" in said
    assert SECRET not in said


class Seconds:
    """A clock that stands where it is put."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


Said = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def said(clock: Seconds, monkeypatch: pytest.MonkeyPatch) -> Iterator[Said]:
    """Everything is logged as JSON, by this clock; the lines until now."""
    handlers, config, errors = logging.getLogger().handlers, structlog.get_config(), StringIO()
    monkeypatch.setattr(logs, "Repeats", lambda: Repeats(clock=clock))
    monkeypatch.setattr("sys.stderr", errors)
    logs.configure("info", "json")
    yield lambda: [json.loads(line) for line in errors.getvalue().splitlines()]
    logging.getLogger().handlers = handlers
    structlog.configure(**config)


def test_same_error_is_one_line_a_minute_which_says_how_many_there_were(clock: Seconds, said: Said) -> None:
    for second in range(61):
        clock.now = float(second)
        structlog.get_logger().warning("request_too_slow")
        logging.getLogger("apscheduler").warning("Invalid HTTP request received.")
    lines = said()
    assert [line.get("left_out") for line in lines if line["event"] == "request_too_slow"] == [None, 59]
    assert [line["event"] for line in lines if line.get("logger") == "apscheduler"] == [
        "Invalid HTTP request received.",
        "Invalid HTTP request received. (and 59 more like it)",
    ]


def test_same_error_in_another_request_is_the_same_error(said: Said) -> None:
    for request in ("a1", "b2", "c3"):
        with structlog.contextvars.bound_contextvars(request=request):
            structlog.get_logger().warning("unknown_workspace", workspace="T0X")
    assert [line["request"] for line in said()] == ["a1"]


def test_errors_that_differ_are_all_told(said: Said) -> None:
    for code in ("1a", "2b"):
        structlog.get_logger().error("request_failed", code=code)
        structlog.get_logger().info("ready")
        structlog.get_logger().info("ready")
    assert len(said()) == 6


def test_same_words_for_another_error_are_another_error(said: Said) -> None:
    for error in (ValueError("one"), ValueError("two"), KeyError("one"), ValueError("one")):
        try:
            raise error
        except LookupError:
            logging.getLogger("dbos").exception("failed")
        except ValueError:
            structlog.get_logger().exception("failed")
    assert len(said()) == 3


def test_what_a_library_writes_about_each_case_makes_no_other_error_of_it(said: Said) -> None:
    for descriptor in range(100):
        logging.getLogger("asyncio").error(f"socket.accept() out of system resource\nsocket: <fd={descriptor}>")
    assert len(said()) == 1


@pytest.mark.parametrize("library", ["sqlalchemy.engine", "slack_sdk.web", "httpcore.http11", "some.other"])
def test_no_library_that_sees_secrets_tells_more_at_debug(library: str) -> None:
    handlers, config = logging.getLogger().handlers, structlog.get_config()
    logs.configure("debug", "json")
    assert not logging.getLogger(library).isEnabledFor(logging.INFO)
    logging.getLogger().handlers = handlers
    structlog.configure(**config)


class Full(StringIO):
    """A file on a disk that is full."""

    def write(self, _text: str) -> int:
        raise OSError(28, "No space left on device")


def test_log_that_cannot_be_written_stops_nobody() -> None:
    Unfailing(Full()).error("request_failed")
