"""Connections to trackers, the tickets of items, and the tracker of a team

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "trackers",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=75), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("webhook_secret", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("webhook_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("problem_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_trackers_workspace_workspaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trackers")),
        sa.UniqueConstraint("workspace", "name", name=op.f("uq_trackers_workspace_name")),
    )
    _create_tickets()
    op.create_table(
        "tracker_accounts",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("tracker_id", _NUMBER, nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tracker_id"], ["trackers.id"], name=op.f("fk_tracker_accounts_tracker_id_trackers")),
        sa.PrimaryKeyConstraint("tracker_id", "user_id", name=op.f("pk_tracker_accounts")),
    )
    op.add_column("teams", sa.Column("tracker", sa.String(length=75), server_default="", nullable=False))
    op.add_column("teams", sa.Column("auto_ticket", sa.Boolean(), server_default=sa.false(), nullable=False))


def _create_tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("item_number", sa.Integer(), nullable=False),
        sa.Column("tracker_id", _NUMBER, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=200), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.String(length=32), nullable=False),
        sa.Column("consented", sa.Boolean(), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent", sa.JSON(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("written", sa.JSON(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("problem_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone", sa.String(length=32), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("looked", sa.Boolean(), nullable=False),
        sa.Column("change_url", sa.Text(), nullable=False),
        sa.Column("said_change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "item_number"],
            ["items.workspace", "items.number"],
            name=op.f("fk_tickets_workspace_item_number_items"),
        ),
        sa.ForeignKeyConstraint(["tracker_id"], ["trackers.id"], name=op.f("fk_tickets_tracker_id_trackers")),
        sa.PrimaryKeyConstraint("workspace", "item_number", name=op.f("pk_tickets")),
        sa.UniqueConstraint("workspace", "url", name=op.f("uq_tickets_workspace_url")),
    )
    op.create_index(op.f("ix_tickets_ref"), "tickets", ["tracker_id", "ref"])
