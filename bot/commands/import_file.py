"""What `actionitem import` does: reads a file whole, checks all of it, and stores all of it or nothing.

The rows wait in a temporary file between reading and storing, so that a large file needs little memory, and are stored
in pieces, so that people at work need little patience.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from sqlalchemy.orm import Session

from bot.app import Product
from bot.blocks.text import count
from bot.commands.cycles import no_search_for_cycles
from bot.commands.import_people import resolve
from bot.commands.import_pieces import Pieces, write_what_is_left
from bot.commands.import_spool import Spool, Unplaced
from bot.domain.errors import Refused
from bot.domain.porting.columns import BadFile, BadRow
from bot.domain.porting.gathering import GIVEN_UP_AFTER, SHOWN, Gathered
from bot.domain.porting.lines import FoundLine, csv_rows, jsonl_rows
from bot.domain.porting.reading import HIGHEST_NUMBER, read_row
from bot.domain.porting.row import Row
from bot.domain.porting.told import IncidentKey, Settled
from storage.import_items import list_titled, list_used, lock_numbers, move_counter, record_told
from storage.import_placed import Placed
from storage.policies import list_policies
from storage.teams import list_teams
from storage.workspaces import record_workspace

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""(what is done, of how much) → a context that is told of each step."""

PIECE = 1 << 16
"""Bytes that are read at once."""
_READERS: Mapping[str, Callable[[Iterator[bytes]], Iterator[FoundLine]]] = {".csv": csv_rows, ".jsonl": jsonl_rows}


class BadRows(Refused):
    """The rows for which a file cannot be imported, a line each, and how many there are."""

    def __init__(self, found: Gathered) -> None:
        problems = found.problems
        shown = list(problems.shown(SHOWN))
        more = f" The first {SHOWN:,} are shown." if len(problems) > SHOWN else ""
        more += " The rest of the file was not read." if len(problems) >= GIVEN_UP_AFTER else ""
        total = f"Nothing was imported: {len(problems):,} of {found.rows:,} rows must be corrected first.{more}"
        super().__init__("\n".join([*shown, total]))


@dataclass(frozen=True)
class Imported:
    """What was stored; or would be, on a dry run. `notes` are sentences for whoever imports."""

    items: int
    incidents: int
    notes: tuple[str, ...]

    def summary(self, *, dry_run: bool) -> str:
        """What is told last."""
        counted = f"{count(self.items, 'item')}, {count(self.incidents, 'new incident')}"
        return f"This would import {counted}. Nothing was stored." if dry_run else f"Imported {counted}."


def import_file(product: Product, workspace: str, path: Path, *, dry_run: bool, progress: Progress) -> Imported:
    """Stores the items of the file. Raises `Refused`, `BadFile` or `BadRows`, and then nothing was stored."""
    return import_lines(product, workspace, _lines_of(path, progress), Gathered(), dry_run=dry_run, progress=progress)


def import_lines(
    product: Product,
    workspace: str,
    lines: AbstractContextManager[Iterator[FoundLine]],
    found: Gathered,
    *,
    dry_run: bool,
    progress: Progress,
) -> Imported:
    """As `import_file`, of rows that were read already; what is known of all of them is gathered in *found*."""
    # Read to the end before anything is stored: whether a row is good can depend on one behind it.
    with product.db.read() as session:
        known = list_policies(session, workspace).words
    with TemporaryFile() as file, no_search_for_cycles():
        spool = Spool(file)
        with lines as each:
            spool.fill(_rows(each, found, product.deps.clock(), known))
        with progress("Asking Slack", len(found.emails) + len(found.owners)) as step:
            # Before anything is locked: Slack may take minutes for the addresses of a large file.
            people = resolve(product.deps.directory, workspace, found, step)
        pieces = Pieces(product.db, workspace, product.deps.clock)
        # A sealed import whose process was killed would refuse this one for ever, where no `serve` runs to end it.
        write_what_is_left(product.db, product.deps.clock)
        with product.db.begin() as session:
            record_workspace(session, workspace)
            store = _Store(session, workspace, found, people.by_email)
            if not dry_run:
                pieces.begin(session)
                # The numbers are taken here, in the transaction that has seen which are free; people create items from
                # now on, behind them. Those of an import that fails later are not given again (ADR 005).
                move_counter(session, workspace, store.last)
        if not dry_run:
            with progress("Preparing", found.rows) as step:
                pieces.lay_ready(store.placed(spool.pieces()), step)
            pieces.seal(store.register)
            with progress("Writing", found.rows) as step:
                pieces.write(step)
    notes = (*people.notes, *_named_only(store.settled), *_not_here(store.strangers))
    return Imported(found.rows, len(store.settled.new), notes)


@contextmanager
def _lines_of(path: Path, progress: Progress) -> Iterator[Iterator[FoundLine]]:
    read = _READERS.get(path.suffix.lower())
    if read is None:
        said = f"“{path.name}” is neither CSV nor JSON Lines: its name ends with .csv or .jsonl."
        also = " What `gh issue list --json` gives comes in with --from github --team NAME."
        raise BadFile(said + (also if path.suffix.lower() == ".json" else ""))
    with path.open("rb") as file, progress("Reading", path.stat().st_size) as step:
        yield read(counted(file, step))


def _rows(lines: Iterator[FoundLine], found: Gathered, now: datetime, severities: Sequence[str]) -> Iterator[Row]:
    """The rows that can be read, each gathered; the others only counted."""
    for each in lines:
        try:
            row = read_row(*each, now, severities) if isinstance(each, tuple) else _raise(each)
        except BadRow as bad:
            found.add_bad(bad)
            if len(found.problems) >= GIVEN_UP_AFTER:
                raise BadRows(found) from None
            continue
        found.add(row)
        yield row


def _raise(bad: BadRow) -> Row:
    raise bad


def counted(file: IO[bytes], step: Callable[[int], None]) -> Iterator[bytes]:
    """The file in pieces, of each of which *step* is told."""
    while piece := file.read(PIECE):
        step(len(piece))
        yield piece


class _Store:
    """One import: checked against the database when it is made, then placed, batch by batch."""

    def __init__(self, session: Session, workspace: str, found: Gathered, by_email: Mapping[str, str]) -> None:
        self._workspace, self._by_email = workspace, by_email
        # Behind every number in the file, also those that it only mentions: a later file may bring their items.
        self._last = max(lock_numbers(session, workspace), *found.numbers, *found.beside, 0)
        teams = list_teams(session, workspace)
        self._teams = {team.name.casefold(): team.id for team in teams}
        self.settled = found.incidents.settle(list_titled(session, workspace, found.incidents.titles))
        # Under the lock of the counter, so that what is free now is still free when it is taken.
        found.refuse_numbers(list_used(session, workspace, found.numbers))
        beside = found.beside - found.numbers.keys()
        self.strangers = sorted(beside - set(list_used(session, workspace, beside)))
        found.refuse_teams([team.name for team in teams], self._teams)
        for line, reason in self.settled.bad:
            found.problems.add([line], reason)
        if found.problems:
            raise BadRows(found)
        self.last = self._last + found.rows - len(found.numbers)
        if self.last > HIGHEST_NUMBER:
            raise Refused(f"There are not enough numbers left below {HIGHEST_NUMBER:,} for all these items.")

        # Places and not ids: the incidents are registered when the import is sealed, after its items are laid ready.
        self._meant = list(dict.fromkeys(self.settled.means.values()))
        places = {key: place for place, key in enumerate(self._meant)}
        self._places = {key: places[meant] for key, meant in self.settled.means.items()}

    def placed(self, pieces: Iterator[tuple[Unplaced, str]]) -> Iterator[tuple[Placed, str]]:
        """Every item, with its number; its incident by its place among those that `register` gives."""
        return ((self._placed(unplaced), laid) for unplaced, laid in pieces)

    def register(self, session: Session) -> list[int]:
        """Registers the incidents; their ids, in order."""
        ids = record_told(session, self._workspace, self.settled)
        return [ids[key] for key in self._meant]

    def _placed(self, of: Unplaced) -> Placed:
        named = zip(of.incidents, of.incidents_began, strict=True)
        return Placed(
            [number or self._next_number() for number in of.numbers],
            list(map(self._id, of.owners)),
            [list(dict.fromkeys(map(self._id, people))) for people in of.collaborators],
            [self._teams[team.casefold()] if team else None for team in of.teams],
            [self._places[IncidentKey(*each)] if each[0] else None for each in named],
        )

    def _next_number(self) -> int:
        self._last += 1
        return self._last

    def _id(self, person: str) -> str:
        return self._by_email.get(person, person)


def _named_only(settled: Settled) -> list[str]:
    """Titles in `recurrence_of` of which the file has no item: one may be a slip of the keyboard."""
    if not settled.named_only:
        return []
    titles = "; ".join(f"“{key.title}”" for key in settled.named_only[:10])
    return [f"Earlier incidents that are named and have no items, registered by their titles: {titles}."]


def _not_here(numbers: Sequence[int]) -> list[str]:
    """Items in `systemic_item` that are neither in the file nor here; their numbers stay free for them."""
    if not numbers:
        return []
    named = ", ".join(f"AI-{number}" for number in numbers[:10])
    return [f"Items that stand beside others and are not here: {named}. Import them too, or they are names only."]
