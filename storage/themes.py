"""The themes in use in a workspace, counted. Changes none: an item's themes are written with it."""

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from bot.domain.queries import Viewer
from storage.tables.item import ItemRow, ThemeRow
from storage.visibility import visible_to


def list_known_themes(session: Session, workspace: str, viewer: Viewer, limit: int = 50) -> list[str]:
    """The themes of the items that *viewer* may see, the most used first, each as somebody wrote it."""
    item = and_(ItemRow.workspace == ThemeRow.workspace, ItemRow.number == ThemeRow.item_number)
    # One spelling of each key, always the same one: “Failover” and “failover” are one theme.
    used = select(func.min(ThemeRow.theme)).join(ItemRow, item).where(ThemeRow.workspace == workspace)
    used = used.where(*visible_to(viewer)).group_by(ThemeRow.key)
    return list(session.scalars(used.order_by(func.count().desc(), ThemeRow.key).limit(limit)))
