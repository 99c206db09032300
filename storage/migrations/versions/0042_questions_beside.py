"""Questions about two items: which is the other one

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0042"
down_revision: str | None = "0041"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("questions", sa.Column("beside", sa.Integer(), nullable=True))
    op.create_index("ix_questions_beside", "questions", ["workspace", "beside"])
