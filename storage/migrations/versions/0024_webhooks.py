"""Outgoing webhooks, and the triggers that note what has happened for them

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
WANTED = "EXISTS (SELECT 1 FROM webhooks WHERE workspace = NEW.workspace AND disabled_at IS NULL)"


def upgrade() -> None:
    """To this revision."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "webhooks",
        sa.Column("id", big, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("private_network", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("secret_before", sa.Text(), nullable=True),
        sa.Column("before_until", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.Column("disabled_because", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_webhooks_workspace_workspaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index("ix_webhooks_workspace", "webhooks", ["workspace", "disabled_at"])
    op.create_table(
        "webhook_events",
        sa.Column("id", big, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("change_id", big, nullable=True),
        sa.Column("incident_id", big, nullable=True),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_events")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("webhook_id", big, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("tried_since", MOMENT, nullable=False),
        sa.Column("sendings", sa.Integer(), server_default="1", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_tried_at", MOMENT, nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_deliveries_webhook_id_webhooks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index("ix_webhook_deliveries_webhook", "webhook_deliveries", ["webhook_id", "created_at"])
    op.create_index("ix_webhook_deliveries_created_at", "webhook_deliveries", ["created_at"])
    if op.get_bind().dialect.name == "sqlite":
        _note_on_sqlite()
    else:
        _note_on_postgresql()


def _note_on_sqlite() -> None:
    for name, table, verb, change, incident, new in _NOTED:
        op.execute(
            f"CREATE TRIGGER {name} AFTER {verb} ON {table} WHEN {WANTED} BEGIN "  # noqa: S608 – no value of anybody's
            f"INSERT INTO webhook_events (workspace, change_id, incident_id, is_new) "
            f"VALUES (NEW.workspace, {change}, {incident}, {new}); END"
        )


def _note_on_postgresql() -> None:
    for name, table, verb, change, incident, new in _NOTED:
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608 – as above
            f"IF {WANTED} THEN INSERT INTO webhook_events (workspace, change_id, incident_id, is_new) "
            f"VALUES (NEW.workspace, {change}, {incident}, {'true' if new else 'false'}); END IF; RETURN NULL; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} AFTER {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


_NOTED = (
    ("webhook_events_of_changes", "changes", "INSERT", "NEW.id", "NULL", 0),
    ("webhook_events_of_new_incidents", "incidents", "INSERT", "NULL", "NEW.id", 1),
    ("webhook_events_of_incidents", "incidents", "UPDATE", "NULL", "NEW.id", 0),
)
"""Name, table, verb; what the event is about."""
