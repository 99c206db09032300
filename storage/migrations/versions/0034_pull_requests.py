"""Pull requests that name items, deployments, and the guards of items

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ITEM = (["workspace", "item_number"], ["items.workspace", "items.number"])


def upgrade() -> None:
    """To this revision."""
    op.add_column("trackers", sa.Column("cursor_more", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "pull_requests",
        sa.Column("tracker_id", _NUMBER, nullable=False),
        sa.Column("ref", sa.String(length=200), nullable=False),
        sa.Column("item_number", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shas", sa.JSON(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deployed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(*_ITEM, name=op.f("fk_pull_requests_workspace_item_number_items")),
        sa.ForeignKeyConstraint(["tracker_id"], ["trackers.id"], name=op.f("fk_pull_requests_tracker_id_trackers")),
        sa.PrimaryKeyConstraint("tracker_id", "ref", "item_number", name=op.f("pk_pull_requests")),
    )
    op.create_index(op.f("ix_pull_requests_item"), "pull_requests", ["workspace", "item_number"])
    op.create_table(
        "deployments",
        sa.Column("tracker_id", _NUMBER, nullable=False),
        sa.Column("ref", sa.String(length=200), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tracker_id"], ["trackers.id"], name=op.f("fk_deployments_tracker_id_trackers")),
        sa.PrimaryKeyConstraint("tracker_id", "ref", name=op.f("pk_deployments")),
    )
    op.create_table(
        "guards",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("item_number", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(*_ITEM, name=op.f("fk_guards_workspace_item_number_items")),
        sa.PrimaryKeyConstraint("workspace", "item_number", name=op.f("pk_guards")),
    )
