"""Which processes deliver: each gives a sign of life, and is signed off when it has gone. Decides nobody's death."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from storage.tables.base import Instant, table_of
from storage.tables.delivery import DeliveryWorker

WORKER = table_of(DeliveryWorker)
# Written once: asked every other second, all day long.
WORKERS = select(WORKER.c.executor, WORKER.c.machine, WORKER.c.pid, WORKER.c.beat_at)
BEATEN = (
    update(WORKER)
    .where(WORKER.c.executor == bindparam("of"))
    .values(machine=bindparam("at"), pid=bindparam("by"), beat_at=bindparam("beat", type_=Instant()))
)


@dataclass(frozen=True)
class Worker:
    """A process that delivers. `machine` is where `pid` can be looked up, "" where it cannot."""

    executor: str
    machine: str
    pid: int
    beat_at: datetime


def record_beat(session: Session, worker: Worker) -> bool:
    """Signs the worker in, or keeps its sign of life. False when nobody knew it: others had signed it off."""
    row = {"of": worker.executor, "at": worker.machine, "by": worker.pid, "beat": worker.beat_at}
    # Not an upsert: whether the row was still there is the news, since without it others may have our work.
    known = session.connection().execute(BEATEN, row).rowcount > 0
    if not known:
        session.add(DeliveryWorker(**vars(worker)))
    return known


def list_workers(session: Session) -> list[Worker]:
    """Every process that is signed in."""
    return [Worker(*row) for row in session.connection().execute(WORKERS)]


def sign_off(session: Session, executor: str) -> None:
    """Removes the worker at its own wish."""
    session.execute(delete(DeliveryWorker).where(DeliveryWorker.executor == executor))


def sign_off_dead(session: Session, worker: Worker) -> bool:
    """Removes a worker that another process takes for dead; False if it has given a sign since it was seen."""
    # Compared with the sign that was seen: a process that was only slow has given another one by now, and lives.
    seen = (DeliveryWorker.executor == worker.executor, DeliveryWorker.beat_at == worker.beat_at)
    return session.connection().execute(delete(WORKER).where(*seen)).rowcount > 0
