"""Open items whose owner has left, as far as Slack said so."""

from collections.abc import Collection
from datetime import datetime
from functools import cache

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from bot.domain.item import Item
from storage.columns import fetch
from storage.conditions import IS_OPEN, OF_TEAMS, THESE_TEAMS
from storage.items import list_numbered
from storage.people import find_person
from storage.tables.base import Instant
from storage.tables.item import ItemRow
from storage.tables.team import TeamRow
from storage.tables.workspace import PersonRow


def list_orphans(
    session: Session, workspace: str, team_id: int | None = None, owner: str | None = None, limit: int = 1000
) -> list[Item]:
    """Open items of people who left: of one team, of one owner, or all; the earliest due first."""
    wanted = {"workspace": workspace, "team": team_id, "owner": owner}
    given = {name: value for name, value in wanted.items() if value is not None}
    # Numbers first: nearly always nobody has left.
    numbers = [number for (number,) in fetch(session, _orphaned(*given), given)][:limit]
    found = list_numbered(session, workspace, numbers)
    return [found[number] for number in numbers]


def list_teams_of_orphans(session: Session, teams: Collection[int]) -> set[int]:
    """Those of the teams that have such items."""
    return set(fetch(session, _WITH_ORPHANS, {"teams": list(teams)}).scalars())


_WITH_ORPHANS = (
    select(TeamRow.id)
    .join(ItemRow, OF_TEAMS)
    .join(PersonRow, and_(PersonRow.workspace == ItemRow.workspace, PersonRow.user == ItemRow.owner))
    .where(THESE_TEAMS, IS_OPEN, PersonRow.deactivated.is_(True))
)


@cache
def _orphaned(*given: str) -> Select[int]:
    """Numbers of open items of people who left, the earliest due first; of what is *given*, as parameters."""
    # Only of whom Slack said so: an owner of whom nothing is known counts as being here.
    left = select(PersonRow.user).where(PersonRow.workspace == bindparam("workspace"), PersonRow.deactivated.is_(True))
    columns = {"workspace": ItemRow.workspace, "team": ItemRow.team_id, "owner": ItemRow.owner}
    here = (columns[name] == bindparam(name) for name in given)
    query = select(ItemRow.number).where(*here, IS_OPEN, ItemRow.owner.in_(left))
    return query.order_by(ItemRow.due, ItemRow.number)


def list_owners_to_ask_about(
    session: Session, workspace: str, team_id: int, asked_before: datetime, limit: int
) -> list[str]:
    """Owners of the team's open items of whom Slack has not said anything since *asked_before*, the oldest first."""
    given = {"workspace": workspace, "team": team_id, "asked_before": asked_before}
    return list(dict.fromkeys(fetch(session, _UNHEARD, given).scalars()))[:limit]


def list_teams_to_ask_about(session: Session, teams: Collection[int], asked_before: datetime) -> set[int]:
    """Those of the teams that have such owners."""
    return set(fetch(session, _WITH_UNHEARD, {"teams": list(teams), "asked_before": asked_before}).scalars())


_KNOWN = and_(PersonRow.workspace == ItemRow.workspace, PersonRow.user == ItemRow.owner)
_IS_UNHEARD = or_(PersonRow.asked_at.is_(None), PersonRow.asked_at < bindparam("asked_before", type_=Instant()))
# Not DISTINCT: SQLite would then walk the owners of the whole workspace.
_UNHEARD = (
    select(ItemRow.owner)
    .outerjoin(PersonRow, _KNOWN)
    .where(ItemRow.workspace == bindparam("workspace"), ItemRow.team_id == bindparam("team"), IS_OPEN, _IS_UNHEARD)
    .order_by(PersonRow.asked_at.nulls_first(), ItemRow.owner)
)
_WITH_UNHEARD = (
    select(TeamRow.id).join(ItemRow, OF_TEAMS).outerjoin(PersonRow, _KNOWN).where(THESE_TEAMS, IS_OPEN, _IS_UNHEARD)
)


def is_here(session: Session, workspace: str, user: str) -> bool:
    """Whether nothing was heard of their leaving."""
    person = find_person(session, workspace, user)
    return person is None or not person.deactivated
