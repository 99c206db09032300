"""The themes in use in a workspace, counted. Changes none: an item's themes are written with it."""

from sqlalchemy import and_, bindparam, exists, func, select
from sqlalchemy.orm import Session

from bot.domain.queries import Viewer
from storage.columns import fetch
from storage.tables.item import ItemRow, ThemeRow
from storage.visibility import visible_to

COUNTED = 10_000


def list_known_themes(
    session: Session, workspace: str, viewer: Viewer, limit: int = 50, *, newest: int = COUNTED
) -> list[str]:
    """The themes of the items that *viewer* may see, the most used first, each as somebody wrote it.

    Of the newest items alone: a Home asks for them each time, and may not cost what a workspace has ever had.
    """
    known = fetch(session, _KNOWN, {"of": workspace, "older": newest - 1}).one()
    # One spelling of each key, always the same one: “Failover” and “failover” are one theme.
    used = select(func.min(ThemeRow.theme)).where(
        ThemeRow.workspace == workspace, ThemeRow.item_number >= (known.since or 0)
    )
    # Looking at each item is two thirds of the time, and in most workspaces nothing is hidden from anybody.
    if viewer.only is not None or known.hides:
        of_item = and_(ItemRow.workspace == ThemeRow.workspace, ItemRow.number == ThemeRow.item_number)
        used = used.join(ItemRow, of_item).where(*visible_to(viewer))
    # Nothing is added: by the column itself SQLite would walk all themes of the workspace, in its order.
    key = ThemeRow.key.concat("")
    return list(session.scalars(used.group_by(key).order_by(func.count().desc(), key).limit(limit)))


_HERE = ItemRow.workspace == bindparam("of")
_OLDEST = select(ItemRow.number).where(_HERE).order_by(ItemRow.number.desc()).offset(bindparam("older")).limit(1)
# A statement of its own: PostgreSQL, which plans before it knows this number, would read all themes.
_KNOWN = select(_OLDEST.scalar_subquery().label("since"), exists().where(_HERE, ItemRow.private).label("hides"))
