"""Whether a workspace has anything private at all: most have not, and then nobody needs to be asked."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from storage.tables import IncidentRow, ItemRow


def has_private(session: Session, workspace: str) -> bool:
    """Whether there is a private item or a private incident."""
    items = exists().where(ItemRow.workspace == workspace, ItemRow.private)
    incidents = exists().where(IncidentRow.workspace == workspace, IncidentRow.private)
    return bool(session.scalar(select(or_(items, incidents))))
