"""An import in pieces that others can pass: nobody at work waits for more than one of them.

Why not one transaction: SQLite has one writer, and 100,000 rows held it for thirteen seconds (ADR 005).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from time import monotonic, sleep
from typing import NamedTuple

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.commands.import_spool import JSON
from bot.domain.porting.row import Row
from storage.bulk import Laid
from storage.engine import Database
from storage.import_columns import laid_out
from storage.import_items import know_how_many
from storage.import_placed import Placed, record_placed
from storage.imports import begin_import, drop_import, lay_ready, list_left, seal_import, take_piece

ProgressStep = Callable[[int], None]


class Pieces:
    """The import of one workspace, from the checks to its end."""

    def __init__(self, db: Database, workspace: str, clock: Clock) -> None:
        self._db, self._workspace, self._clock = db, workspace, clock

    def begin(self, session: Session) -> None:
        """In the transaction of the checks. Raises `Refused` while another import is under way."""
        begin_import(session, self._workspace, self._clock())

    def lay_ready(self, pieces: Iterator[tuple[Placed, str]], step: ProgressStep) -> None:
        """All items, unseen, with what was laid out of them as JSON; an incident by its place among those that `seal`
        registers. When that fails, nothing is left of them."""
        with ExitStack() as unless_done:
            # Also for Ctrl+C: else the next import of the workspace would be refused for a minute.
            unless_done.callback(self._drop)
            for placed, laid in pieces:
                self._lay(placed, laid)
                step(len(placed.numbers))
            unless_done.pop_all()

    def seal(self, register: Callable[[Session], Sequence[int]]) -> None:
        """Makes the import certain. *register* writes its incidents in the same transaction; their ids, in order."""
        with self._db.begin() as session:
            # One transaction: until it commits nothing of the import can be seen, its incidents neither.
            seal_import(session, self._workspace, register(session), self._clock())

    def write(self, step: ProgressStep) -> None:
        """Piece by piece, with a pause as long as each took, in which others have their turn."""
        write_pieces(self._db, self._workspace, self._clock, step)

    def _drop(self) -> None:
        with self._db.begin() as session:
            drop_import(session, self._workspace)

    def _lay(self, placed: Placed, laid: str) -> None:
        content = f"[{JSON.dump_json(placed).decode()},{laid}]"
        with self._db.begin() as session:
            lay_ready(session, self._workspace, content, self._clock())


def write_pieces(db: Database, workspace: str, clock: Clock, step: ProgressStep) -> None:
    """What is left of the workspace's sealed import. Two processes may do so at once."""
    written = 0
    while True:
        began = monotonic()
        with db.begin() as session:
            count = _write_one(session, workspace, clock())
            # After the first piece, which is enough to count, and once: each later piece would pay for it again.
            if count and not written:
                know_how_many(session)
        if not count:
            return
        written += count
        step(count)
        # SQLite's lock has no queue: without the pause this process would take it again before those who wait look.
        if db.is_sqlite:
            sleep(monotonic() - began)


def write_what_is_left(db: Database, clock: Clock) -> None:
    """Ends the imports whose process ended in their middle."""
    with db.begin() as session:
        left = list_left(session, clock())
    for workspace in left:
        write_pieces(db, workspace, clock, lambda _count: None)


def _write_one(session: Session, workspace: str, now: datetime) -> int:
    piece = take_piece(session, workspace, now)
    if piece is None:
        return 0
    placed, laid = _read(piece.content)
    # Laid ready before the incidents had ids, so what stands there is a place in the list of them.
    incidents = [None if place is None else piece.incidents[place] for place in placed.incidents]
    record_placed(session, workspace, placed._replace(incidents=incidents), laid, now)
    return len(incidents)


def _read(content: str) -> tuple[Placed, Mapping[str, Laid]]:
    if content.startswith("[{"):
        return _of_the_version_before(content)
    columns, laid = JSON.validate_json(content)
    return Placed._make(columns), laid


class _RowBefore(NamedTuple):
    """What the version before laid ready of an item."""

    row: Row
    number: int
    team_id: int | None
    incident_id: int | None


def _of_the_version_before(content: str) -> tuple[Placed, Mapping[str, Laid]]:
    """An import that was sealed, and whose process ended before the product was updated, is written all the same."""
    found = [_RowBefore(**each) for each in JSON.validate_json(content)]
    rows = TypeAdapter(list[Row]).validate_python([each.row for each in found])
    placed = Placed(
        [each.number for each in found], [row.owner for row in rows], [list(row.collaborators) for row in rows],
        [each.team_id for each in found], [each.incident_id for each in found],
    )  # fmt: skip
    return placed, laid_out(rows)
