"""How fast one person alone is answered: what they wait for is our own time, for this Slack answers at once.

One request after the other, with a pause in which what follows from the last one (its messages) is over. Beside the
median by the clock stands the processor time of the whole process for each request, messages included.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from urllib.parse import urlencode

from tests.benchmarks.postgresql import on_both_databases
from tests.benchmarks.requests_a_second import ROOT, SECRET, Served, process, send, submission

TIMES, WARM_UP, PAUSE_S = 25, 3, 0.25
OWNER = "U0OWNER"
AIMS = {"new": 25, "Create": 40, "start": 30, "update": 30, "implement": 30}


def run() -> None:
    """Prints a line for each request, on both databases."""
    print("milliseconds by the clock (median; of it our own time), and of CPU with all that follows")
    on_both_databases(measure)


def measure(url: str) -> str:
    """The lines for the database at *url*."""
    with process("tests.benchmarks.slack") as slack:
        environment = {
            "SLACK_API_URL": f"{slack.url}/api/", "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": "xoxb-bench",
            "PORT": "0", "LOG_FORMAT": "json", "PYTHONPATH": str(ROOT), "DATABASE_URL": url,
        }  # fmt: skip
        words = [sys.executable, "-m", "bot", "migrate"]
        subprocess.run(words, env=os.environ | environment, cwd=ROOT, check=True, capture_output=True)
        with process("bot", "serve", **environment) as served:
            lines = [f"load {os.getloadavg()[0]:.1f}"]
            lines += [f"{name:10} {_asked(served, name)} (aim ≤ {aim})" for name, aim in AIMS.items()]
    return "\n              ".join(lines)


def _asked(served: Served, name: str) -> str:
    bodies = submission if name == "Create" else _command(name)
    times, spent = [], 0.0
    for turn in range(WARM_UP + TIMES):
        before = served.cpu_s()
        took = send(served.url, bodies, 1)
        time.sleep(PAUSE_S)
        if turn >= WARM_UP:
            times += took
            spent += served.cpu_s() - before
    return f"{median(times) * 1000:5.1f} ms   CPU {spent / TIMES * 1000:5.1f} ms"


def _command(name: str) -> Callable[[], str]:
    """The owner's `/actionitem`: `new`, or something about one item after the other."""
    numbers = iter(range(1, WARM_UP + TIMES + 1))

    def body() -> str:
        number = next(numbers)
        return urlencode(
            {
                "command": "/actionitem", "text": name if name == "new" else f"{name} {number}", "team_id": "T0BENCH",
                "user_id": OWNER, "channel_id": "C0BENCH", "channel_name": "bench", "trigger_id": f"{number}.1.{name}",
            }
        )  # fmt: skip

    return body


if __name__ == "__main__":
    run()
