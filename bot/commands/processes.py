"""`actionitem serve --processes N`: a parent that holds the port and keeps N processes on it; it answers nothing."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import monotonic, sleep

import structlog

from bot.domain.errors import Refused

log = structlog.get_logger()

LOOK_EVERY_S = 0.2
SETTLED_S = 20.0
"""A process that ends sooner has not started well; when none ever has, there is no use in trying again."""
PAUSE_S = 2.0
"""Before a process that ended is started again."""
PARENT_EVERY_S = 0.5
STOP_S = 15.0
"""Each stops by itself within ten seconds; what has not after these is killed."""
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The library's own variable, which it reads when it is imported."""
IN_MEMORY = "/dev/shm"  # noqa: S108 – a folder within it is made for its owner alone
NEEDS_POSTGRESQL = (
    "Several processes need PostgreSQL: on SQLite there is one writer. Set DATABASE_URL, or leave --processes out."
)


def refuse_sqlite(url: str) -> None:
    """Raises `Refused` for a database that several processes would only wait for."""
    if url.startswith("sqlite"):
        raise Refused(NEEDS_POSTGRESQL)


def child_command(listening: socket.socket) -> list[str]:
    """How one process is started, with the port that its parent holds."""
    return [sys.executable, "-m", "bot", "serve", "--listening-on", str(listening.fileno())]


@dataclass
class _Child:
    """One of the places, and the process in it."""

    process: subprocess.Popen[bytes]
    began: float
    restart_at: float | None = None


@dataclass
class Processes:
    """*count* processes of *command*, each started again when it ends, until `stop`."""

    command: Sequence[str]
    count: int
    handed_on: Sequence[int] = ()
    """File descriptors that they inherit."""
    environment: Mapping[str, str] | None = None
    """What they find in theirs; None: what is in this one's."""
    clock: Callable[[], float] = monotonic
    _children: list[_Child] = field(default_factory=list)
    _stopping: Event = field(default_factory=Event)
    _has_settled: bool = False

    def run(self) -> int:
        """Until `stop`, which gives 0; or until all have ended without ever having started well, which gives 1."""
        self._children = [self._start() for _ in range(self.count)]
        while not self._stopping.wait(LOOK_EVERY_S):
            if not self._look():
                self._end_all()
                return 1
        self._end_all()
        return 0

    def stop(self) -> None:
        """Has `run` end them all. Safe within a signal's handler."""
        self._stopping.set()

    def _start(self) -> _Child:
        # Of a group of their own: Ctrl+C in a terminal would reach them beside their parent, who stops them in order.
        handed_on = tuple(self.handed_on)
        started = subprocess.Popen(  # noqa: S603 – our own command
            self.command, pass_fds=handed_on, start_new_session=True, env=self.environment
        )
        return _Child(started, self.clock())

    def _look(self) -> bool:
        """Starts again what has ended; False when there is no use in it."""
        now = self.clock()
        for place, child in enumerate(self._children):
            code = child.process.poll()
            if code is None:
                self._has_settled |= now - child.began > SETTLED_S
            elif child.restart_at is None:
                log.warning("process_ended", pid=child.process.pid, code=code)
                # It has said why on standard error: a wrong setting, an old schema. Who was killed said nothing.
                if not self._has_settled and code > 0:
                    return False
                child.restart_at = now + PAUSE_S
            elif now >= child.restart_at:
                self._children[place] = self._start()
        return True

    def _end_all(self) -> None:
        for child in self._children:
            if child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
        ends = self.clock() + STOP_S
        for child in self._children:
            try:
                child.process.wait(max(0.0, ends - self.clock()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()


def run_processes(listening: socket.socket, count: int) -> int:
    """Serves on that port with *count* processes until a signal; the exit code."""
    os.set_inheritable(listening.fileno(), True)
    with _folder_of_metrics() as folder:
        environment = {**os.environ, METRICS_FOLDER: folder}
        processes = Processes(child_command(listening), count, (listening.fileno(),), environment)
        return _run(processes, listening)


def _run(processes: Processes, listening: socket.socket) -> int:
    with _stopped_by_signals(processes.stop):
        log.info("processes", count=processes.count, port=listening.getsockname()[1])
        return processes.run()


@contextmanager
def _folder_of_metrics() -> Iterator[str]:
    """Where all processes count, so that each can say the sum (`bot/metrics.py`); gone when they are."""
    # In memory where there is such a place: on a full disk a page that is written to a mapped file ends the process.
    in_memory = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None
    with TemporaryDirectory(prefix="actionitem-", dir=in_memory) as folder:
        yield folder


def end_with_parent() -> None:
    """Has this process stop in order when its parent is gone: nobody else would tell it to, and it holds the port."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            sleep(PARENT_EVERY_S)
        log.warning("parent_gone")
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, name="parent", daemon=True).start()


@contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    before = {sent: signal.signal(sent, lambda *_: stop()) for sent in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for sent, handler in before.items():
            signal.signal(sent, handler)
