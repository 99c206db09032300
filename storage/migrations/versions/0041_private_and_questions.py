"""What is private and old questions, found by indexes

Runs before the new code starts: it changes indexes alone, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0041"
down_revision: str | None = "0036"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.create_index("ix_questions_day", "questions", ["day"])
    for table, columns in (("items", ["workspace", "private", "channel"]), ("incidents", ["workspace", "private"])):
        op.drop_index(f"ix_{table}_private", table)
        op.create_index(
            f"ix_{table}_private", table, columns,
            sqlite_where=sa.text("private = 1"), postgresql_where=sa.text("private"),
        )  # fmt: skip
