"""What is due is leased for a while, so that replicas do not prepare the same thing. A lease saves work and decides
nothing: that something happens once, those who claim it see to.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, Update, bindparam, or_, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.tables.base import table_of
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


def moving_on(row: type[Leased], *key: str, day: str) -> Update:
    """Moves a row on and ends its lease, unless somebody has since it was seen: of two replicas one does.

    Written once, and run with `seen_…` for each column of *key* and `seen_next_due_at`, `then_on` for the column *day*,
    and `then_due_at`.
    """
    columns = table_of(row).c
    # Compare and set. A team that changed its times meanwhile makes this fail too, and is looked at again.
    as_seen = (columns[name] == bindparam(f"seen_{name}") for name in (*key, "next_due_at"))
    then: dict[str, Any] = {day: bindparam("then_on"), "next_due_at": bindparam("then_due_at"), "leased_until": None}
    return update(table_of(row)).where(*as_seen).values(then)
