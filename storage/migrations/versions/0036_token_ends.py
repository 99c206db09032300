"""When the tokens of trackers end

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("trackers", sa.Column("token_ends_at", sa.DateTime(timezone=True), nullable=True))
