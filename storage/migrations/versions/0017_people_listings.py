"""How far the list of everybody in a workspace was read

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "people_listings",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_people_listings_workspace_workspaces")),
        sa.PrimaryKeyConstraint("workspace", name=op.f("pk_people_listings")),
    )
    op.create_index(op.f("ix_people_listings_due_at"), "people_listings", ["due_at"])
