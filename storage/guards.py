"""The guards of items: when each was looked at last, and since when it is gone."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, or_, select
from sqlalchemy.orm import Session

from bot.domain.guard import WATCHED, WATCHED_EVERY, Guard
from bot.domain.queries import Viewer
from storage.columns import fetch
from storage.conditions import OF_TEAMS, THESE_TEAMS, is_one_of
from storage.once import write_latest
from storage.tables.item import ItemRow
from storage.tables.team import TeamRow
from storage.tables.tracker import GuardRow
from storage.visibility import parameters_of, visible_to_any

_OF_ITEM = and_(ItemRow.workspace == GuardRow.workspace, ItemRow.number == GuardRow.item_number)
_IS_WATCHED = is_one_of(ItemRow.state, WATCHED)


def list_due(session: Session, workspace: str, now: datetime, limit: int, after: int = 0) -> list[tuple[int, str]]:
    """Items with a link among what would tell us that nobody has looked at for a week, each with those words; by
    number, behind that of *after*."""
    due = or_(GuardRow.looked_at.is_(None), GuardRow.looked_at <= now - WATCHED_EVERY)
    linked = (ItemRow.regression_guard.contains("://"), ItemRow.number > after)
    here = (ItemRow.workspace == workspace, _IS_WATCHED, *linked, due)
    query = select(ItemRow.number, ItemRow.regression_guard).outerjoin(GuardRow, _OF_ITEM).where(*here)
    return [(row[0], row[1]) for row in session.execute(query.order_by(ItemRow.number).limit(limit))]


def find_guard(session: Session, workspace: str, number: int) -> Guard | None:
    """What is on record of the item's guard."""
    row = session.get(GuardRow, (workspace, number), populate_existing=True)
    return _guard(row) if row else None


def list_lost(
    session: Session, workspace: str, team_id: int, viewer: Viewer, limit: int
) -> list[tuple[int, str, bool]]:
    """Of a team's items that *viewer* may see: whose guard is gone, the longest first, with its address, and whether it
    was there once."""
    of_team = {"workspace": workspace, "team": team_id, "most": limit}
    rows = fetch(session, _lost(outsider=viewer.only is not None), of_team | parameters_of(viewer))
    return [(number, url, seen) for number, url, seen in rows]


def list_losers(session: Session, teams: Collection[int]) -> set[int]:
    """Those of the teams of whose items any guard is gone, whoever may see them: nearly always none."""
    return set(fetch(session, _LOSERS, {"teams": list(teams)}).scalars())


# By the team's items, as `_lost`: the guards of a workspace are found by no index that says whether they are gone.
_LOSERS = (
    select(TeamRow.id)
    .join(ItemRow, OF_TEAMS)
    .join(GuardRow, _OF_ITEM)
    .where(THESE_TEAMS, _IS_WATCHED, GuardRow.gone_since.is_not(None))
)


@cache
def _lost(*, outsider: bool) -> Select[int, str, bool]:
    of_team = (GuardRow.workspace == bindparam("workspace"), ItemRow.team_id == bindparam("team"))
    here = (*of_team, GuardRow.gone_since.is_not(None), _IS_WATCHED, visible_to_any(outsider=outsider))
    query = select(GuardRow.item_number, GuardRow.url, GuardRow.seen).join(ItemRow, _OF_ITEM).where(*here)
    return query.order_by(GuardRow.gone_since, GuardRow.item_number).limit(bindparam("most"))


def write_guard(session: Session, guard: Guard) -> None:
    """As it is now."""
    key = {"workspace": guard.workspace, "item_number": guard.number}
    values: dict[str, Any] = {
        "url": guard.url, "seen": guard.seen, "looked_at": guard.looked_at, "gone_since": guard.gone_since,
        "question": guard.question,
    }  # fmt: skip
    write_latest(session, GuardRow, key, values)


def remove_guard(session: Session, workspace: str, number: int) -> None:
    """Nothing is known of it any more."""
    here = (GuardRow.workspace == workspace, GuardRow.item_number == number)
    session.execute(delete(GuardRow).where(*here))


def _guard(row: GuardRow) -> Guard:
    return Guard(row.workspace, row.item_number, row.url, row.seen, row.looked_at, row.gone_since, row.question)
