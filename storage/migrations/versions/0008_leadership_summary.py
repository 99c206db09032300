"""How often a team's leadership reads a summary

Runs before the new code starts: it only adds, with a default, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.add_column(
        "teams", sa.Column("leadership_every", sa.String(length=16), nullable=False, server_default="monthly")
    )
