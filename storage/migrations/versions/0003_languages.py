"""The language of each person

Runs before the new code starts: it only adds, with a default, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("people", sa.Column("locale", sa.String(length=16), nullable=False, server_default="en-US"))
