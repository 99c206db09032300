"""Imports in pieces, which others can pass

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "imports",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("incidents", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_imports_workspace_workspaces")),
        sa.PrimaryKeyConstraint("workspace", name=op.f("pk_imports")),
    )
    op.create_table(
        "import_pieces",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_import_pieces_workspace_workspaces")),
        sa.PrimaryKeyConstraint("workspace", "position", name=op.f("pk_import_pieces")),
    )
