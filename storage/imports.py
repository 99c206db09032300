"""An import under way: first its pieces are laid ready, unseen; then it is sealed, and from there it only goes forward.

What is not sealed never happened. What is sealed is written piece by piece, by whoever is there to do it. Each function
is one short transaction of the caller's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Text, cast, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.errors import Refused
from storage.tables.imports import ImportPieceRow, ImportRow

SILENT_FOR = timedelta(minutes=1)
"""Without a sign of life for that long, an import's process is gone."""
GOES_ON = "Another import is under way in this workspace. Nothing was changed; try again when it has ended."


@dataclass(frozen=True)
class Piece:
    """Some items as text; they count their incidents by the place of their ids in `incidents`."""

    content: str
    incidents: Sequence[int]


def begin_import(session: Session, workspace: str, now: datetime) -> None:
    """Raises `Refused` while another one is under way; what an earlier one had only laid ready is thrown away."""
    row = session.get(ImportRow, workspace, with_for_update=True)
    # A sealed one is never thrown away, however silent it is: some of its items may be there already.
    if row is not None and (row.incidents is not None or row.beat_at > now - SILENT_FOR):
        raise Refused(GOES_ON)
    drop_import(session, workspace)
    session.add(ImportRow(workspace=workspace, beat_at=now, incidents=None))


def lay_ready(session: Session, workspace: str, content: str, now: datetime) -> None:
    """Some items, behind those laid ready before. Raises `Refused` when somebody took this import for dead."""
    _get(session, workspace).beat_at = now
    mine = ImportPieceRow.workspace == workspace
    # Nobody takes the same position meanwhile: `_get` holds the import's row until commit.
    last = session.scalar(select(func.max(ImportPieceRow.position)).where(mine)) or 0
    session.add(ImportPieceRow(workspace=workspace, position=last + 1, content=content))


def seal_import(session: Session, workspace: str, incidents: Sequence[int], now: datetime) -> None:
    """Seals the import with the ids of its incidents: from its commit on, all of it will be written."""
    row = _get(session, workspace)
    row.incidents, row.beat_at = list(incidents), now


def take_piece(session: Session, workspace: str, now: datetime) -> Piece | None:
    """What is to be written in this very transaction; None when nothing is left, and then the import has ended."""
    # Two processes may write the same import: the lock gives each piece to one of them.
    mine = ImportRow.workspace == workspace
    # As text: at a million rows to read it as numbers, anew for each piece, takes a tenth of the import.
    incidents = session.scalar(select(cast(ImportRow.incidents, Text)).where(mine).with_for_update())
    if incidents is None:
        return None
    ready = select(ImportPieceRow.position, ImportPieceRow.content).where(ImportPieceRow.workspace == workspace)
    piece = session.execute(ready.order_by(ImportPieceRow.position).limit(1)).one_or_none()
    if piece is None:
        session.execute(delete(ImportRow).where(mine))
        return None
    # In the transaction that writes its items: killed between two pieces, none is lost or written twice.
    here = (ImportPieceRow.workspace == workspace, ImportPieceRow.position == piece.position)
    session.execute(delete(ImportPieceRow).where(*here))
    session.execute(update(ImportRow).where(mine).values(beat_at=now))
    return Piece(piece.content, _ids(incidents))


@lru_cache(maxsize=1)
def _ids(stored: str) -> Sequence[int]:
    return tuple(json.loads(stored))


def drop_import(session: Session, workspace: str) -> None:
    """Forgets one that is not sealed."""
    session.execute(delete(ImportPieceRow).where(ImportPieceRow.workspace == workspace))
    session.execute(delete(ImportRow).where(ImportRow.workspace == workspace))


def list_left(session: Session, now: datetime) -> list[str]:
    """The workspaces whose import is sealed, and whose process is gone."""
    # Only the silent ones: a living process ends its own.
    left = (ImportRow.beat_at <= now - SILENT_FOR, ImportRow.incidents.is_not(None))
    return list(session.scalars(select(ImportRow.workspace).where(*left)))


def is_under_way(session: Session, workspace: str, now: datetime) -> bool:
    """Whether items will come whose numbers are taken already."""
    alive = or_(ImportRow.incidents.is_not(None), ImportRow.beat_at > now - SILENT_FOR)
    return bool(session.scalar(select(exists().where(ImportRow.workspace == workspace, alive))))


def _get(session: Session, workspace: str) -> ImportRow:
    row = session.get(ImportRow, workspace, with_for_update=True)
    # Gone or sealed, another import took this one for dead and has its place.
    if row is None or row.incidents is not None:
        raise Refused(GOES_ON)
    return row
