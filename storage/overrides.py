"""Items that somebody let in although the intake was frozen or a quota used up, with the reason (R95)."""

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from bot.domain.intake import Override
from bot.domain.lifecycle import Action
from bot.domain.queries import Viewer
from storage.tables.item import ChangeRow, ItemRow
from storage.visibility import visible_to

_LETS_IN = ("create", Action.PROMOTE.value)


def list_overrides(
    session: Session, workspace: str, team_id: int, since: datetime, until: datetime, viewer: Viewer | None
) -> list[Override]:
    """Those of the team's items from *since* up to *until* that *viewer* may see, the oldest first."""
    of_item = and_(ItemRow.workspace == ChangeRow.workspace, ItemRow.number == ChangeRow.item_number)
    query = (
        select(ChangeRow.item_number, ChangeRow.by, ChangeRow.detail)
        .join(ItemRow, of_item)
        .where(
            ChangeRow.workspace == workspace,
            ChangeRow.at >= since,
            ChangeRow.at < until,
            ChangeRow.action.in_(_LETS_IN),
            ItemRow.team_id == team_id,
            *visible_to(viewer),
        )
    )
    lines = session.execute(query.order_by(ChangeRow.id))
    return [
        Override(number, by, override["gate"], override["why"])
        for number, by, detail in lines
        # Picked out here, since JSON is asked differently on the two databases, and a month of a team has few lines.
        if (override := detail.get("override"))
    ]
