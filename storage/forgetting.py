"""What nobody needs any more, deleted some rows at a time: to delete a week of them at once would hold SQLite's only
writer for as long as that takes."""

from sqlalchemy import ColumnElement, delete, select, tuple_
from sqlalchemy.orm import Session

from storage.tables.base import Base, table_of

AT_ONCE = 500
"""Rows in one transaction: some milliseconds."""


def forget_some(session: Session, row: type[Base], condition: ColumnElement[bool]) -> int:
    """Deletes rows of which the condition holds; returns how many. Fewer than `AT_ONCE`: there are no more."""
    key = table_of(row).primary_key.columns
    some = select(*key).where(condition).limit(AT_ONCE)
    return int(session.execute(delete(row).where(tuple_(*key).in_(some))).rowcount)  # type: ignore[attr-defined]
