"""What every table shares: the metadata and the types that both databases store alike."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, Table
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

BigId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite gives its own numbers only to INTEGER keys."""


class Base(DeclarativeBase):
    """The metadata of all tables; constraints have names, so that a migration can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def table_of(row: type[Base]) -> Table:
    """The table behind the class, for statements that need no object: the ORM's way takes about twice as long."""
    return cast("Table", row.__table__)


UNSAID = 0
"""How `ScaleColumn` stores what nobody has said."""


class ScaleColumn(TypeDecorator[int]):
    """1–5, or None where nobody has said it, which is stored as `UNSAID`.

    Not as NULL: items written by earlier versions stand in a column that takes none, and SQLite drops that only by
    writing every item of the table anew.
    """

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int:  # noqa: ARG002 – SQLAlchemy's signature
        """Stores 0 for None."""
        return UNSAID if value is None else value

    def process_result_value(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002 – SQLAlchemy's signature
        """Returns None for 0."""
        return value or None


class Instant(TypeDecorator[datetime]):
    """A moment: aware datetimes in, aware UTC datetimes out. SQLite keeps no offset, so it is added here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 – SQLAlchemy's signature
        """Stores UTC; a naive datetime is a mistake of ours and raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without an offset cannot be stored")
        return value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002 – SQLAlchemy's signature
        """Returns UTC."""
        # In place of `process_result_value`, which is called between two other functions, a fifth of the time of a
        # large export: SQLite gives text without an offset, PostgreSQL a moment in the session's zone.
        return _from_text if dialect.name == "sqlite" else _in_utc


def _from_text(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(f"{stored}+00:00")


def _in_utc(stored: datetime | None) -> datetime | None:
    return None if stored is None else stored.astimezone(UTC)
