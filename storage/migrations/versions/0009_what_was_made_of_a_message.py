"""Which item was made of a message

Runs before the new code starts: it only adds, with a default, so the old code runs beside it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    # 0: of messages claimed before, nobody knows which item it was. Item numbers begin at 1.
    op.add_column("captured_messages", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
