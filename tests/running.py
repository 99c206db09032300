"""The real bot against a sandbox: in threads of the test's own process, or as a process as an operator would run it.

Starting a process takes seconds, so nearly every test has the first. What has to do with processes, signals, pipes and
crashes has the second.
"""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

from bot import app, logs
from bot.app import Product
from bot.clock import Clock, system_clock
from bot.commands import tick
from bot.commands.serve import address_of, check_settings, serving
from bot.domain.delivery import Patience
from bot.sandbox import outgoing, state
from bot.sandbox.server import Sandbox
from bot.settings import Settings, read_settings
from bot.slack import client, requests
from scheduler.delivery.limits import Limits
from scheduler.delivery.signs import Signs
from scheduler.delivery.worker import DeliverySettings
from storage.messages import Pace
from tests import clock
from tests.forked import ForkedBot
from tests.invoking import invoke, logging_as_before

ROOT = Path(__file__).parent.parent
READY = re.compile(r'"url": "(http://[^"]+)"')
START_TIMEOUT_S = 30
QUICK = DeliverySettings(
    limits=Limits(
        pace=Pace(interval=0.0, settle=0.05),
        patience=Patience(first=0.02, longest=0.2, give_up_after=timedelta(minutes=1)),
    ),
    signs=Signs(),
    polling=0.5,
    pause=0.02,
    put_aside_after=0.1,
    parent_waits=(0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2),
    grace=2.0,
)
"""How delivery runs in tests: as always, without the waiting."""
LONGER = (
    (outgoing, "TIMEOUT_SECONDS", 30.0),
    (state, "TRIGGER_SECONDS", 30.0),
    (client, "ANSWER_TIMEOUT_S", 20),
    (requests, "PERSON_WAITS_S", 20.0),
)
"""What is waited for, where it is not three seconds that count."""


def manifest() -> dict[str, Any]:
    """The app manifest, so that the sandbox grants what Slack would grant and no more."""
    return dict(yaml.safe_load((ROOT / "app_manifest.yml").read_text(encoding="utf-8")))


@contextmanager
def local_slack(*, three_seconds: bool = False, **settings: Any) -> Iterator[Sandbox]:
    """A running sandbox with the product's manifest and without Slack's rates.

    Slack waits three seconds for an answer, and we two for Slack's. A machine that is busy with four tests at once may
    stand still for as long, which is nobody's fault: both wait longer here, unless the test is about *three_seconds*.
    """
    with ExitStack() as waiting:
        for module, name, seconds in () if three_seconds else LONGER:
            waiting.enter_context(patch.object(module, name, seconds))
        sandbox = waiting.enter_context(Sandbox(manifest=manifest(), rates=False, **settings))
        sandbox.inspector.entries = deque()  # all, for those who count; outside of tests the newest two thousand
        yield sandbox


class Bot:
    """What both ways share: the environment, and the lines that a command prints."""

    def __init__(self, sandbox: Sandbox, database_url: str, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.log: list[str] = []
        self.url = ""
        self.product: Product | None = None
        self.environment = {
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_SIGNING_SECRET": sandbox.signing_secret,
            "SLACK_API_URL": sandbox.api_url,
            "DATABASE_URL": database_url,
            "PORT": "0",
            "LOG_FORMAT": "json",
        }

    def start(self) -> None:
        """Starts it and waits until it is ready; the sandbox sends its requests there."""
        raise NotImplementedError

    def stop(self) -> None:
        """Ends it and waits until it has ended."""
        raise NotImplementedError

    def command(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs `actionitem WORDS` to its end."""
        raise NotImplementedError

    def lines(self, *words: str) -> list[dict[str, Any]]:
        """The JSON lines that a command prints; it must succeed."""
        done = self.command(*words)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


class Log:
    """A stream whose lines go to a list."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def write(self, text: str) -> int:
        self._lines += text.splitlines()
        return len(text)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return False


class RunningBot(Bot):
    """The bot in threads of this process, at the moment that `now` says. One at a time: there is one DBOS."""

    def __init__(self, sandbox: Sandbox, database_url: str, folder: Path, now: Clock = system_clock) -> None:
        super().__init__(sandbox, database_url, folder)
        self.now = now
        self.product: Product | None = None
        self._running: ExitStack | None = None

    def start(self) -> None:
        with ExitStack() as starting:
            starting.enter_context(self._logging())
            with self._told({}):
                settings = read_settings()
                check_settings(settings)
                self.product = self._open(settings)
            server, listening = starting.enter_context(serving(self.product))
            thread = threading.Thread(target=server.run, args=([listening],), name="bot", daemon=True)
            thread.start()
            starting.callback(thread.join, START_TIMEOUT_S)
            starting.callback(setattr, server, "should_exit", True)
            self.url = address_of(listening)
            self.sandbox.app_url = f"{self.url}/slack/events"
            self._running = starting.pop_all()

    def stop(self) -> None:
        if self._running:
            self._running.close()
            self._running, self.product, self.url = None, None, ""

    def command(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        with self._told(environment), patch.object(app, "open_product", self._open), self._beside_the_server():
            done = invoke(words)
        crashed = done.exception and not isinstance(done.exception, SystemExit)
        trace = "".join(traceback.format_exception(done.exception)) if crashed else ""
        return subprocess.CompletedProcess(list(words), done.exit_code, done.stdout, done.stderr + trace)

    def each(self, commands: Sequence[Sequence[str]]) -> list[str]:
        """What each of the commands prints. The product is opened once for all: it takes longer than what they do."""
        opened = cache(self._open)
        with self._told({}), patch.object(app, "open_product", opened), self._beside_the_server():
            done = [invoke(words) for words in commands]
        assert [one.stderr for one in done if one.exit_code] == []
        return [one.stdout for one in done]

    def _open(self, settings: Settings) -> Product:
        """The product, which delivers quickly."""
        product = _open_product(settings, lambda: self.now())  # noqa: PLW0108 – a test may set another one
        return replace(product, pace=QUICK, deps=replace(product.deps, after_the_card_s=0.05))

    @contextmanager
    def _beside_the_server(self) -> Iterator[None]:
        """A command in the server's process leaves delivery and log to the server."""
        if not self._running:
            with logging_as_before():
                yield
            return
        with patch.object(tick, "delivery", lambda _: nullcontext()), patch.object(logs, "configure"):
            yield

    @contextmanager
    def _told(self, more: dict[str, str]) -> Iterator[None]:
        """The environment and the folder that the bot would have as a process."""
        with patch.dict(os.environ), contextlib.chdir(self.folder):
            for name in Settings.model_fields:
                os.environ.pop(name.upper(), None)
            os.environ |= self.environment | more
            yield

    @contextmanager
    def _logging(self) -> Iterator[None]:
        """Logs as `actionitem serve` does, to `self.log`."""
        level = self.environment.get("LOG_LEVEL", "info")
        with logging_as_before():
            with contextlib.redirect_stderr(Log(self.log)):  # type: ignore[type-var]
                logs.configure(level, self.environment["LOG_FORMAT"])
            yield


_open_product = app.open_product


class BotProcess(Bot):
    """`actionitem serve` as a process of its own, on a free port; its commands are processes from nothing."""

    def __init__(self, sandbox: Sandbox, database_url: str, folder: Path) -> None:
        super().__init__(sandbox, database_url, folder)
        self._process: ForkedBot | None = None
        self.environment |= {"PATH": os.environ["PATH"], "HOME": str(folder)} | clock.environment()

    def start(self) -> None:
        self._process = ForkedBot("serve", folder=self.folder, environment=self.environment)
        ready = threading.Event()
        threading.Thread(target=self._read, args=(self._process, ready), daemon=True).start()
        assert ready.wait(START_TIMEOUT_S), "\n".join(self.log)
        assert self.url, "it ended: " + "\n".join(self.log)
        self.sandbox.app_url = f"{self.url}/slack/events"

    def stop(self, with_signal: int = signal.SIGTERM) -> None:
        if self._process:
            self._process.send_signal(with_signal)
            self._process.wait(START_TIMEOUT_S)
            self._process = None
            self.url = ""

    def command(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=self.folder,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def _read(self, process: ForkedBot, ready: threading.Event) -> None:
        for line in process.lines():
            self.log.append(line.rstrip())
            if found := READY.search(line):
                self.url = found.group(1)
                ready.set()
        ready.set()


@contextmanager
def running_demo(*words: str) -> Iterator[str]:
    """`actionitem demo` on a free port, as a process of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port), *words]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"} | clock.environment(),
    )
    try:
        assert process.stdout is not None
        said = next((line for line in process.stdout if "http://" in line), "")
        assert said, "the demo ended before it was ready"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(START_TIMEOUT_S)
