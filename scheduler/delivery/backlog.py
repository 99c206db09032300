"""What is not delivered yet, and waiting until nothing is left. Delivers nothing itself."""

from dataclasses import replace
from datetime import timedelta
from time import monotonic, sleep

from scheduler.delivery.transactions import moment_of
from storage import messages as record
from storage.delivery_queue import DeliveryBacklog, QueueTable
from storage.engine import Database
from storage.held import count_held
from storage.outbox import has_waiting, partition_of

# Who waits for delivery (a command, the demo) does not wait for an archived channel or an outage to end.
LONG_RETRY_S = 10.0
LOOK_EVERY_S = 0.05


def backlog(database: Database) -> DeliveryBacklog:
    """What is not delivered. Needs no running delivery in this process."""
    with database.read() as session:
        found = QueueTable(database).count(session, failed=record.count_failed(session))
        return replace(found, held=count_held(session))


def wait_until_delivered(database: Database, timeout: float) -> bool:
    """Waits until nothing is left to deliver but what waits for a long retry; False after *timeout* seconds.

    Somebody must deliver meanwhile: a launched `Delivery` in this process, or another process.
    """
    deadline = monotonic() + timeout
    while not _delivered(database):
        if monotonic() > deadline:
            return False
        sleep(LOOK_EVERY_S)
    return True


def _delivered(database: Database) -> bool:
    with database.read() as session:
        # The outbox first: what is handed over between the two looks is then in the queue. The other way round it would
        # be seen in neither.
        if has_waiting(session):
            return False
        # A whole partition counts as waiting long when its head does, for nothing behind it can be sent.
        beyond = moment_of(session) + timedelta(seconds=LONG_RETRY_S)
        left = QueueTable(database).list_partitions(session)
        return left <= {partition_of(workspace, to) for workspace, to in record.list_held(session, beyond=beyond)}
