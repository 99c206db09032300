"""A command in the test's own process."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from unittest.mock import patch

import structlog
from typer import testing
from typer.testing import CliRunner, Result

from bot import cli

_built = cache(testing._get_command)
"""All commands with their options: they are the same each time, and take longer to build than most take to run."""


def invoke(words: Sequence[str], environment: Mapping[str, str] | None = None) -> Result:
    """What `actionitem WORDS` says, and how it ends."""
    with patch.object(testing, "_get_command", _built), _logging_kept():
        return CliRunner().invoke(cli.app, list(words), env=environment)


@contextmanager
def _logging_kept() -> Iterator[None]:
    """A command sets up logging for its process, to a stream that is closed after it: the next test that logs an error
    would fail at that."""
    root, config = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        structlog.configure(**config)
        root.handlers[:] = handlers
        root.setLevel(level)
