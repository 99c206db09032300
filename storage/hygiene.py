"""What is still to review of a team's open items since a review began."""

from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.item import Item
from bot.domain.lifecycle import OPEN
from bot.domain.queries import Viewer
from storage.items import list_where
from storage.tables.item import ItemRow
from storage.visibility import visible_to

_OPEN = sorted(state.value for state in OPEN)


def count_to_review(session: Session, workspace: str, team_id: int, since: date, viewer: Viewer | None) -> int:
    """How many nobody has kept since that day; *viewer* None counts private ones too."""
    wanted = (ItemRow.workspace == workspace, *_to_review(team_id, since), *visible_to(viewer))
    return session.scalar(select(func.count()).select_from(ItemRow).where(*wanted)) or 0


def list_to_review(
    session: Session, workspace: str, team_id: int, since: date, viewer: Viewer, *, limit: int, offset: int = 0
) -> list[Item]:
    """Those that *viewer* may see, the earliest due first."""
    wanted = _to_review(team_id, since)
    return list_where(session, workspace, *wanted, viewer=viewer, limit=limit, offset=offset)


def _to_review(team_id: int, since: date) -> tuple[ColumnElement[bool], ...]:
    not_kept = or_(ItemRow.reviewed_on.is_(None), ItemRow.reviewed_on < since)
    return ItemRow.team_id == team_id, ItemRow.state.in_(_OPEN), not_kept
