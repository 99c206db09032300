"""Workspaces and the counter of their item numbers."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.once import insert_once
from storage.tables.base import table_of
from storage.tables.workspace import WorkspaceRow


def record_workspace(session: Session, workspace: str, name: str = "") -> None:
    """Makes sure the workspace has its row; does nothing when it has."""
    insert_once(session, WorkspaceRow, {"id": workspace}, {"name": name, "last_item_number": 0})


def claim_item_number(session: Session, workspace: str) -> int:
    """The next item number. The workspace stays locked until commit, so no number is given twice."""
    counter = table_of(WorkspaceRow)
    statement = (
        update(counter)
        .where(WorkspaceRow.id == workspace)
        .values({"last_item_number": WorkspaceRow.last_item_number + 1})
        .returning(counter.c.last_item_number)
    )
    return int(session.execute(statement).scalar_one())


def lock_item_numbers(session: Session, workspace: str) -> None:
    """For who locks something else before their new item has its number: whoever creates locks the counter first."""
    query = select(WorkspaceRow.id).where(WorkspaceRow.id == workspace)
    # The lock that the counter's own UPDATE takes. A plain FOR UPDATE would also stop every insert that refers to the
    # workspace, which PostgreSQL checks under a lock on its key.
    session.execute(query.with_for_update(key_share=True))


def list_workspaces(session: Session) -> list[str]:
    """The ids of all workspaces, in order."""
    return list(session.scalars(select(WorkspaceRow.id).order_by(WorkspaceRow.id)))
