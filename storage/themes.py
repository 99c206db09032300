"""The themes in use in a workspace, counted. Changes none: an item's themes are written with it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.queries import Viewer
from storage.tables.item import ItemRow, ThemeRow
from storage.visibility import visible_to

COUNTED = 10_000


def list_known_themes(session: Session, workspace: str, viewer: Viewer, limit: int = 50) -> list[str]:
    """The themes of the items that *viewer* may see, the most used first, each as somebody wrote it.

    Of the newest `COUNTED` items: a Home asks for them each time, and may not cost what a workspace has ever had.
    """
    of_workspace = select(ItemRow.number).where(ItemRow.workspace == workspace, *visible_to(viewer))
    newest = of_workspace.order_by(ItemRow.number.desc()).limit(COUNTED)
    # One spelling of each key, always the same one: “Failover” and “failover” are one theme.
    used = select(func.min(ThemeRow.theme)).where(ThemeRow.workspace == workspace, ThemeRow.item_number.in_(newest))
    # Nothing is added: by the column itself SQLite would walk all themes of the workspace, in its order.
    key = ThemeRow.key.concat("")
    return list(session.scalars(used.group_by(key).order_by(func.count().desc(), key).limit(limit)))
