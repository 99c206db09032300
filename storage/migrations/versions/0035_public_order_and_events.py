"""When an item changed in the order of all items, beside the order of those that are public; two more kinds of events

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

WANTED = "EXISTS (SELECT 1 FROM webhooks WHERE workspace = NEW.workspace AND disabled_at IS NULL)"
NAME = "webhook_events_of_items_made_private"


def upgrade() -> None:
    """To this revision."""
    op.add_column("items", sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE items SET ordered_at = updated_at")
    op.create_index("ix_items_ordered", "items", ["workspace", "ordered_at"])
    op.add_column("webhook_events", sa.Column("item_number", sa.Integer(), nullable=True))
    op.add_column("webhook_events", sa.Column("kind", sa.String(length=20), server_default="", nullable=False))
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    note = (
        "INSERT INTO webhook_events (workspace, item_number, kind, is_new) "  # noqa: S608 – no value of anybody's
        f"VALUES (NEW.workspace, NEW.number, 'deleted', {'0' if is_sqlite else 'false'});"
    )
    when = "AFTER UPDATE OF private ON items"
    if is_sqlite:
        op.execute(f"CREATE TRIGGER {NAME} {when} WHEN NEW.private AND NOT OLD.private AND {WANTED} BEGIN {note} END")
    else:
        op.execute(
            f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {WANTED} THEN {note} END IF; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {NAME} {when} FOR EACH ROW WHEN (NEW.private AND NOT OLD.private) "
            f"EXECUTE FUNCTION {NAME}()"
        )
