"""Workspaces and the counter of their item numbers."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from storage.columns import run
from storage.once import insert_once
from storage.tables.base import table_of
from storage.tables.workspace import WorkspaceRow
from storage.updates import announced, announcing


def record_workspace(session: Session, workspace: str, name: str = "") -> None:
    """Makes sure the workspace has its row; does nothing when it has."""
    insert_once(session, WorkspaceRow, {"id": workspace}, {"name": name, "last_item_number": 0})


def record_access(session: Session, organisation: str, workspaces: Mapping[str, str]) -> None:
    """The organisation lets the bot into these workspaces: id → name, "" where it is not known."""
    for workspace, name in sorted(workspaces.items()):
        record_workspace(session, workspace, name)
        session.execute(update(WorkspaceRow).where(WorkspaceRow.id == workspace).values(organisation=organisation))


def end_access(session: Session, organisation: str, workspaces: Collection[str]) -> None:
    """It does so no more; what was made there stays."""
    of_it = (WorkspaceRow.organisation == organisation, WorkspaceRow.id.in_(workspaces))
    session.execute(update(WorkspaceRow).where(*of_it).values(organisation=""))


def find_organisation(session: Session, workspace: str) -> str:
    """The organisation that lets the bot into the workspace; "" for none."""
    return session.scalar(select(WorkspaceRow.organisation).where(WorkspaceRow.id == workspace)) or ""


def list_siblings(session: Session, workspace: str) -> list[str]:
    """The workspaces that the bot is in by the same organisation, *workspace* first; alone where there is none."""
    organisation = find_organisation(session, workspace)
    of_it = (WorkspaceRow.organisation == organisation, WorkspaceRow.id != workspace)
    query = select(WorkspaceRow.id).where(*of_it).order_by(WorkspaceRow.id)
    return [workspace, *session.scalars(query)] if organisation else [workspace]


def claim_item_number(session: Session, workspace: str) -> int:
    """The next item number. The workspace stays locked until commit, so no number is given twice."""
    counting = _counting(session.get_bind().dialect.name)
    return int(run(session, counting, {"counted_in": workspace} | announcing(workspace)).scalar_one())


@cache
def _counting(dialect: str) -> ReturningUpdate[Any]:
    counter = table_of(WorkspaceRow)
    return (
        update(counter)
        .where(counter.c.id == bindparam("counted_in"))
        .values(last_item_number=counter.c.last_item_number + 1)
        .returning(counter.c.last_item_number, *announced(dialect))
    )


def lock_item_numbers(session: Session, workspace: str) -> None:
    """For who locks something else before their new item has its number: whoever creates locks the counter first."""
    query = select(WorkspaceRow.id).where(WorkspaceRow.id == workspace)
    # The lock that the counter's own UPDATE takes. A plain FOR UPDATE would also stop every insert that refers to the
    # workspace, which PostgreSQL checks under a lock on its key.
    session.execute(query.with_for_update(key_share=True))


def list_workspaces(session: Session) -> list[str]:
    """The ids of all workspaces, in order."""
    return list(session.scalars(select(WorkspaceRow.id).order_by(WorkspaceRow.id)))
