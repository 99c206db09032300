"""People's own workspace, whether outsiders may read along, and channels that got another id

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("people", sa.Column("team", sa.String(length=32), server_default="", nullable=False))
    op.add_column("teams", sa.Column("outsiders_read", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "moved_channels",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("old", sa.String(length=32), nullable=False),
        sa.Column("new", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_moved_channels_workspace_workspaces")),
        sa.PrimaryKeyConstraint("workspace", "old", name=op.f("pk_moved_channels")),
    )
