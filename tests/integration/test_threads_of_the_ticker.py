"""Whoever stops waits for a look at the schedules, and not for one that hangs."""

from datetime import UTC, datetime
from threading import Event, Thread
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler

from scheduler.threads import STOP_WITHIN_S, StoppableThreads

PATIENCE_S = 30


def stopping(scheduler: BackgroundScheduler) -> Thread:
    stops = Thread(target=scheduler.shutdown, daemon=True)
    stops.start()
    return stops


def test_stop_waits_for_a_look_that_ends() -> None:
    begun, goes_on, ended = Event(), Event(), Event()

    def look() -> None:
        begun.set()
        goes_on.wait(PATIENCE_S)
        ended.set()

    scheduler = BackgroundScheduler(timezone="UTC", executors={"default": StoppableThreads(PATIENCE_S)})
    # Again and again, as the ticker looks: a job that is done takes itself away, as a stop may have just done.
    scheduler.add_job(look, "interval", hours=1, next_run_time=datetime.now(UTC))
    scheduler.start()
    assert begun.wait(PATIENCE_S)
    stops = stopping(scheduler)
    assert not ended.is_set()
    goes_on.set()
    stops.join(PATIENCE_S)
    assert ended.is_set()


def test_stop_waits_no_longer_than_it_may_for_a_look_that_hangs() -> None:
    begun, never = Event(), Event()

    def look() -> None:
        begun.set()
        never.wait(PATIENCE_S)

    scheduler = BackgroundScheduler(timezone="UTC", executors={"default": StoppableThreads(0.05)})
    # Again and again, as the ticker looks: a job that is done takes itself away, as a stop may have just done.
    scheduler.add_job(look, "interval", hours=1, next_run_time=datetime.now(UTC))
    scheduler.start()
    assert begun.wait(PATIENCE_S)
    began = monotonic()
    stopping(scheduler).join(PATIENCE_S)
    assert monotonic() - began < PATIENCE_S / 2
    never.set()


def test_stop_waits_ten_seconds_at_most() -> None:
    assert STOP_WITHIN_S == 10
