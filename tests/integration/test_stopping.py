"""A real process that is told to stop: what it has in hand is handed over, and it ends as one that is done."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, text

from bot.sandbox.server import Sandbox
from tests import clock
from tests.running import local_slack
from tests.signing import signed

FORM = "application/x-www-form-urlencoded"


class Process:
    """`actionitem serve`, and what it says."""

    def __init__(self, sandbox: Sandbox, folder: Path, *words: str, **settings: str) -> None:
        self.log_file, self.sandbox = folder / "log", sandbox
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_SIGNING_SECRET": sandbox.signing_secret,
            "SLACK_API_URL": sandbox.api_url,
            "DATABASE_URL": f"sqlite:///{folder}/actionitem.db",
            "PORT": "0",
            "LOG_FORMAT": "json",
        } | (clock.environment() | settings)
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve", *words],
                cwd=folder,
                env=self.environment,
                stdout=log,
                stderr=log,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)),  # noqa: PLW1509 – alone
            )

    def log(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.log_file.read_text().splitlines() if line.startswith("{")]

    def url(self) -> str:
        """Its address, when it is ready."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(ValueError):
                for line in self.log():
                    if line["event"] == "ready":
                        return str(line["url"])
            time.sleep(0.05)
        raise AssertionError(self.log_file.read_text())


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with local_slack() as running:
        yield running


Serve = Callable[..., Process]


@pytest.fixture
def serve(sandbox: Sandbox, tmp_path: Path) -> Iterator[Serve]:
    """Starts it, with settings; what has not ended by the end of the test is killed."""
    started: list[Process] = []

    def start(*words: str, **settings: str) -> Process:
        started.append(Process(sandbox, tmp_path, *words, **settings))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


def command(process: Process, url: str, words: str) -> httpx.Response:
    body = urlencode({
        "command": "/actionitem", "text": words, "team_id": "T0ACME", "user_id": "U0PRIYA", "channel_id": "C0INC",
        "channel_name": "inc-2041-checkout", "trigger_id": f"1.2.{words}", "response_url": "https://example.com/never",
    })  # fmt: skip
    headers = signed(process.sandbox.signing_secret, body) | {"Content-Type": FORM}
    return httpx.post(f"{url}/slack/events", content=body, headers=headers, timeout=30)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("mode", ["http", "socket"])
def test_signal_stops_in_order(sandbox: Sandbox, serve: Serve, sent: signal.Signals, mode: str) -> None:
    """With SIGTERM it was killed: its deliveries waited ten seconds for a successor, and the socket was cut."""
    process = serve(**({"SLACK_APP_TOKEN": sandbox.app_token} if mode == "socket" else {}))
    url = process.url()
    httpx.post(
        f"{sandbox.url}/sandbox/faults",
        json={"method": "chat.postMessage", "kind": "429", "retry_after": 600, "times": None},
    )
    if mode == "http":
        assert "AI-1" in command(process, url, "idea Cap the retry queue at 1,000").text
    process.process.send_signal(sent)
    assert process.process.wait(30) == 0
    with create_engine(process.environment["DATABASE_URL"]).connect() as database:
        assert database.scalar(text("SELECT count(*) FROM delivery_workers")) == 0
        assert database.scalar(text("SELECT count(*) FROM workflow_status WHERE status = 'PENDING'")) == 0
    assert not [line for line in process.log() if line.get("level") in ("error", "critical")]
    assert "Traceback" not in process.log_file.read_text()


def ready(process: Process, count: int) -> str:
    """The address of several processes, when all are ready."""
    url, ends = process.url(), time.monotonic() + 60
    while len([line for line in process.log() if line["event"] == "ready"]) < count:
        assert time.monotonic() < ends, process.log_file.read_text()
        time.sleep(0.05)
    return url


def counted(url: str) -> float:
    """How many ideas were answered, as `/metrics` says."""
    found = text_string_to_metric_families(httpx.get(f"{url}/metrics", timeout=10).text)
    samples = [one for family in found for one in family.samples if one.name == "actionitem_answer_seconds_count"]
    return sum(one.value for one in samples if one.labels["kind"] == "command idea")


def test_three_processes_lose_nothing_when_one_is_killed_and_all_are_stopped_under_load(
    serve: Serve, migrated_postgresql_url: str
) -> None:
    process = serve("--processes", "3", DATABASE_URL=migrated_postgresql_url)
    url = ready(process, 3)
    assert "*AI-1*" in command(process, url, "idea Cap the retry queue at 1,000").text
    for number in range(5):
        command(process, url, f"idea Cap the pool of service {number}")
    # Whichever process answered them, and whichever says so now.
    assert [counted(url) for _each in range(6)] == [6.0] * 6
    accepted, ended = [], Event()

    def load(person: int) -> None:
        turn = 0
        while not ended.is_set():
            turn += 1
            with suppress(httpx.HTTPError):  # of the one that is killed, or after the end
                answer = command(process, url, f"idea Cap the retry queue of service {person}x{turn}")
                if answer.status_code == 200 and "*AI-" in answer.text:
                    accepted.append(answer.text.split("*AI-")[1].split("*")[0])

    threads = [Thread(target=load, args=(person,)) for person in range(4)]
    for thread in threads:
        thread.start()
    database = create_engine(migrated_postgresql_url.replace("postgresql://", "postgresql+psycopg://"))
    with database.connect() as reading:
        pids = reading.execute(text("SELECT pid FROM delivery_workers")).scalars().all()
    assert len(pids) == 3
    os.kill(pids[0], signal.SIGKILL)
    time.sleep(1)  # under load, with one less
    assert counted(url) >= 6  # what the dead one had counted is still there
    began = time.monotonic()
    process.process.send_signal(signal.SIGTERM)
    assert process.process.wait(30) == 0
    took = time.monotonic() - began
    ended.set()
    for thread in threads:
        thread.join()
    assert took < 12
    assert len(accepted) > 3
    with database.connect() as reading:
        made = set(reading.execute(text("SELECT number FROM items")).scalars())
        assert {int(number) for number in accepted} <= made
        assert reading.scalar(text("SELECT count(*) FROM dbos.workflow_status WHERE status = 'PENDING'")) in (0, 1)
    database.dispose()


def test_processes_end_when_their_parent_is_gone(serve: Serve, migrated_postgresql_url: str) -> None:
    process = serve("--processes", "2", DATABASE_URL=migrated_postgresql_url)
    url = ready(process, 2)
    process.process.kill()
    ends = time.monotonic() + 30
    with suppress(httpx.HTTPError):
        while httpx.get(f"{url}/healthz", timeout=2).is_success:
            assert time.monotonic() < ends
            time.sleep(0.1)


def test_signal_while_it_starts_stops_too(serve: Serve) -> None:
    process = serve()
    time.sleep(0.5)  # somewhere in the middle; wherever, it ends and leaves nothing
    process.process.send_signal(signal.SIGTERM)
    assert process.process.wait(30) in (0, 1, 130, -signal.SIGTERM)


def test_thousand_halves_of_a_request_leave_the_process_with_files_and_a_short_log(serve: Serve) -> None:
    """With the 256 files that a process has on some systems."""
    process = serve()
    address = httpx.URL(url := process.url())
    with ExitStack() as held:
        for _ in range(1000):
            one = held.enter_context(socket.create_connection((address.host, address.port or 0), timeout=10))
            one.sendall(b"POST /slack/events HTTP/1.1\r\nHost: ")
        began = time.monotonic()
        assert httpx.get(f"{url}/healthz", timeout=10).status_code == 200
        assert "/actionitem new" in command(process, url, "help").text
        assert time.monotonic() - began < 5
    process.process.terminate()
    assert process.process.wait(30) == 0
    assert process.log_file.stat().st_size < 10_000
    assert "Too many open files" not in process.log_file.read_text()
