"""Blocked and deferred items with all that was said of them, and requests that wait for a decision

Runs before the new code starts: it only adds, and what it adds has defaults, so the old code runs beside it.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PENDING = sa.text("status = 'pending'")
MOMENT = sa.DateTime(timezone=True)

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    # Defaults of the server: rows that are there get them, and so does what the old code still inserts.
    for column in _of_items():
        op.add_column("items", column)
    op.create_table(
        "approvals",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("item_number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("approver", sa.String(length=32), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace", "item_number"],
            ["items.workspace", "items.number"],
            name=op.f("fk_approvals_workspace_item_number_items"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_index("ix_approvals_item", "approvals", ["workspace", "item_number", "id"], unique=False)
    op.create_index("ix_approvals_approver", "approvals", ["workspace", "approver"], unique=False)
    op.create_index(
        "uq_approvals_pending",
        "approvals",
        ["workspace", "item_number"],
        unique=True,
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )


def _of_items() -> list[sa.Column[Any]]:
    return [
        sa.Column("blocked_reason", sa.String(length=32), nullable=True),
        sa.Column("blocked_since", MOMENT, nullable=True),
        sa.Column("blocked_on", sa.Text(), nullable=False, server_default=""),
        sa.Column("escalated_to", sa.String(length=32), nullable=False, server_default=""),
        sa.Column("mitigation", sa.Text(), nullable=False, server_default=""),
        sa.Column("deferred_at", MOMENT, nullable=True),
        sa.Column("deferred_from", sa.String(length=32), nullable=True),
        sa.Column("deferred_because", sa.Text(), nullable=False, server_default=""),
        sa.Column("deferred_risk", sa.Text(), nullable=False, server_default=""),
        sa.Column("revisit_on", sa.Date(), nullable=True),
        sa.Column("trigger_condition", sa.Text(), nullable=False, server_default=""),
        sa.Column("deferrals", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("approved_by", sa.String(length=32), nullable=False, server_default=""),
        sa.Column("risk_reason", sa.String(length=32), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False, server_default=""),
        sa.Column("split_from", sa.Integer(), nullable=True),
    ]
