"""Whether the database takes what is written."""

import os
from datetime import datetime
from secrets import token_hex

from sqlalchemy.orm import Session

from storage.tables.delivery import DeliveryWorker


def prove_writable(session: Session, now: datetime) -> None:
    """Writes a row that nobody ever sees, because it goes in the same transaction. Raises SQLAlchemy's errors."""
    row = DeliveryWorker(executor=f"probe-{token_hex(8)}", machine="", pid=os.getpid(), beat_at=now)
    session.add(row)
    # Two flushes: the first is the write that is to be proven, which one flush of both would leave out.
    session.flush()
    session.delete(row)
    session.flush()
