"""What was merged into an item: who may know of it, which items one form merged, and whether that can be undone."""

from datetime import datetime

from sqlalchemy import and_, select, true
from sqlalchemy.orm import Session

from bot.domain.lifecycle import Action, Change
from bot.domain.merge import MERGED_STATES, NOTHING, UNDO_FOR, Contained
from bot.domain.queries import Viewer
from storage.changes import change_of
from storage.tables.item import ChangeRow, ItemRow
from storage.visibility import visible_to

_MERGED = tuple(state.value for state in MERGED_STATES)


def find_contained(session: Session, workspace: str, number: int, viewer: Viewer | None) -> Contained:
    """What is merged into the item now; *viewer* None is the bot itself, and knows all of it."""
    known = and_(true(), *visible_to(viewer))
    merged = (ItemRow.workspace == workspace, ItemRow.merged_into == number, ItemRow.state.in_(_MERGED))
    found = session.execute(select(ItemRow.number, known).where(*merged).order_by(ItemRow.number)).all()
    named = tuple(row[0] for row in found if row[1])
    return Contained(named, len(found) - len(named)) if found else NOTHING


def find_undoable(session: Session, workspace: str, number: int, now: datetime) -> int | None:
    """The newest line in the item's history that tells of a merge which can still be undone."""
    here = (ChangeRow.workspace == workspace, ChangeRow.item_number == number, ChangeRow.at >= now - UNDO_FOR)
    of_merges = ChangeRow.action.in_((Action.TAKE_IN.value, Action.UNMERGE.value))
    found = session.execute(
        select(ChangeRow.id, ChangeRow.action, ChangeRow.detail).where(*here, of_merges).order_by(ChangeRow.id.desc())
    ).all()
    undone = {row.detail.get("undoes") for row in found if row.action == Action.UNMERGE}
    return next((row.id for row in found if row.action == Action.TAKE_IN and row.id not in undone), None)


def list_merge_lines(session: Session, workspace: str, taken_in: int, at: datetime) -> dict[int, Change]:
    """By number, the line of each item that ended with the line *taken_in* of the one that stayed, written at *at*."""
    # By the moment, which an index has: the line itself knows its items by their own histories alone, so that the
    # history of a public item never names a private one.
    here = (ChangeRow.workspace == workspace, ChangeRow.at == at, ChangeRow.action == Action.MERGE.value)
    rows = session.scalars(select(ChangeRow).where(*here).order_by(ChangeRow.item_number))
    return {row.item_number: change_of(row) for row in rows if row.detail.get("taken_in") == taken_in}
