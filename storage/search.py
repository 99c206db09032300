"""Searching: the index names the few items that may say the words, and the condition of `conditions.says` decides.

It reads the index only; `storage/search_index.py` writes it. What is not in it yet is looked at as well.
"""

import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Integer, any_, bindparam, column, func, literal, select
from sqlalchemy.orm import Session

from bot.domain.grams import BLOCK, both, count, either, grams_of_word, numbers
from bot.domain.misspelt import pieces
from storage.columns import fetch, fetch_all
from storage.tables.item import ItemRow
from storage.tables.search import GramRow, SearchChange, SearchProgress
from storage.tables.workspace import WorkspaceRow

WORTH_IT = 4
"""One in so many items may be left to look at; with more the database reads all of them in less time."""

_PROGRESS = (
    select(SearchProgress.indexed, WorkspaceRow.last_item_number)
    .join(WorkspaceRow, WorkspaceRow.id == SearchProgress.workspace)
    .where(SearchProgress.workspace == bindparam("of"), SearchProgress.indexed > 0)
)
_CHANGED = select(SearchChange.number).where(
    SearchChange.workspace == bindparam("of"), SearchChange.number <= bindparam("indexed")
)
_GRAMS = (
    select(GramRow.gram, GramRow.block, GramRow.items)
    .where(
        GramRow.workspace == bindparam("of"),
        GramRow.gram.in_(bindparam("grams", expanding=True)),
        GramRow.block < bindparam("until"),
    )
    .order_by(GramRow.gram)
)


def narrowed(session: Session, workspace: str, words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Which items may say all of *words*; nothing where that would spare the database too little."""
    return _narrowed(session, workspace, [[word] for word in words])


def narrowed_nearly(session: Session, workspace: str, words: Sequence[str]) -> list[ColumnElement[bool]]:
    """The same for `conditions.may_say`."""
    return _narrowed(session, workspace, [[word, *pieces(word)] for word in words])


@dataclass(frozen=True)
class _Beside:
    """What is not in the index: which items up to `indexed` have changed, and those behind it up to `last`."""

    indexed: int
    last: int
    changed: frozenset[int]

    @property
    def numbers(self) -> Iterator[int]:
        yield from self.changed
        yield from range(self.indexed + 1, self.last + 1)

    def leaves_enough(self, found: int) -> bool:
        """Whether to look at so many, and at these, is worth it."""
        return (found + len(self.changed) + self.last - self.indexed) * WORTH_IT < self.last


def _narrowed(session: Session, workspace: str, ways: Iterable[Sequence[str]]) -> list[ColumnElement[bool]]:
    """Of each word the *ways* in which an item may have it in it."""
    # A word of a single letter is in nearly all: the index knows none.
    known = [grams for one in ways if all(grams := [grams_of_word(way) for way in one])]
    # Before the index is read: a change that comes between is then found by its old text or by its note.
    beside = _beside(session, workspace) if known else None
    if beside is None or not beside.leaves_enough(0):
        return []
    rows = _rows(session, workspace, frozenset().union(*(each for one in known for each in one)), beside.indexed)
    found = reduce(both, [reduce(either, [_with_all(rows, grams) for grams in one]) for one in known])
    if not beside.leaves_enough(count(found)):
        return []
    return [_is_one_of({*numbers(found), *beside.numbers}, session.get_bind().dialect.name)]


def _beside(session: Session, workspace: str) -> _Beside | None:
    row = fetch(session, _PROGRESS, {"of": workspace}).one_or_none()
    if row is None:
        return None
    changed = fetch_all(session, _CHANGED, {"of": workspace, "indexed": row.indexed})
    return _Beside(row.indexed, row.last_item_number, frozenset(number for (number,) in changed))


def _rows(session: Session, workspace: str, grams: Collection[str], indexed: int) -> dict[str, dict[int, int]]:
    asked = {"of": workspace, "grams": [gram.encode() for gram in sorted(grams)], "until": (indexed + 1) // BLOCK}
    rows = fetch_all(session, _GRAMS, asked)
    return {
        bytes(gram).decode(): {row.block: unpacked(row.items) for row in of_gram}
        for gram, of_gram in groupby(rows, key=lambda row: row.gram)
    }


def _with_all(rows: dict[str, dict[int, int]], grams: Iterable[str]) -> dict[int, int]:
    # The rarest first, so that little is left to compare.
    found: list[dict[int, int]] = sorted((rows.get(gram, {}) for gram in grams), key=len)
    return reduce(both, found)


def _is_one_of(found: Collection[int], dialect: str) -> ColumnElement[bool]:
    """As one parameter: there may be more of them than a statement takes."""
    if dialect != "sqlite":
        return ItemRow.number == any_(literal(sorted(found), ARRAY(Integer)))
    each = func.json_each(json.dumps(sorted(found))).table_valued(column("value", Integer))
    return ItemRow.number.in_(select(each.c.value))


def packed(bits: int) -> bytes:
    """As a row holds them."""
    return zlib.compress(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), 1)


def unpacked(items: Any) -> int:
    """The bits of a row."""
    return int.from_bytes(zlib.decompress(items), "little")
