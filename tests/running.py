"""The real bot as a process of its own: `actionitem serve` against a sandbox, as an operator would run it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from bot.sandbox.server import Sandbox

ROOT = Path(__file__).parent.parent
READY = re.compile(r'"url": "(http://[^"]+)"')
START_TIMEOUT_S = 30


def manifest() -> dict[str, Any]:
    """The app manifest, so that the sandbox grants what Slack would grant and no more."""
    return dict(yaml.safe_load((ROOT / "app_manifest.yml").read_text(encoding="utf-8")))


class RunningBot:
    """`actionitem serve` on a free port; `command` runs another command on the same database."""

    module = "bot"

    def __init__(self, sandbox: Sandbox, database_url: str, folder: Path) -> None:
        self.sandbox = sandbox
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self.log: list[str] = []
        self.url = ""
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_SIGNING_SECRET": sandbox.signing_secret,
            "SLACK_API_URL": sandbox.api_url,
            "DATABASE_URL": database_url,
            "PORT": "0",
            "LOG_FORMAT": "json",
        }

    def start(self) -> None:
        """Starts it and waits until it says that it is ready; the sandbox sends its requests there."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", self.module, "serve"],
            cwd=self._folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        ready = threading.Event()
        threading.Thread(target=self._read, args=(self._process, ready), daemon=True).start()
        assert ready.wait(START_TIMEOUT_S), "\n".join(self.log)
        assert self.url, "it ended: " + "\n".join(self.log)
        self.sandbox.app_url = f"{self.url}/slack/events"

    def stop(self, with_signal: int = signal.SIGTERM) -> None:
        """Ends it and waits until it has ended."""
        if self._process:
            self._process.send_signal(with_signal)
            self._process.wait(START_TIMEOUT_S)
            self._process = None
            self.url = ""

    def command(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs `actionitem WORDS` to its end."""
        return subprocess.run(
            [sys.executable, "-m", self.module, *words],
            cwd=self._folder,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def lines(self, *words: str) -> list[dict[str, Any]]:
        """The JSON lines that a command prints; it must succeed."""
        done = self.command(*words)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def _read(self, process: subprocess.Popen[str], ready: threading.Event) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            self.log.append(line.rstrip())
            if found := READY.search(line):
                self.url = found.group(1)
                ready.set()
        ready.set()


class ClockedBot(RunningBot):
    """The same with a clock that stands where a test puts it, as the demo has one that can be moved."""

    module = "tests.clocked"

    def __init__(self, sandbox: Sandbox, database_url: str, folder: Path) -> None:
        super().__init__(sandbox, database_url, folder)
        self._clock = folder / "clock"
        self.environment |= {"CLOCK_FILE": str(self._clock), "SCHEDULER": "off"}

    def put_clock(self, to: datetime) -> None:
        """From now on it is *to*, for every process of this bot."""
        beside = self._clock.with_suffix(".new")
        beside.write_text(to.isoformat(), encoding="utf-8")
        beside.replace(self._clock)

    def each(self, commands: Sequence[Sequence[str]]) -> list[str]:
        """What each of the commands prints; all in one process, because starting one takes a second."""
        done = subprocess.run(
            [sys.executable, "-m", self.module, "each"],
            cwd=self._folder,
            env=self.environment,
            input="\n".join(json.dumps(list(words)) for words in commands),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [str(json.loads(line)) for line in done.stdout.splitlines()]


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
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        said = next((line for line in process.stdout if "http://" in line), "")
        assert said, "the demo ended before it was ready"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(START_TIMEOUT_S)
