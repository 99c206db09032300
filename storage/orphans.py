"""Open items whose owner has left, as far as Slack said so."""

from datetime import datetime
from functools import cache

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session

from bot.domain.item import Item
from bot.domain.lifecycle import OPEN
from storage.items import list_numbered
from storage.people import find_person
from storage.tables.item import ItemRow
from storage.tables.workspace import PersonRow

_OPEN = sorted(state.value for state in OPEN)


def list_orphans(
    session: Session, workspace: str, team_id: int | None = None, owner: str | None = None, limit: int = 1000
) -> list[Item]:
    """Open items of people who left: of one team, of one owner, or all; the earliest due first."""
    wanted = {"workspace": workspace, "team": team_id, "owner": owner}
    given = {name: value for name, value in wanted.items() if value is not None}
    # Numbers first: nearly always nobody has left.
    numbers = [number for (number,) in session.execute(_orphaned(*given), given)][:limit]
    found = list_numbered(session, workspace, numbers)
    return [found[number] for number in numbers]


@cache
def _orphaned(*given: str) -> Select[int]:
    """Numbers of open items of people who left, the earliest due first; of what is *given*, as parameters."""
    # Only of whom Slack said so: an owner of whom nothing is known counts as being here.
    left = select(PersonRow.user).where(PersonRow.workspace == bindparam("workspace"), PersonRow.deactivated.is_(True))
    columns = {"workspace": ItemRow.workspace, "team": ItemRow.team_id, "owner": ItemRow.owner}
    here = (columns[name] == bindparam(name) for name in given)
    query = select(ItemRow.number).where(*here, ItemRow.state.in_(_OPEN), ItemRow.owner.in_(left))
    return query.order_by(ItemRow.due, ItemRow.number)


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
