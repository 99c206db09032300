"""Processes that need not import what they run: forked from one that has, and otherwise like any other.

Importing is a second of work each time, and the storms start dozens. `BotProcess.command`, and one of each kind of what
is about how the bot begins and ends (`test_stopping.py`, `test_pipes.py`), start `python -m bot` as an operator does.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

from tests import clock

_context = get_context("forkserver")
_context.set_forkserver_preload(
    [
        "bot.cli",
        "bot.app",
        "bot.commands.serve",
        "apscheduler.schedulers.background",
        "tests.integration.delivery.worker",
    ]
)


class Forked:
    """A process that runs a module's `main(*words)` until it ends, is ended, or its block is left; with some of
    `subprocess.Popen`."""

    def __init__(self, main: Callable[..., object], *words: object) -> None:
        self._process = _context.Process(target=_unheard, args=(main, *words), daemon=True)
        self._process.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.wait()

    def send_signal(self, sent: int) -> None:
        os.kill(self.pid, sent)

    def kill(self) -> None:
        self._process.kill()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code. Raises TimeoutExpired after that many seconds."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("a forked process", timeout or 0)
        return self._process.exitcode


def _unheard(main: Callable[..., object], *words: object) -> None:
    """Nobody reads what it prints; it would stand among what the tests and benchmarks say."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    main(*words)


class ForkedBot(Forked):
    """`actionitem WORDS` in that folder and environment; what it prints goes to *out*, or nowhere."""

    def __init__(self, *words: str, folder: Path, environment: Mapping[str, str], out: int | None = None) -> None:
        ours, theirs = socket.socketpair()
        printed = None if out is None else Connection(os.dup(out), readable=False)  # for a number means nothing there
        with ours, theirs:
            super().__init__(_run_bot, words, folder, dict(environment), theirs, printed)
            self._said = ours.makefile("r", encoding="utf-8")

    def lines(self) -> Iterator[str]:
        """What it says on standard error, until it has ended."""
        yield from self._said


def _run_bot(
    words: tuple[str, ...],
    folder: Path,
    environment: dict[str, str],
    said: socket.socket,
    printed: "Connection[str, str] | None",
) -> None:
    from bot.cli import main

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    clock.shift()
    os.dup2(said.fileno(), sys.stderr.fileno())
    said.close()
    if printed is not None:
        os.dup2(printed.fileno(), sys.stdout.fileno())
        printed.close()
    sys.argv = ["actionitem", *words]
    main()
