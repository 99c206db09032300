"""Rows as tests of import and export need them: sensible in everything that the test does not say."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.lifecycle import State
from bot.domain.porting.columns import BadRow
from bot.domain.porting.reading import read_row
from bot.domain.porting.row import Row

CREATED = datetime(2026, 1, 5, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""When it is imported."""
CELLS = {
    "title": "Alert when checkout errors exceed 2 % for 5 minutes",
    "owner": "U0PRIYA",
    "team": "Payments",
    "state": "not_started",
    "created_at": "2026-01-05T09:00:00Z",
    "due": "2026-02-05",
}


def day(number: int) -> datetime:
    """Nine in the morning, so many days after creation."""
    return CREATED + timedelta(days=number)


def row(**changes: Any) -> Row:
    """An item of Priya's that nobody has started."""
    plain = Row(
        2, CELLS["title"], "U0PRIYA", "Payments", State.NOT_STARTED, CREATED, date(2026, 2, 5), date(2026, 2, 5)
    )
    return plain._replace(**changes)


def read(**changes: str) -> Row:
    """The row that these cells are read as."""
    return read_row(2, CELLS | changes, NOW)


def reasons(**changes: str) -> str:
    """Why these cells cannot be an item."""
    try:
        read_row(2, CELLS | changes, NOW)
    except BadRow as bad:
        return "; ".join(bad.reasons)
    raise AssertionError("the row was taken")
