"""The history: lines are added and read, never altered; the database itself refuses."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import and_, func, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from bot.domain.lifecycle import Change, LastMove, State
from bot.domain.token import is_token, token_named
from storage.columns import run
from storage.tables.base import table_of
from storage.tables.item import ChangeRow
from storage.tables.workspace import PersonRow
from storage.updates import announced, announcing


def record_change(session: Session, workspace: str, number: int, change: Change) -> int:
    """Adds a line to the item's history and returns its id, which orders the lines."""
    adding = _adding(session.get_bind().dialect.name)
    return int(run(session, adding, line_of(workspace, number, change) | announcing(workspace)).scalar_one())


def line_of(workspace: str, number: int, change: Change) -> dict[str, Any]:
    """The columns of a line of the item's history, but for its id."""
    return {
        "workspace": workspace,
        "item_number": number,
        "action": str(change.action),
        "before": change.before.value if change.before else None,
        "after": change.after.value,
        "by_user": change.by,
        "at": change.at,
        "why": change.why,
        "detail": dict(change.detail),
    }


@cache
def _adding(dialect: str) -> ReturningInsert[Any]:
    table = table_of(ChangeRow)
    return insert(table).returning(table.c.id, *announced(dialect))


def find_item_number(session: Session, workspace: str, change_id: int) -> int | None:
    """The number of the item that this line belongs to."""
    here = (ChangeRow.workspace == workspace, ChangeRow.id == change_id)
    return session.scalar(select(ChangeRow.item_number).where(*here))


def find_change(session: Session, workspace: str, number: int, change_id: int) -> Change | None:
    """That line of the item's history; None when it has no such line."""
    here = (ChangeRow.workspace == workspace, ChangeRow.item_number == number, ChangeRow.id == change_id)
    row = session.scalars(select(ChangeRow).where(*here)).one_or_none()
    return change_of(row) if row else None


def get_change(session: Session, workspace: str, change_id: int) -> Change:
    """That line of a history."""
    here = (ChangeRow.workspace == workspace, ChangeRow.id == change_id)
    return change_of(session.scalars(select(ChangeRow).where(*here)).one())


def find_last_of(session: Session, workspace: str, number: int, actions: Collection[str], *, before: int) -> int | None:
    """The id of the newest line of the item's history that is one of *actions* and older than the line *before*."""
    here = (ChangeRow.workspace == workspace, ChangeRow.item_number == number, ChangeRow.id < before)
    actions = [str(action) for action in actions]
    return session.scalar(select(func.max(ChangeRow.id)).where(*here, ChangeRow.action.in_(actions)))


def list_changes(session: Session, workspace: str, number: int) -> list[Change]:
    """The item's whole history, oldest first."""
    query = select(ChangeRow).where(ChangeRow.workspace == workspace, ChangeRow.item_number == number)
    return [change_of(row) for row in session.scalars(query.order_by(ChangeRow.id))]


def count_changes(session: Session, workspace: str, number: int) -> int:
    """How many lines the item's history has."""
    here = (ChangeRow.workspace == workspace, ChangeRow.item_number == number)
    return session.scalar(select(func.count()).select_from(ChangeRow).where(*here)) or 0


def list_changes_from(session: Session, workspace: str, number: int, offset: int, limit: int) -> list[Change]:
    """*limit* lines of the item's history, oldest first, those before *offset* left out."""
    query = select(ChangeRow).where(ChangeRow.workspace == workspace, ChangeRow.item_number == number)
    return [change_of(row) for row in session.scalars(query.order_by(ChangeRow.id).offset(offset).limit(limit))]


def find_last_move(session: Session, workspace: str, number: int) -> LastMove | None:
    """Who made the newest change of state, by name; None when there was none after creation."""
    person = and_(PersonRow.workspace == ChangeRow.workspace, PersonRow.user == ChangeRow.by)
    query = select(PersonRow.name, ChangeRow.action, ChangeRow.by).select_from(ChangeRow).outerjoin(PersonRow, person)
    moves = (ChangeRow.before.is_not(None), ChangeRow.before != ChangeRow.after)
    here = (ChangeRow.workspace == workspace, ChangeRow.item_number == number)
    found = session.execute(query.where(*here, *moves).order_by(ChangeRow.id.desc()).limit(1)).one_or_none()
    # An outer join, for who moved it may be somebody whom Slack has not been asked about.
    if found and is_token(found.by):
        return LastMove(f"The token {token_named(found.by)}", found.action)
    return LastMove(found.name or "Somebody", found.action) if found else None


def list_changes_after(session: Session, workspace: str, number: int, change_id: int) -> list[Change]:
    """What happened to the item since the line *change_id*, oldest first."""
    query = select(ChangeRow).where(
        ChangeRow.workspace == workspace, ChangeRow.item_number == number, ChangeRow.id > change_id
    )
    return [change_of(row) for row in session.scalars(query.order_by(ChangeRow.id))]


def change_of(row: ChangeRow) -> Change:
    """The row as the rules know it."""
    return Change(
        action=row.action,
        before=State(row.before) if row.before else None,
        after=State(row.after),
        by=row.by,
        at=row.at,
        why=row.why,
        detail=row.detail,
    )
