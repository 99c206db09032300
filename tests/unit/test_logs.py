"""What the log says of an error: where it happened, and nothing of what was at hand there."""

import logging

import pytest
import structlog

from bot import logs

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
