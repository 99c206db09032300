"""600 messages to 60 channels at Slack's pace of one a second each: `python -m tests.benchmarks delivery`.

Then 750 to as many channels of one workspace: 600 go at once, and 150 wait for its limit of five a second. The CPU of
those, from their first place to their delivery, has the 600 as its reference.

One process delivers with the settings for Slack itself. The clock runs from the commit of all messages to the arrival
of the last; the reference is ten messages a channel at one a second. The target: at most 1.15 of it. Its
CPU is measured from there until the last message, and then while there is nothing to do.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep, time

from bot.domain.messages import Post
from scheduler.delivery.dbos_queue import ensure_dbos_schema
from storage.engine import Database
from storage.outbox import Outbox
from storage.tables.base import Base
from tests.benchmarks.postgresql import on_both_databases
from tests.benchmarks.requests_a_second import Served
from tests.forked import Forked
from tests.integration.delivery import worker as replica
from tests.integration.delivery.conftest import steady
from tests.integration.delivery.slack_stub import SlackStub

CHANNELS, EACH = 60, 10
REFERENCE_S, TARGET = 10.0, 1.15
AIM_CPU_MS, IDLE_S = 4.0, 10.0
PATIENCE_S = 120.0
BURST, WAITING = 600, 150
FIRST = "C-first"


def measure(database_url: str) -> str:
    """Delivers everything once, to a Slack that takes everything; a line of what came of it."""
    database = Database(database_url)
    Base.metadata.create_all(database.engine)
    ensure_dbos_schema(database)
    with SlackStub() as slack:
        with _worker(database, slack) as worker:
            _enqueue(database, [Post("first", FIRST, "first")])
            _wait(slack, 1)  # only now is the process up
            _enqueue(database, [Post(f"{c}:{n}", f"C{c}", f"{c}:{n}") for n in range(EACH) for c in range(CHANNELS)])
            began, load, spent = time(), os.getloadavg()[0], worker.cpu_s()
            _wait(slack, 1 + CHANNELS * EACH)
            each = (worker.cpu_s() - spent) / (CHANNELS * EACH)
            sleep(2)  # what the last messages leave to be recorded
            spent = worker.cpu_s()
            sleep(IDLE_S)
            idle = (worker.cpu_s() - spent) / IDLE_S
        line = _said(slack, began)
    database.close()
    return (
        f"{line}   CPU {each * 1000:.2f} ms each (aim ≤ {AIM_CPU_MS:.0f}), {idle * 1000:.1f} ms a second with nothing "
        f"to do   load average {load:.1f} then {os.getloadavg()[0]:.1f}"
    )


def measure_waiting(database_url: str) -> str:
    """Delivers a workspace's burst, then what waits for its limit; a line of what either cost."""
    database = Database(database_url)
    Base.metadata.create_all(database.engine)
    ensure_dbos_schema(database)
    with SlackStub() as slack, _worker(database, slack) as worker:
        _enqueue(database, [Post("first", FIRST, "first")])
        _wait(slack, 1)
        load, costs = os.getloadavg()[0], []
        for name, channels in (("at once", BURST - 1), ("waiting", WAITING)):
            spent, before = worker.cpu_s(), len(slack.times("chat.postMessage"))
            _enqueue(database, [Post(f"{name} {c}", f"C-{name}-{c}", name) for c in range(channels)])
            _wait(slack, before + channels)
            sleep(1)  # what the last messages leave to be recorded
            costs.append((worker.cpu_s() - spent) / channels * 1000)
    database.close()
    return (
        f"CPU {costs[0]:.2f} ms each at once, {costs[1]:.2f} ms each that waits for its workspace's limit   "
        f"load average {load:.1f} then {os.getloadavg()[0]:.1f}"
    )


def _said(slack: SlackStub, began: float) -> str:
    channels = [f"C{number}" for number in range(CHANNELS)]
    times = {channel: slack.times("chat.postMessage", channel) for channel in channels}
    took = max(at for each in times.values() for at in each) - began
    texts = Counter(text for channel in channels for text in slack.texts(channel))
    ratio, gap = took / REFERENCE_S, min(steady(each) for each in times.values())
    verdict = "within" if ratio <= TARGET else "MISSED"
    lost, doubled = CHANNELS * EACH - len(texts), texts.total() - len(texts)
    return (
        f"{took:5.2f} s = {ratio:.3f} of {REFERENCE_S:.0f} s ({verdict} {TARGET})   lost {lost}   doubled {doubled}   "
        f"shortest gap in a channel {gap:.2f} s"
    )


@contextmanager
def _worker(database: Database, slack: SlackStub) -> Iterator[Served]:
    url = database.url.render_as_string(hide_password=False)
    with Forked(replica.main, url, slack.api_url, "slow") as process:
        yield Served(slack.api_url, process.pid)


def _enqueue(database: Database, posts: list[Post]) -> None:
    """As the product does: each message is a change of its own; all of them in one transaction."""
    outbox = Outbox(database)
    with database.begin() as session:
        for post in posts:
            outbox.enqueue(session, "T1", post.key, [post])


def _wait(slack: SlackStub, messages: int) -> None:
    deadline = monotonic() + PATIENCE_S
    while len(slack.times("chat.postMessage")) < messages and monotonic() < deadline:
        sleep(0.05)


def run() -> None:
    """Prints the figures on both databases."""
    on_both_databases(measure)
    on_both_databases(measure_waiting)


if __name__ == "__main__":
    run()
