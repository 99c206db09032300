"""When an item was last said to be overdue, until when it is snoozed, and when it was imported

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("items", sa.Column("reminded_on", sa.Date(), nullable=True))
    op.add_column("items", sa.Column("snoozed_until", sa.Date(), nullable=True))
    op.add_column("items", sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True))
