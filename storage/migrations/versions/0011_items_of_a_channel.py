"""An index on the channel of items: what was made in a private channel is looked for again and again

Runs before the new code starts: it only adds, so the old code runs beside it.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    # Beside `ix_items_private`, which holds private items alone; what is looked for here is not private yet.
    op.create_index("ix_items_channel", "items", ["workspace", "channel"])
