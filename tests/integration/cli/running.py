"""What tests of commands say often."""

import json
from collections.abc import Callable
from typing import Any

from click.testing import Result

Run = Callable[..., Result]
"""Runs a command; `FOO=…` sets a variable."""


def set_payments(run: Run, *words: str) -> Result:
    return run("team", "set", "Payments", "--channel", "C0PAYMENTS", "--lead", "U0MARCO", *words)


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def refused(result: Result) -> str:
    """The one line on standard error."""
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    return result.stderr.strip()
