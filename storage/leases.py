"""What is due is leased for a while, so that replicas do not prepare the same thing. A lease saves work and decides
nothing: that something happens once, those who claim it see to.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, or_, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.tables.ritual import MorningRow, ScheduleRow

LEASE = timedelta(minutes=2)
"""How long a replica has for a batch; when it dies, the others take over then."""
Leased = TypeVar("Leased", MorningRow, ScheduleRow)


def take_free(session: Session, row: type[Leased], due: Select[Leased], now: datetime, limit: int) -> Sequence[Leased]:
    """Of the rows that *due* finds the first that nobody has in hand at *now*; the caller leases them."""
    free = or_(row.leased_until.is_(None), row.leased_until <= now)
    # Past what another replica is leasing just now; SQLite has one writer, and knows no locks of rows.
    return session.scalars(due.where(free).limit(limit).with_for_update(skip_locked=True)).all()


def set_lease(
    session: Session, key: Sequence[InstrumentedAttribute[Any]], seen: Collection[tuple[Any, ...]],
    until: datetime | None,
) -> None:  # fmt: skip
    """Leases the rows with those values of *key*, or ends their lease; what was moved on since stays as it is."""
    if not seen:
        return
    row = key[0].class_
    # Sorted: two replicas that release at once must not wait for each other.
    # The first column by itself too: of several in one `IN` SQLite makes no use of an index, and reads the whole table.
    here = (key[0].in_(sorted({values[0] for values in seen})), tuple_(*key).in_(sorted(seen)))
    moved = update(row).where(*here).values(leased_until=until)
    session.execute(moved.execution_options(synchronize_session=False))
