"""Keeps the index of searches: what is new in whole blocks, what has changed by itself; in pieces between which
others write. Until then a search looks at those items one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic, sleep

from sqlalchemy.orm import Session

from bot.clock import Clock
from storage.batches import batches
from storage.engine import Database
from storage.search_index import (
    ItemBlock,
    claim_block,
    grams_of,
    list_to_index,
    list_to_settle,
    read_block,
    record_grams,
    record_indexed,
    settle_changes,
)

MINE_FOR = timedelta(minutes=5)
"""After that another replica begins the block again. One takes a second or two."""
WRITTEN_AT_ONCE = 500
"""Rows in one transaction: some milliseconds."""
KEEP_EVERY_S, AT_A_TIME_S = 30, 5.0
"""A sixth of the time: a million items are in the index within an hour, and people hardly notice."""


def keep_index(db: Database, clock: Clock, seconds: float = AT_A_TIME_S) -> None:
    """Brings the index up to date, or as far as that goes within so many seconds."""
    end = monotonic() + seconds
    with db.read() as session:
        changed, grown = list_to_settle(session), list_to_index(session)
    for workspace in changed:
        while monotonic() < end and _settle(db, workspace):
            pass
    for workspace in grown:
        while monotonic() < end and (block := _claim(db, workspace, clock)):
            _index(db, block)


def _settle(db: Database, workspace: str) -> bool:
    """Whether there may be more to settle."""
    with _writing(db) as session:
        return settle_changes(session, workspace)


def _claim(db: Database, workspace: str, clock: Clock) -> ItemBlock | None:
    now = clock()
    with db.begin() as session:
        return claim_block(session, workspace, now, now + MINE_FOR)


def _index(db: Database, block: ItemBlock) -> None:
    with db.read() as session:
        texts = read_block(session, block)
    for rows in batches(grams_of(texts), WRITTEN_AT_ONCE):
        with _writing(db) as session:
            if not record_grams(session, block, rows):
                return
    with _writing(db) as session:
        record_indexed(session, block)


@contextmanager
def _writing(db: Database) -> Iterator[Session]:
    began = monotonic()
    with db.begin() as session:
        yield session
    # SQLite's lock has no queue: without the pause this process would take it again before those who wait look.
    if db.is_sqlite:
        sleep(monotonic() - began)
