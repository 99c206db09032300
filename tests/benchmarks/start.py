"""How soon `actionitem serve` is ready, and how much memory it takes when nobody asks anything."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.requests_a_second import ROOT, SECRET, process

RUNS = 5
READY_S, RESIDENT_MB = 2.5, 115


def run() -> None:
    """Prints the median of some starts, beside that of a Python that imports Bolt and SQLAlchemy alone."""
    with tempfile.TemporaryDirectory() as folder, process("tests.benchmarks.slack") as slack:
        environment = {
            "SLACK_API_URL": f"{slack.url}/api/", "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": "xoxb-bench",
            "PORT": "0", "DATABASE_URL": f"sqlite:///{folder}/start.db", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        found = sorted(_start(environment) for _ in range(RUNS))
    seconds, megabytes = found[RUNS // 2]
    reference = sorted(_reference() for _ in range(RUNS))[RUNS // 2]
    print(f"  ready after {seconds:.2f} s (aim < {READY_S}), resident {megabytes:.0f} MB (aim < {RESIDENT_MB})")
    print(f"  importing slack_bolt and sqlalchemy alone: {reference:.2f} s; ratio {seconds / reference:.2f}")


def _start(environment: dict[str, str]) -> tuple[float, float]:
    began = time.perf_counter()
    started = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"], cwd=ROOT, env=os.environ | environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert started.stderr is not None
    assert any("ready" in line for line in iter(started.stderr.readline, ""))
    seconds = time.perf_counter() - began
    time.sleep(1.5)  # idle: the first looks at queue and schedules are over
    resident = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{started.pid}/status").read_text())
    started.terminate()
    started.wait(30)
    return seconds, int(resident.group(1)) / 1024 if resident else 0.0


def _reference() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import slack_bolt, sqlalchemy.orm"], check=True, cwd=ROOT)
    return time.perf_counter() - began


if __name__ == "__main__":
    run()
