"""Several processes on one port: kept alive, stopped together, and given up when none can start."""

import signal
import sys
from threading import Thread
from time import monotonic, sleep

import pytest

from bot.commands import processes
from bot.commands.processes import Processes, refuse_sqlite
from bot.domain.errors import Refused

ENDLESS = "import signal, time; signal.signal(signal.SIGTERM, lambda *_: exit(0)); print(flush=True); time.sleep(60)"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def running(them: Processes) -> list[int]:
    return [child.process.pid for child in them._children if child.process.poll() is None]


def wait_for(look: object, patience: float = 20.0) -> None:
    ends = monotonic() + patience
    while not look():  # type: ignore[operator]
        assert monotonic() < ends
        sleep(0.02)


def test_process_that_is_killed_is_started_again_and_all_end_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PAUSE_S", 0.0)
    monkeypatch.setattr(processes, "SETTLED_S", -1.0)
    them, codes = Processes(python(ENDLESS), 2), []
    thread = Thread(target=lambda: codes.append(them.run()))
    thread.start()
    wait_for(lambda: len(running(them)) == 2 and them._has_settled)
    first = them._children[0].process
    first.send_signal(signal.SIGKILL)
    wait_for(lambda: len(running(them)) == 2 and first.pid not in running(them))
    them.stop()
    thread.join(20)
    assert (codes, running(them)) == ([0], [])


def test_what_cannot_start_is_not_tried_for_ever() -> None:
    them = Processes(python("exit(1)"), 2)
    assert them.run() == 1
    assert running(them) == []


def test_sqlite_is_refused_with_what_to_do() -> None:
    with pytest.raises(Refused, match="Several processes need PostgreSQL"):
        refuse_sqlite("sqlite:///actionitem.db")
    refuse_sqlite("postgresql://host/db")
