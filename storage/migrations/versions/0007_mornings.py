"""Mornings of people, what they were told, who snoozes; answers of stale items, and the newest digest

Runs before the new code starts: it only adds, and what it adds has defaults, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

MOMENT = sa.DateTime(timezone=True)
ANSWERED = sa.text("answered_at IS NOT NULL")

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("items", sa.Column("nudged_on", sa.Date(), nullable=True))
    op.add_column("items", sa.Column("stale_answer", sa.String(length=32), nullable=False, server_default=""))
    op.add_column("items", sa.Column("stalled_by", sa.String(length=32), nullable=False, server_default=""))
    op.add_column("items", sa.Column("answered_at", MOMENT, nullable=True))
    op.add_column("items", sa.Column("reviewed_on", sa.Date(), nullable=True))
    op.add_column("ritual_runs", sa.Column("shown", sa.JSON(), nullable=True))
    for name, column in (("due", "due"), ("progress", "last_progress_at"), ("ended", "ended_at")):
        op.create_index(f"ix_items_state_{name}", "items", ["workspace", "state", column], unique=False)
    op.create_index("ix_items_state_revisit", "items", ["workspace", "state", "revisit_on"], unique=False)
    op.create_index(
        "ix_items_answered",
        "items",
        ["workspace", "team_id", "answered_at"],
        unique=False,
        sqlite_where=ANSWERED,
        postgresql_where=ANSWERED,
    )
    _mornings()
    _people()


def _mornings() -> None:
    op.create_table(
        "mornings",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("next_due_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_mornings_workspace_workspaces")),
        sa.PrimaryKeyConstraint("workspace", "timezone", name=op.f("pk_mornings")),
    )
    op.create_index("ix_mornings_due", "mornings", ["next_due_at"], unique=False)
    op.create_table(
        "morning_runs",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ran_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_morning_runs_workspace_workspaces")),
        sa.PrimaryKeyConstraint("workspace", "timezone", "day", name=op.f("pk_morning_runs")),
    )


def _people() -> None:
    op.create_table(
        "told",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_told_workspace_workspaces")),
        sa.PrimaryKeyConstraint("workspace", "user_id", "day", "what", name=op.f("pk_told")),
    )
    op.create_index("ix_told_day", "told", ["day"], unique=False)
    op.create_table(
        "snoozes",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("not_before", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_snoozes_workspace_workspaces")),
        sa.PrimaryKeyConstraint("workspace", "user_id", name=op.f("pk_snoozes")),
    )
