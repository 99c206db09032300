"""Old questions found by their day

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0041"
down_revision: str | None = "0036"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.create_index("ix_questions_day", "questions", ["day"])
