"""Policies by severity; an incident's end, lead and history; what its channel was asked

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "policies",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=True),
        sa.Column("postmortem_days", sa.Integer(), nullable=True),
        sa.Column("escalate_days", sa.Integer(), nullable=True),
        sa.Column("leadership_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_policies_workspace_workspaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
    )
    op.create_index("ix_policies_workspace", "policies", ["workspace", "id"])
    _incidents()
    _history()


def _incidents() -> None:
    op.add_column("incidents", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("incidents", sa.Column("end_said_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("incidents", sa.Column("lead", sa.String(length=32), server_default="", nullable=False))
    op.add_column("incidents", sa.Column("none_needed", sa.Text(), server_default="", nullable=False))
    op.add_column("incidents", sa.Column("asked_on", sa.Date(), nullable=True))
    op.add_column("incidents", sa.Column("asked_team", BIG_ID, nullable=True))
    op.add_column("incidents", sa.Column("times_asked", sa.Integer(), server_default="0", nullable=False))
    ended = sa.text("ended_at IS NOT NULL")
    op.create_index(
        "ix_incidents_ended", "incidents", ["workspace", "ended_at"], sqlite_where=ended, postgresql_where=ended
    )


def _history() -> None:
    op.create_table(
        "incident_changes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("incident_id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace"], ["workspaces.id"], name=op.f("fk_incident_changes_workspace_workspaces")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_incident_changes_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_changes")),
    )
    op.create_index("ix_incident_changes_incident", "incident_changes", ["workspace", "incident_id", "id"])
    # As with the history of items: figures of past months rest on it.
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER incident_changes_no_{verb.lower()} BEFORE {verb} ON incident_changes "
                "BEGIN SELECT RAISE(ABORT, 'the history of incidents cannot be altered'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER incident_changes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON incident_changes "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_altering_history()"
        )
