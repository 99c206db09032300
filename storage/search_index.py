"""The index of searches, written: a block of items at a time, and what has changed in those that are in it.

Triggers note each change of a text, so whoever writes an item need not know of the index (migration 0043).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.grams import BLOCK, bits_of, grams_of_text
from storage.batches import batches
from storage.imports import is_under_way
from storage.once import insert_once, write_all_latest
from storage.search import packed, unpacked
from storage.tables.base import table_of
from storage.tables.item import ItemRow
from storage.tables.search import GramRow, SearchChange, SearchProgress
from storage.tables.workspace import WorkspaceRow
from storage.workspaces import lock_item_numbers

ASKED_AT_ONCE = 500
"""Values in one IN list."""
SETTLED_AT_ONCE = 100
"""Changes in one transaction …"""
GRAMS_AT_ONCE = 1000
"""… or as many as change so many grams, of which each takes some twenty microseconds: others wait for the writer."""
_TEXTS = (ItemRow.title, ItemRow.details, ItemRow.root_cause, ItemRow.references)
_KEY = ("workspace", "gram", "block")


@dataclass(frozen=True)
class ItemBlock:
    """Items of a workspace whose numbers are all given, to be put into the index."""

    workspace: str
    number: int
    indexed: int
    """How far the index went before."""
    until: datetime
    """When others may begin it again: no two claims have the same."""

    @property
    def last(self) -> int:
        """The last number in it."""
        return (self.number + 1) * BLOCK - 1


def list_to_index(session: Session) -> list[str]:
    """The workspaces that have a block of items more than their index."""
    indexed = func.coalesce(SearchProgress.indexed, -1)
    query = select(WorkspaceRow.id).outerjoin(SearchProgress, SearchProgress.workspace == WorkspaceRow.id)
    return list(
        session.scalars(query.where(WorkspaceRow.last_item_number - indexed >= BLOCK).order_by(WorkspaceRow.id))
    )


def list_to_settle(session: Session) -> list[str]:
    """The workspaces in which texts have changed."""
    return list(session.scalars(select(SearchChange.workspace).distinct().order_by(SearchChange.workspace)))


def claim_block(session: Session, workspace: str, now: datetime, until: datetime) -> ItemBlock | None:
    """The next block, nobody else's before *until*; None where there is none, or another replica has it in hand, or an
    import brings items.

    From now on a trigger notes each item that is inserted into it. Whoever writes one holds the counter until they
    commit, and so none of them is at it now.
    """
    lock_item_numbers(session, workspace)
    # Each item of an import would be a change of what is there, which costs several times as much.
    if is_under_way(session, workspace, now):
        return None
    insert_once(session, SearchProgress, {"workspace": workspace}, {"indexed": -1, "watched": -1})
    # It waits for nobody who has it, such as an erasure: everybody who makes items would wait for the counter.
    progress = session.get(SearchProgress, workspace, with_for_update={"skip_locked": True}, populate_existing=True)
    if progress is None or (progress.busy_until is not None and progress.busy_until > now):
        return None
    last = session.scalar(select(WorkspaceRow.last_item_number).where(WorkspaceRow.id == workspace)) or 0
    here = (ItemRow.workspace == workspace, ItemRow.number > progress.indexed)
    first = session.scalar(select(func.min(ItemRow.number)).where(*here))
    block = ItemBlock(workspace, (last if first is None else first) // BLOCK, progress.indexed, until)
    whole = block.last <= last
    if whole:
        progress.watched, progress.busy_until = block.last, until
    else:  # only numbers without an item are left before it
        progress.indexed = progress.watched = block.number * BLOCK - 1
    session.flush()
    return block if whole else None


def read_block(session: Session, block: ItemBlock) -> dict[int, str]:
    """What its items say, by number."""
    return _texts(session, block.workspace, ItemRow.number > block.indexed, ItemRow.number <= block.last)


def grams_of(texts: Mapping[int, str]) -> list[tuple[bytes, bytes]]:
    """The rows of a block whose items say so, the grams in order: each gram with its items."""
    found = _by_gram({number: grams_of_text(text) for number, text in texts.items()})
    return sorted((gram.encode(), packed(bits_of(having))) for gram, having in found.items())


def record_grams(session: Session, block: ItemBlock, rows: Sequence[tuple[bytes, bytes]]) -> bool:
    """Some of its rows; False when the block is no longer ours, and nothing is written."""
    if not _is_ours(session, block):
        return False
    _write(session, block.workspace, block.number, dict(rows))
    return True


def record_indexed(session: Session, block: ItemBlock) -> bool:
    """The block is in the index: all of its rows are on record. False when it is no longer ours."""
    ours = _is_ours(session, block)
    if ours:
        done = {"indexed": block.last, "busy_until": None}
        session.execute(update(SearchProgress).where(SearchProgress.workspace == block.workspace).values(done))
    return ours


def settle_changes(session: Session, workspace: str) -> bool:
    """Brings some of what has changed into the index, and takes out what it said before; whether there may be more."""
    here = SearchProgress.workspace == workspace
    locked = session.scalar(select(SearchProgress.indexed).where(here).with_for_update())
    indexed = -1 if locked is None else locked
    # Read together with the changes: where there was no row to lock, a first block may be claimed just now.
    watched = func.coalesce(select(SearchProgress.watched).where(here).scalar_subquery(), -1)
    # What is being put into the index waits until it is there; what is not in it has nothing to be brought into.
    ready = (SearchChange.workspace == workspace, or_(SearchChange.number <= indexed, SearchChange.number > watched))
    some = select(SearchChange.id, SearchChange.number, SearchChange.said).where(*ready).order_by(SearchChange.id)
    changes = session.execute(some.limit(SETTLED_AT_ONCE)).all()
    settled: list[int] = []
    said = defaultdict[int, list[set[str]]](list)
    changed = {number for _id, number, _said in changes if number <= indexed}
    now = _texts(session, workspace, ItemRow.number.in_(changed))
    left = GRAMS_AT_ONCE
    for change, number, text in changes:
        if settled and left <= 0:
            break
        settled.append(change)
        if number <= indexed:
            said[number].append(before := grams_of_text(text))
            left -= len(before ^ grams_of_text(now.get(number, "")))
    _settle(session, workspace, {number: (grams, now.get(number, "")) for number, grams in said.items()})
    session.execute(delete(SearchChange).where(SearchChange.id.in_(settled)))
    return len(settled) < len(changes) or len(changes) == SETTLED_AT_ONCE


def settle_all(session: Session, workspace: str) -> None:
    """Nothing that is no longer said is in the index, or noted for it, after this: for whoever erases."""
    progress = session.get(SearchProgress, workspace, with_for_update=True, populate_existing=True)
    if progress and progress.watched > progress.indexed:
        # What is being put into it is done once more, from the beginning.
        here = (GramRow.workspace == workspace, GramRow.block > progress.indexed // BLOCK)
        session.execute(delete(GramRow).where(*here))
        progress.watched, progress.busy_until = progress.indexed, None
        session.flush()
    while settle_changes(session, workspace):
        pass


def _is_ours(session: Session, block: ItemBlock) -> bool:
    """Whether nobody has begun the block again since it was claimed, which nobody does before this transaction ends.

    Asked by the claim, and not only by how far the index goes: whoever erases has the block begun again, and what was
    read of it before that is never to be written.
    """
    query = select(SearchProgress.watched, SearchProgress.busy_until)
    query = query.where(SearchProgress.workspace == block.workspace)
    row = session.execute(query.with_for_update()).one_or_none()
    return row is not None and (row.watched, row.busy_until) == (block.last, block.until)


def _settle(session: Session, workspace: str, changed: Mapping[int, tuple[Sequence[set[str]], str]]) -> None:
    """Of each item what it has said, one after another, and what it says now. The index knows one of these."""
    more: dict[int, dict[int, set[str]]] = defaultdict(dict)
    less: dict[int, dict[int, set[str]]] = defaultdict(dict)
    for number, (said, text) in changed.items():
        says, block = grams_of_text(text), number // BLOCK
        # What all of them have is in the index, and stays: of a long text, mostly a word or two are changed.
        more[block][number] = says - said[0].intersection(*said)
        less[block][number] = said[0].union(*said) - says
    for block, says_now in more.items():
        added, gone = _by_gram(says_now), _by_gram(less[block])
        known = dict(_known(session, workspace, block, added.keys() | gone.keys()))
        after = {
            gram: known.get(gram, 0) & ~bits_of(gone.get(gram, ())) | bits_of(added.get(gram, ()))
            for gram in added.keys() | gone.keys()
        }
        _write(session, workspace, block, {g.encode(): packed(bits) for g, bits in after.items() if bits})
        _forget(session, workspace, block, [g for g, bits in after.items() if not bits and g in known])


def _texts(session: Session, workspace: str, *which: ColumnElement[bool]) -> dict[int, str]:
    rows = session.execute(select(ItemRow.number, *_TEXTS).where(ItemRow.workspace == workspace, *which))
    return {number: "\n".join(texts) for number, *texts in rows}


def _by_gram(grams: Mapping[int, set[str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, theirs in grams.items():
        for gram in theirs:
            found[gram].append(number)
    return found


def _known(session: Session, workspace: str, block: int, grams: Iterable[str]) -> Iterator[tuple[str, int]]:
    for some in batches(sorted(grams), ASKED_AT_ONCE):
        asked = (GramRow.workspace == workspace, GramRow.gram.in_([gram.encode() for gram in some]))
        rows = session.execute(select(GramRow.gram, GramRow.items).where(*asked, GramRow.block == block))
        yield from ((bytes(gram).decode(), unpacked(items)) for gram, items in rows)


def _write(session: Session, workspace: str, block: int, rows: Mapping[bytes, bytes]) -> None:
    here = {"workspace": workspace, "block": block}
    write_all_latest(session, GramRow, _KEY, [here | {"gram": gram, "items": items} for gram, items in rows.items()])


def _forget(session: Session, workspace: str, block: int, grams: Sequence[str]) -> None:
    # By each column: of keys of several columns in one `IN` SQLite makes no use of an index, and reads the whole table.
    here = (GramRow.workspace == workspace, GramRow.block == block)
    for some in batches(grams, ASKED_AT_ONCE):
        gone = delete(table_of(GramRow)).where(*here, GramRow.gram.in_([gram.encode() for gram in some]))
        session.execute(gone)
