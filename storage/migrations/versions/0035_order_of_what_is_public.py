"""When an item changed in the order of all items, beside the order of those that are public

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0035"
down_revision: str | None = "0030"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("items", sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE items SET ordered_at = updated_at")
    op.create_index("ix_items_updated_publicly", "items", ["workspace", "private", "updated_at"])
    op.create_index("ix_items_ordered", "items", ["workspace", "ordered_at"])
