"""The rows of a file between reading and storing: on the disk, so that a large file needs little memory.

They wait as columns that are ready for the tables, but for their places: what those depend on stands beside them.
"""

import pickle
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import IO, Any, NamedTuple

from pydantic import TypeAdapter

from bot.domain.porting.row import Row
from storage.import_columns import laid_out

AT_ONCE = 300
"""Items in a piece: a thirtieth of a second on SQLite."""


class Unplaced(NamedTuple):
    """What the places of some rows depend on, a value for each of them."""

    numbers: Sequence[int | None]
    owners: Sequence[str]
    collaborators: Sequence[tuple[str, ...]]
    teams: Sequence[str]
    incidents: Sequence[str]
    incidents_began: Sequence[datetime | None]


JSON = TypeAdapter[Any](Any)
"""In half the time of the standard library's."""
_UNPLACED = attrgetter("number", "owner", "collaborators", "team", "incident", "incident_started_at")


class Spool:
    """Pieces in a file that nobody else can open. *laid* is JSON that nobody reads before it is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def fill(self, rows: Iterable[Row]) -> None:
        """Takes all the rows in."""
        left = iter(rows)
        while piece := list(islice(left, AT_ONCE)):
            unplaced = tuple(zip(*map(_UNPLACED, piece), strict=True))
            pickle.dump((unplaced, JSON.dump_json(laid_out(piece)).decode()), self._file, pickle.HIGHEST_PROTOCOL)

    def pieces(self) -> Iterator[tuple[Unplaced, str]]:
        """The pieces, as they were spooled by this very process."""
        # Pickle does not say that a file is at its end but by an error.
        end = self._file.tell()
        self._file.seek(0)
        while self._file.tell() < end:
            unplaced, laid = pickle.load(self._file)  # noqa: S301 – our own, from a file that nobody else can open
            yield Unplaced._make(unplaced), laid
