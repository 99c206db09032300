"""App Homes and canvases that follow their items, messages that became ideas, and the reaction that makes them

Runs before the new code starts: it only adds, and the new column of teams has a default, so
the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "surfaces",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_surfaces_workspace_workspaces")),
        sa.PrimaryKeyConstraint("workspace", "key", name=op.f("pk_surfaces")),
    )
    op.create_table(
        "captured_messages",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace"], ["workspaces.id"], name=op.f("fk_captured_messages_workspace_workspaces")
        ),
        sa.PrimaryKeyConstraint("workspace", "channel", "ts", name=op.f("pk_captured_messages")),
    )
    op.add_column("teams", sa.Column("reaction", sa.String(length=100), nullable=False, server_default="pushpin"))
