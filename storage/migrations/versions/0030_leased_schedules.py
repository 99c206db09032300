"""Rituals that are due are leased, a batch for each replica

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("ritual_schedules", sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True))
