"""The newest incidents are found by their index where many began at the same moment, as those of an import may

Runs before the new code starts: the index holds what the one before held, so the old code runs beside it.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0044"
down_revision: str | None = "0043"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.create_index("ix_incidents_newest", "incidents", ["workspace", "began_at", "id"])
    op.drop_index("ix_incidents_workspace_began", "incidents")
