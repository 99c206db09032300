"""The first schema

Runs before the new code starts: it only adds. No older code is there to run beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "delivery_workers",
        sa.Column("executor", sa.String(), nullable=False),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("executor", name=op.f("pk_delivery_workers")),
    )
    op.create_table(
        "inbox",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "key", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_at"), "inbox", ["at"], unique=False)
    op.create_table(
        "oauth_states",
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_oauth_states")),
    )
    op.create_index(op.f("ix_oauth_states_expires_at"), "oauth_states", ["expires_at"], unique=False)
    op.create_table(
        "sent_messages",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("shown", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "key", name=op.f("pk_sent_messages")),
    )
    op.create_index("ix_sent_messages_failed_at", "sent_messages", ["failed_at"], unique=False)
    op.create_index("ix_sent_messages_not_before", "sent_messages", ["not_before"], unique=False)
    op.create_index("ix_sent_messages_pace", "sent_messages", ["workspace", "recipient", "touched_at"], unique=False)
    op.create_table(
        "workspaces",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_item_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
    )
    op.create_table(
        "incidents",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("severity", sa.String(length=32), nullable=True),
        sa.Column("postmortem_url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_incidents_workspace_workspaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("workspace", "channel", name=op.f("uq_incidents_workspace_channel")),
    )
    op.create_index(
        "ix_incidents_private",
        "incidents",
        ["workspace"],
        unique=False,
        sqlite_where=sa.text("private"),
        postgresql_where=sa.text("private"),
    )
    op.create_index("ix_incidents_workspace_began", "incidents", ["workspace", "began_at"], unique=False)
    op.create_table(
        "installations",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bot_user", sa.String(length=32), nullable=False),
        sa.Column("bot_id", sa.String(length=32), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("installed_by", sa.String(length=32), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_installations_workspace_workspaces")),
        sa.PrimaryKeyConstraint("workspace", name=op.f("pk_installations")),
    )
    op.create_table(
        "people",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("deactivated", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_people_workspace_workspaces")),
        sa.PrimaryKeyConstraint("workspace", "user_id", name=op.f("pk_people")),
    )
    op.create_table(
        "teams",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("lead", sa.String(length=32), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("holidays", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("leadership_channel", sa.String(length=32), nullable=False),
        sa.Column("strict_coach", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_teams_workspace_workspaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("workspace", "name_key", name=op.f("uq_teams_workspace_name_key")),
    )
    op.create_table(
        "items",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("original_due", sa.Date(), nullable=False),
        sa.Column("slips", sa.Integer(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("impact", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("effort", sa.Integer(), nullable=False),
        sa.Column("team_id", BIG_ID, nullable=True),
        sa.Column("incident_id", BIG_ID, nullable=True),
        sa.Column("root_cause", sa.Text(), nullable=False),
        sa.Column("remedy", sa.String(length=32), nullable=True),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column("reference_links", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("implemented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_progress_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("change_url", sa.Text(), nullable=False),
        sa.Column("in_production_since", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.String(length=32), nullable=False),
        sa.Column("verification_method", sa.String(length=32), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("regression_guard", sa.Text(), nullable=False),
        sa.Column("no_guard_because", sa.Text(), nullable=False),
        sa.Column("last_change_id", BIG_ID, nullable=False),
        sa.Column("awaits_acceptance", sa.Boolean(), nullable=False),
        sa.Column("systemic_item", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("staffing", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_items_incident_id_incidents")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_items_team_id_teams")),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_items_workspace_workspaces")),
        sa.PrimaryKeyConstraint("workspace", "number", name=op.f("pk_items")),
    )
    op.create_index("ix_items_incident", "items", ["workspace", "incident_id"], unique=False)
    op.create_index("ix_items_owner_state", "items", ["workspace", "owner", "state"], unique=False)
    op.create_index(
        "ix_items_private",
        "items",
        ["workspace", "channel"],
        unique=False,
        sqlite_where=sa.text("private"),
        postgresql_where=sa.text("private"),
    )
    op.create_index("ix_items_team_created", "items", ["workspace", "team_id", "created_at"], unique=False)
    op.create_index("ix_items_team_ended", "items", ["workspace", "team_id", "ended_at"], unique=False)
    op.create_index("ix_items_team_state", "items", ["workspace", "team_id", "state", "due"], unique=False)
    op.create_table(
        "ritual_runs",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("team_id", BIG_ID, nullable=False),
        sa.Column("ritual", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_ritual_runs_team_id_teams")),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_ritual_runs_workspace_workspaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ritual_runs")),
        sa.UniqueConstraint(
            "workspace", "team_id", "ritual", "period", name=op.f("uq_ritual_runs_workspace_team_id_ritual_period")
        ),
    )
    op.create_table(
        "ritual_schedules",
        sa.Column("team_id", BIG_ID, nullable=False),
        sa.Column("ritual", sa.String(length=32), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("nominal_on", sa.Date(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_ritual_schedules_team_id_teams")),
        sa.ForeignKeyConstraint(
            ["workspace"], ["workspaces.id"], name=op.f("fk_ritual_schedules_workspace_workspaces")
        ),
        sa.PrimaryKeyConstraint("team_id", "ritual", name=op.f("pk_ritual_schedules")),
    )
    op.create_index("ix_ritual_schedules_due", "ritual_schedules", ["next_due_at"], unique=False)
    op.create_table(
        "team_members",
        sa.Column("team_id", BIG_ID, nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id_teams")),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_team_members")),
    )
    op.create_table(
        "changes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("item_number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(length=32), nullable=True),
        sa.Column("after", sa.String(length=32), nullable=False),
        sa.Column("by_user", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "item_number"],
            ["items.workspace", "items.number"],
            name=op.f("fk_changes_workspace_item_number_items"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index("ix_changes_at", "changes", ["workspace", "at"], unique=False)
    op.create_index("ix_changes_item", "changes", ["workspace", "item_number", "id"], unique=False)
    op.create_table(
        "item_collaborators",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("item_number", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "item_number"],
            ["items.workspace", "items.number"],
            name=op.f("fk_item_collaborators_workspace_item_number_items"),
        ),
        sa.PrimaryKeyConstraint("workspace", "item_number", "user_id", name=op.f("pk_item_collaborators")),
    )
    op.create_index("ix_item_collaborators_user", "item_collaborators", ["workspace", "user_id"], unique=False)
    # In the database and not in the code alone, so that also a console or an older version cannot alter what happened.
    if op.get_bind().dialect.name == "sqlite":
        refuse_altering_history_on_sqlite()
    else:
        refuse_altering_history_on_postgresql()


def refuse_altering_history_on_sqlite() -> None:
    """Triggers that abort every UPDATE and DELETE of `changes`."""
    # SQLite has a trigger for one verb only, and no TRUNCATE.
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER changes_no_{verb.lower()} BEFORE {verb} ON changes "
            "BEGIN SELECT RAISE(ABORT, 'the history of items cannot be altered'); END"
        )


def refuse_altering_history_on_postgresql() -> None:
    """One trigger that raises on every UPDATE, DELETE and TRUNCATE of `changes`."""
    op.execute(
        "CREATE FUNCTION refuse_altering_history() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'the history of items cannot be altered'; END $$"
    )
    op.execute(
        # For the statement and not for each row, because TRUNCATE has no rows to fire for.
        "CREATE TRIGGER changes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON changes "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_altering_history()"
    )
