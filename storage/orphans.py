"""Open items whose owner has left, as far as Slack said so."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from bot.domain.item import Item
from bot.domain.lifecycle import OPEN
from storage.items import list_where
from storage.people import find_person
from storage.tables.item import ItemRow
from storage.tables.workspace import PersonRow

_OPEN = sorted(state.value for state in OPEN)


def list_orphans(
    session: Session, workspace: str, team_id: int | None = None, owner: str | None = None, limit: int = 1000
) -> list[Item]:
    """Open items of people who left: of one team, of one owner, or all; the earliest due first."""
    # Only of whom Slack said so: an owner of whom nothing is known counts as being here.
    left = select(PersonRow.user).where(PersonRow.workspace == workspace, PersonRow.deactivated.is_(True))
    conditions: list[ColumnElement[bool]] = [ItemRow.state.in_(_OPEN), ItemRow.owner.in_(left)]
    if team_id is not None:
        conditions.append(ItemRow.team_id == team_id)
    if owner is not None:
        conditions.append(ItemRow.owner == owner)
    return list_where(session, workspace, *conditions, limit=limit)


def list_owners_to_ask_about(
    session: Session, workspace: str, team_id: int, asked_before: datetime, limit: int
) -> list[str]:
    """Owners of the team's open items of whom Slack has not said anything since *asked_before*, the oldest first."""
    mine = and_(ItemRow.workspace == workspace, ItemRow.team_id == team_id, ItemRow.state.in_(_OPEN))
    known = and_(PersonRow.workspace == workspace, PersonRow.user == ItemRow.owner)
    query = select(ItemRow.owner).outerjoin(PersonRow, known).where(mine)
    old = query.where(PersonRow.asked_at.is_(None) | (PersonRow.asked_at < asked_before))
    # Not DISTINCT: SQLite would then walk the owners of the whole workspace.
    owners = dict.fromkeys(session.scalars(old.order_by(PersonRow.asked_at.nulls_first(), ItemRow.owner)))
    return list(owners)[:limit]


def is_here(session: Session, workspace: str, user: str) -> bool:
    """Whether nothing was heard of their leaving."""
    person = find_person(session, workspace, user)
    return person is None or not person.deactivated
