"""Themes and tickets of items; root cause, services and recurrence of incidents

Runs before the new code starts: it only adds, and what it adds has defaults, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("incidents", sa.Column("root_cause", sa.Text(), nullable=False, server_default=""))
    op.add_column("incidents", sa.Column("services", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "incidents", sa.Column("recurrence_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
    )
    op.create_index("ix_incidents_recurrence", "incidents", ["workspace", "recurrence_of"], unique=False)
    op.add_column("items", sa.Column("ticket_url", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "item_themes",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("item_number", sa.Integer(), nullable=False),
        sa.Column("theme_key", sa.String(length=200), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "item_number"],
            ["items.workspace", "items.number"],
            name=op.f("fk_item_themes_workspace_item_number_items"),
        ),
        sa.PrimaryKeyConstraint("workspace", "item_number", "theme_key", name=op.f("pk_item_themes")),
    )
    op.create_index("ix_item_themes_key", "item_themes", ["workspace", "theme_key"], unique=False)
