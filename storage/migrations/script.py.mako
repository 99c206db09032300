"""${message}

Runs before the new code starts: it only adds, so the old code runs beside it. Say “Stop the old code” where that is not true.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision: str = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    ${upgrades if upgrades else "pass"}
