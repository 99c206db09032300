"""How soon `actionitem serve` is ready, and how much memory it takes when nobody asks anything.

Processor time counts, for the machine is shared. The first start of each is not counted: it makes the database, and
the bytecode that an installed bot has from its installation.
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.requests_a_second import ROOT, SECRET, Served, process

RUNS = 5
AIM, RESIDENT_MB = 1.5, 115
LIBRARIES = (
    "apscheduler.schedulers.background", "dbos", "httpx", "prometheus_client", "pydantic_settings", "rapidfuzz.process",
    "slack_bolt", "sqlalchemy.orm", "structlog", "typer", "uvicorn", "yaml",
)  # fmt: skip
"""What serving needs of others on SQLite: the listener, the queue, the scheduler, the settings, the log."""


def run() -> None:
    """Prints the medians of some starts, beside those of a Python that imports the libraries alone."""
    with tempfile.TemporaryDirectory() as folder, process("tests.benchmarks.slack") as slack:
        environment = os.environ | {
            "SLACK_API_URL": f"{slack.url}/api/", "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": "xoxb-bench",
            "PORT": "0", "DATABASE_URL": f"sqlite:///{folder}/start.db", "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": f"{folder}/bytecode", "PYTHONDONTWRITEBYTECODE": "",
        }  # fmt: skip
        _start(environment), _reference(environment)
        starts, references = zip(*((_start(environment), _reference(environment)) for _ in range(RUNS)), strict=True)
    cpu, seconds, megabytes = (median(each) for each in zip(*starts, strict=True))
    reference, plainly = (median(each) for each in zip(*references, strict=True))
    print(f"  ready after {cpu:.2f} s of CPU, {seconds:.2f} s by the clock; load {os.getloadavg()[0]:.1f}")
    print(
        f"  its libraries alone {reference:.2f} and {plainly:.2f} s; ratio of CPU {cpu / reference:.2f} (aim ≤ {AIM})"
    )
    print(f"  resident with nothing to do: {megabytes:.0f} MB (aim ≤ {RESIDENT_MB})")


def _start(environment: dict[str, str]) -> tuple[float, float, float]:
    """Seconds of CPU and by the clock until it is ready, and megabytes when it has nothing to do."""
    began = time.perf_counter()
    started = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"], cwd=ROOT, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert started.stderr is not None
    assert any("ready" in line for line in iter(started.stderr.readline, ""))
    seconds, cpu = time.perf_counter() - began, Served("", started.pid).cpu_s()
    time.sleep(1.5)  # idle: the first looks at queue and schedules are over
    resident = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{started.pid}/status").read_text())
    started.terminate()
    started.wait(30)
    return cpu, seconds, int(resident.group(1)) / 1024 if resident else 0.0


def _reference(environment: dict[str, str]) -> tuple[float, float]:
    """Seconds of CPU and by the clock."""
    began, spent = time.perf_counter(), _children_s()
    subprocess.run([sys.executable, "-c", f"import {', '.join(LIBRARIES)}"], check=True, cwd=ROOT, env=environment)
    return _children_s() - spent, time.perf_counter() - began


def _children_s() -> float:
    """CPU seconds of processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    run()
