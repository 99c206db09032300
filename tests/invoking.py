"""A command in the test's own process."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

import structlog
from typer import testing
from typer.testing import CliRunner, Result

from bot import cli

_built = cache(testing._get_command)
"""All commands with their options: they are the same each time, and take longer to build than most take to run."""


def invoke(words: Sequence[str], environment: Mapping[str, str] | None = None) -> Result:
    """What `actionitem WORDS` says, and how it ends."""
    with patch.object(testing, "_get_command", _built), logging_as_before():
        return CliRunner().invoke(cli.app, list(words), env=environment)


@contextmanager
def logging_as_before() -> Iterator[None]:
    """The bot sets up logging for its process, which here is the tests' own: what is said after a command would go to
    where that wrote, which is closed by then."""
    root, configured = logging.getLogger(), _configured()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        # Not where it is as it was: a bot that runs in another thread would log in between, half configured.
        if _configured() != configured:
            structlog.reset_defaults()
            if configured:
                structlog.configure(**configured)
        root.handlers[:] = handlers
        root.setLevel(level)


def _configured() -> dict[str, Any]:
    return structlog.get_config() if structlog.is_configured() else {}
