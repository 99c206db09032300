"""Spans of items for the measures, and thresholds of a workspace

Runs before the new code starts. It only adds; but old code does not write spans, so items that it changes meanwhile
are measured as they stood. Stop the old code before this one starts.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.domain.lifecycle import Change, State
from bot.domain.span import Facts, replay

BATCH = 5000

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# Tables as they were at this revision: the models go on, and would ask for columns that come later.
ITEMS = sa.table(
    "items",
    sa.column("workspace"), sa.column("number"), sa.column("team_id"), sa.column("state"),
    sa.column("due", sa.Date()), sa.column("original_due", sa.Date()), sa.column("blocked", sa.Boolean()),
)  # fmt: skip
CHANGES = sa.table(
    "changes",
    sa.column("id"), sa.column("workspace"), sa.column("item_number"), sa.column("action"), sa.column("after"),
    sa.column("at", sa.DateTime(timezone=True)), sa.column("detail", sa.JSON()),
)  # fmt: skip


def upgrade() -> None:
    """To this revision."""
    spans = op.create_table(
        "item_spans",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("item_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("counts_until", sa.BigInteger(), nullable=False),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("standing", sa.String(length=24), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("original_due", sa.Integer(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "item_number"],
            ["items.workspace", "items.number"],
            name=op.f("fk_item_spans_workspace_item_number_items"),
        ),
        sa.PrimaryKeyConstraint("workspace", "item_number", "since", name=op.f("pk_item_spans")),
    )
    # Before its index is made: building it once is quicker than keeping it with every row.
    _write(spans)
    op.create_index(
        "ix_item_spans_measures",
        "item_spans",
        [
            "workspace", "team_id", "counts_until", "until", "since", "standing", "counted_at", "ended_at",
            "due", "original_due", "blocked",
        ],
        unique=False,
    )  # fmt: skip
    op.create_table(
        "measure_thresholds",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("on_target", sa.Double(), nullable=False),
        sa.Column("red_flag", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace"], ["workspaces.id"], name=op.f("fk_measure_thresholds_workspace_workspaces")
        ),
        sa.PrimaryKeyConstraint("workspace", "key", name=op.f("pk_measure_thresholds")),
    )


def _write(spans: sa.Table) -> None:
    """The spans of all items that are there already, from their histories."""
    connection = op.get_bind()
    rows: list[dict[str, Any]] = []
    for (workspace, number), facts, changes in _histories(connection):
        rows += [{"workspace": workspace, "item_number": number, **span._asdict()} for span in replay(changes, facts)]
        if len(rows) >= BATCH:
            connection.execute(sa.insert(spans), rows)
            rows = []
    if rows:
        connection.execute(sa.insert(spans), rows)


def _histories(connection: sa.Connection) -> Iterator[tuple[tuple[str, int], Facts, list[Change]]]:
    joined = sa.join(
        CHANGES, ITEMS, sa.and_(CHANGES.c.workspace == ITEMS.c.workspace, CHANGES.c.item_number == ITEMS.c.number)
    )
    query = sa.select(ITEMS, CHANGES.c.action, CHANGES.c.after, CHANGES.c.at, CHANGES.c.detail)
    found = connection.execute(query.select_from(joined).order_by(ITEMS.c.workspace, ITEMS.c.number, CHANGES.c.id))
    for item, lines in groupby(found, key=lambda row: row[:7]):
        workspace, number, team_id, state, due, original_due, blocked = item
        facts = Facts(team_id, State(state), due, original_due, bool(blocked))
        changes = [Change(row.action, None, State(row.after), "", _aware(row.at), "", row.detail) for row in lines]
        yield (workspace, number), facts, changes


def _aware(at: datetime) -> datetime:
    # SQLite keeps no offset; the models' own type would add it, but here there are none.
    return at if at.tzinfo else at.replace(tzinfo=UTC)
