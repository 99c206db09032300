"""How fast people are answered while fifty work at once: the product beside two reference apps, in one run.

Each app is a process of its own behind the same adapter, each talks to the same stubbed Slack, each gets the same
signed requests. What counts are the ratios: the machine is shared.
"""

import hashlib
import hmac
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import TextIO
from urllib.parse import urlencode, urlsplit

from tests.benchmarks.postgresql import postgresql

ROOT = Path(__file__).parents[2]
SECRET = "bench-secret"
AT_ONCE = 50
REQUESTS = 1500
WARM_UP = 150
_numbers = count(1)


@dataclass(frozen=True)
class Measured:
    """Milliseconds and requests a second; `cpu` are milliseconds of the app's own processor time a request."""

    p50: float
    p99: float
    rate: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.rate:6.0f}/s   p50 {self.p50:5.0f} ms   p99 {self.p99:5.0f} ms   CPU {self.cpu:5.2f} ms"


@dataclass(frozen=True)
class Served:
    """A process that answers at `url`."""

    url: str
    pid: int

    def cpu_s(self) -> float:
        """Seconds of processor time that it has spent."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def command() -> str:
    """`/actionitem new` from one of fifty people."""
    number = next(_numbers)
    return urlencode(
        {
            "command": "/actionitem", "text": "new", "team_id": "T0BENCH", "user_id": f"U0P{number % AT_ONCE}",
            "channel_id": "C0BENCH", "channel_name": "bench", "trigger_id": f"{number}.1.a",
        }
    )  # fmt: skip


def submission() -> str:
    """A filled-in “New action item”."""
    number = next(_numbers)
    option = {"type": "static_select", "selected_option": {"value": "3"}}
    values = {
        "title": {"type": "plain_text_input", "value": _title(number)},
        "owner": {"type": "users_select", "selected_user": "U0OWNER"},
        "due": {"type": "datepicker", "selected_date": "2099-01-15"},
        "remedy": {"type": "static_select", "selected_option": {"value": "Guardrail"}},
        "impact": option, "urgency": option, "effort": option,
        "verification": {"type": "plain_text_input", "value": "Send one message too many"},
    }  # fmt: skip
    view = {
        "id": f"V{number}", "hash": "1.a", "type": "modal", "callback_id": "new",
        "private_metadata": json.dumps({"channel": "C0BENCH", "private": False}),
        "blocks": [{"type": "input", "block_id": name} for name in values],
        "state": {"values": {name: {name: value} for name, value in values.items()}},
    }  # fmt: skip
    payload = {
        "type": "view_submission", "team": {"id": "T0BENCH"}, "user": {"id": f"U0P{number % AT_ONCE}"}, "view": view,
    }  # fmt: skip
    return urlencode({"payload": json.dumps(payload)})


def _title(number: int) -> str:
    """A wording without findings, and unlike the others: what is alike costs more, and is rare."""
    said = hashlib.sha256(str(number).encode()).hexdigest()
    return f"Cap the {said[:7]}-{said[7:12]} queue of {said[12:20]} at {int(said[20:24], 16)} {said[24:32]} messages"


def measure(served: Served, body: Callable[[], str]) -> Measured:
    """Sends `REQUESTS` signed requests from `AT_ONCE` people, each with a connection of their own."""
    with ThreadPoolExecutor(AT_ONCE) as people:
        list(people.map(lambda _: send(served.url, body, WARM_UP // AT_ONCE), range(AT_ONCE)))
        began, spent = time.perf_counter(), served.cpu_s()
        times = [
            took
            for each in people.map(lambda _: send(served.url, body, REQUESTS // AT_ONCE), range(AT_ONCE))
            for took in each
        ]
        seconds, spent = time.perf_counter() - began, served.cpu_s() - spent
    cuts = quantiles(times, n=100)
    return Measured(cuts[49] * 1000, cuts[98] * 1000, len(times) / seconds, spent / len(times) * 1000)


def send(url: str, body: Callable[[], str], times: int) -> list[float]:
    """Signed requests over one connection, one after the other; the seconds that each took."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    took = []
    for _ in range(times):
        text, stamp = body(), str(int(time.time()))
        signature = hmac.new(SECRET.encode(), f"v0:{stamp}:{text}".encode(), hashlib.sha256).hexdigest()
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": f"v0={signature}",
        }
        began = time.perf_counter()
        connection.request("POST", "/slack/events", text, headers)
        answer = connection.getresponse()
        said = answer.read()
        took.append(time.perf_counter() - began)
        assert answer.status == 200, (answer.status, said[:200])
        assert b"errors" not in said, said[:200]
    connection.close()
    return took


@contextmanager
def process(*words: str, **environment: str) -> Iterator[Served]:
    """A process that says its address; ended when the block ends."""
    # Into a file: nobody reads a pipe while measuring, and whoever writes a line for each request then stands still.
    with tempfile.TemporaryFile("w+") as said:
        started = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=os.environ | environment, stdout=said, stderr=said
        )
        try:
            yield Served(_address(started, said), started.pid)
        finally:
            started.send_signal(signal.SIGTERM)
            started.wait(30)


def _address(started: subprocess.Popen[bytes], said: TextIO) -> str:
    """Waits until the process says where it answers."""
    while True:
        text = os.pread(said.fileno(), 1_000_000, 0).decode()
        if found := re.search(r"http://[^\s\"]+(?=[\s\"])", text):
            return found[0]
        assert started.poll() is None, text
        time.sleep(0.05)


def run() -> None:
    """Prints the figures and their ratios on both databases."""
    print(f"{REQUESTS} requests, {AT_ONCE} people at once\n")
    with tempfile.TemporaryDirectory() as folder, postgresql() as postgresql_url, ExitStack() as stack:
        slack = stack.enter_context(process("tests.benchmarks.slack"))
        environment = {
            "SLACK_API_URL": f"{slack.url}/api/", "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": "xoxb-bench",
            "PORT": "0", "LOG_FORMAT": "json", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        for name, url in (("SQLite", f"sqlite:///{folder}/bench.db"), ("PostgreSQL", postgresql_url)):
            _compare(name, url, environment)


def _compare(name: str, url: str, environment: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "bot", "migrate"],
        env=os.environ | environment | {"DATABASE_URL": url}, cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    print(f"{name}")
    for words, body, kind, aim in (
        ("/actionitem new opens its modal", command, "modal", 0.5),
        ("Create makes an item", submission, "insert", 0.3),
    ):
        with process("tests.benchmarks.references", kind, url, **environment) as served:
            reference = measure(served, body)
        with process("bot", "serve", **environment, DATABASE_URL=url) as served:
            product = measure(served, body)
        print(f"  {words:34} {product}")
        print(f"  {'reference: ' + kind:34} {reference}")
        rate, cpu = product.rate / reference.rate, reference.cpu / product.cpu
        print(f"  {'ratio':34} {rate:.2f} (aim ≥ {aim}), of CPU {cpu:.2f}\n")


if __name__ == "__main__":
    run()
