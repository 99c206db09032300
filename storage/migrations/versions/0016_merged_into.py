"""An index by which a card finds what was merged into its item

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "ix_items_merged_into", "items", ["workspace", "merged_into"], sqlite_where=merged, postgresql_where=merged
    )
