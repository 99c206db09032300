"""The HTTP API: tokens, answers to requests that may come again, when an item last changed, incidents from elsewhere

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "tokens",
        sa.Column("id", big, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uses", big, server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_tokens_workspace_workspaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    live = sa.text("revoked_at IS NULL")
    op.create_index(
        "uq_tokens_name", "tokens", ["workspace", "name"], unique=True, sqlite_where=live, postgresql_where=live
    )
    op.create_table(
        "api_answers",
        sa.Column("token_id", big, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name=op.f("fk_api_answers_token_id_tokens")),
        sa.PrimaryKeyConstraint("token_id", "key", name=op.f("pk_api_answers")),
    )
    op.create_index(op.f("ix_api_answers_at"), "api_answers", ["at"])
    op.add_column("items", sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
    # Of the items that are there nobody has read through the API: their last progress is near enough, and cheap.
    op.execute("UPDATE items SET updated_at = COALESCE(last_progress_at, created_at)")
    op.create_index("ix_items_updated", "items", ["workspace", "updated_at"])
    op.add_column("incidents", sa.Column("external_id", sa.String(length=200), nullable=True))
    public = sa.text("NOT private")
    op.create_index(
        "uq_incidents_external_id", "incidents", ["workspace", "external_id"],
        unique=True, sqlite_where=public, postgresql_where=public,
    )  # fmt: skip
    op.create_index("ix_incidents_external_id", "incidents", ["workspace", "external_id"])
