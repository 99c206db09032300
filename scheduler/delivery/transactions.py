"""Transactions of deliveries, few at once, and the time that all replicas share."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import BoundedSemaphore

from sqlalchemy.orm import Session

from storage import messages as record
from storage.engine import Database

# On PostgreSQL four at once are faster than twenty (ADR 002), and people's requests need connections too.
TRANSACTIONS_AT_ONCE = 4


class FewAtOnce:
    """Begins transactions. Whoever finds `TRANSACTIONS_AT_ONCE` under way waits for one to end."""

    def __init__(self, database: Database) -> None:
        self._database, self._few = database, BoundedSemaphore(TRANSACTIONS_AT_ONCE)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction; few at once, so that a storm of messages leaves connections for people's requests."""
        with self._few, self._database.begin() as session:
            yield session


def moment_here(session: Session) -> datetime | None:
    """As `moment_of`, where no database need be asked; None where it says so together with what else is asked."""
    return datetime.now(UTC) if session.get_bind().dialect.name == "sqlite" else None


def moment_of(session: Session) -> datetime:
    """What time it is for every replica."""
    # `not_before` is written by one replica and read by another, whose clocks may be minutes apart.
    return record.moment(session, datetime.now(UTC))
