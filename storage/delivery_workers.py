"""Which processes deliver: each gives a sign of life, and is signed off when it has gone. Decides nobody's death."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from storage.tables.delivery import DeliveryWorker


@dataclass(frozen=True)
class Worker:
    """A process that delivers. `machine` is where `pid` can be looked up, "" where it cannot."""

    executor: str
    machine: str
    pid: int
    beat_at: datetime


def record_beat(session: Session, worker: Worker) -> bool:
    """Signs the worker in, or keeps its sign of life. False when nobody knew it: others had signed it off."""
    row = {"machine": worker.machine, "pid": worker.pid, "beat_at": worker.beat_at}
    mine = DeliveryWorker.executor == worker.executor
    # Not an upsert: whether the row was still there is the news, since without it others may have our work.
    done = session.execute(update(DeliveryWorker).where(mine).values(**row))
    known = isinstance(done, CursorResult) and done.rowcount > 0
    if not known:
        session.add(DeliveryWorker(executor=worker.executor, **row))
    return known


def list_workers(session: Session) -> list[Worker]:
    """Every process that is signed in."""
    return [Worker(row.executor, row.machine, row.pid, row.beat_at) for row in session.scalars(select(DeliveryWorker))]


def sign_off(session: Session, executor: str) -> None:
    """Removes the worker at its own wish."""
    session.execute(delete(DeliveryWorker).where(DeliveryWorker.executor == executor))


def sign_off_dead(session: Session, worker: Worker) -> None:
    """Removes a worker that another process takes for dead; not if it has given a sign since it was seen."""
    # Compared with the sign that was seen: a process that was only slow has given another one by now, and lives.
    seen = (DeliveryWorker.executor == worker.executor, DeliveryWorker.beat_at == worker.beat_at)
    session.execute(delete(DeliveryWorker).where(*seen))


def list_executors(session: Session) -> set[str]:
    """The names of those that are signed in."""
    return set(session.scalars(select(DeliveryWorker.executor)))
