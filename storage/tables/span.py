"""The table of spans: each item's history, cut where something that a measure reads changed. Derived from `changes`."""

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class SpanRow(Base):
    """An item from `since` up to `until` (microseconds since 1970; days are ordinals): see `bot/domain/span.py`.

    Written in the transaction of the change, by `storage/spans.py` alone. The index holds all that the measures
    of a team read, so that a month touches neither the table nor what was over before it.
    """

    __tablename__ = "item_spans"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "item_number"], ["items.workspace", "items.number"]),
        Index(
            "ix_item_spans_measures",
            "workspace", "team_id", "counts_until", "until", "since", "standing", "counted_at", "ended_at",
            "due", "original_due", "blocked",
        ),
    )  # fmt: skip

    workspace: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Integers, because the two databases compute with timestamps differently (ADR 004).
    since: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    until: Mapped[int] = mapped_column(BigInteger)
    counts_until: Mapped[int] = mapped_column(BigInteger)
    team_id: Mapped[int | None] = mapped_column(BigInteger)
    standing: Mapped[str] = mapped_column(String(24))
    counted_at: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
    due: Mapped[int]
    original_due: Mapped[int]
    blocked: Mapped[bool]
