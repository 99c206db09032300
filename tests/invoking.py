"""A command in the test's own process."""

from collections.abc import Mapping, Sequence
from functools import cache
from unittest.mock import patch

from typer import testing
from typer.testing import CliRunner, Result

from bot import cli

_built = cache(testing._get_command)
"""All commands with their options: they are the same each time, and take longer to build than most take to run."""


def invoke(words: Sequence[str], environment: Mapping[str, str] | None = None) -> Result:
    """What `actionitem WORDS` says, and how it ends."""
    with patch.object(testing, "_get_command", _built):
        return CliRunner().invoke(cli.app, list(words), env=environment)
