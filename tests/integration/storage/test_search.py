"""Search by the index: what is found is what the texts say, whatever of it is in the index already."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.orm import Session

from bot.domain.grams import BLOCK, grams_of_text
from bot.domain.queries import Viewer, Wanted
from scheduler.searching import keep_index
from storage.engine import Database
from storage.imports import begin_import, seal_import, take_piece
from storage.items import count_items, list_by_number, list_titles_that_may_say, record_item
from storage.search import narrowed, unpacked
from storage.search_index import (
    GRAMS_AT_ONCE,
    claim_block,
    grams_of,
    read_block,
    record_grams,
    record_indexed,
    settle_all,
    settle_changes,
)
from storage.tables.base import table_of
from storage.tables.item import ItemRow
from storage.tables.search import GramRow, SearchChange, SearchProgress
from storage.tables.workspace import WorkspaceRow
from tests.benchmarks.bulk import Of, add_numbered, text_of
from tests.builders import NOW, WORKSPACE, created

# What differs between the databases is walked on both: the triggers, and how the numbers are handed over.
pytestmark = pytest.mark.mostly_sqlite

READER = Viewer("U0READER")
LAST = 2 * BLOCK + 100
SPECIAL: dict[int, dict[str, Any]] = {
    7: {"title": "Wärmetauscher für ÜBER 100 % prüfen"},
    BLOCK - 1: {"title": "x", "details": "The Checkout gateway\nwent down", "private": True, "channel": "C0SECRET"},
    BLOCK: {"title": "x", "root_cause": "İstanbul lost its DB"},
    BLOCK + 9: {"title": "x", "references": "https://example.com/CHECKOUT_1"},
    LAST - 3: {"title": "Cap the checkout queue"},
}
WORDS = (
    ("checkout",), ("CHECKOUT", "gateway"), ("über",), ("ÜBER", "%"), ("db",), ("DB", "İstanbul"), ("checkout_1",),
    ("nobody says this",), ("e",), ("ck", "queue"), ("100 %",), ("alert",), ("number 4242",), ("x",),
)  # fmt: skip


@pytest.fixture
def db(db: Database) -> Database:
    """Two blocks of items and some more, each with a title of its own; nothing is in the index."""
    table = table_of(ItemRow)
    with db.begin() as session:
        record_item(session, WORKSPACE, created(title="Alert on number 1"))
        add_numbered(session, table, 1, LAST, _item(session))
        session.execute(update(WorkspaceRow).values(last_item_number=LAST))
        for number, texts in SPECIAL.items():
            session.execute(update(ItemRow).where(ItemRow.number == number).values(texts))
    return db


def _item(session: Session, **facts: Any) -> Callable[[Of], dict[str, Any]]:
    """As the first one, with another number and title."""
    first = session.execute(select(table_of(ItemRow)).where(ItemRow.number == 1)).one()
    return lambda number: {
        **first._mapping, "number": number, "title": text_of("Alert on number ", number), **facts,
    }  # fmt: skip


def index(db: Database) -> None:
    keep_index(db, lambda: NOW, seconds=60)


def found(db: Database, *words: str, viewer: Viewer | None = None) -> list[int]:
    """The first numbers; where there are more, how many in all is the last."""
    wanted = Wanted(words=words)
    with db.read() as session:
        listed = [each.item.number for each in list_by_number(session, WORKSPACE, wanted, viewer, after=0, limit=20)]
        in_all = count_items(session, WORKSPACE, wanted, viewer)
    assert len(listed) == min(in_all, 20)
    return listed if in_all == len(listed) else [*listed, in_all]


def is_narrowed(db: Database, *words: str) -> bool:
    with db.read() as session:
        return bool(narrowed(session, WORKSPACE, words))


def retitle(db: Database, number: int, title: str) -> None:
    with db.begin() as session:
        session.execute(update(ItemRow).where(ItemRow.number == number).values(title=title))


def rows(db: Database, row: Any) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(row)) or 0


def in_index(db: Database, number: int) -> set[str]:
    """The grams by which an item is found."""
    with db.read() as session:
        here = select(GramRow.gram, GramRow.items).where(GramRow.block == number // BLOCK)
        return {bytes(gram).decode() for gram, items in session.execute(here) if unpacked(items) >> number % BLOCK & 1}


@pytest.mark.walk
def test_the_same_is_found_with_and_without_the_index(db: Database) -> None:
    before = {words: found(db, *words) for words in WORDS}
    assert before["checkout",] == [BLOCK - 1, BLOCK + 9, LAST - 3]
    index(db)
    assert {words: found(db, *words) for words in WORDS} == before
    assert is_narrowed(db, "checkout")
    assert is_narrowed(db, "db")
    assert not is_narrowed(db, "alert")  # nearly all say it
    assert not is_narrowed(db, "e")


def test_the_index_shows_nobody_what_they_may_not_see(db: Database) -> None:
    index(db)
    assert found(db, "checkout", "gateway") == [BLOCK - 1]
    assert found(db, "checkout", "gateway", viewer=READER) == []
    assert found(db, "checkout", "gateway", viewer=Viewer("U0READER", frozenset({"C0SECRET"}))) == [BLOCK - 1]


@pytest.mark.walk
def test_what_is_written_after_the_index_is_found_at_once(db: Database) -> None:
    index(db)
    with db.begin() as session:
        made = record_item(session, WORKSPACE, created(title="Rehearse the failover"))
    retitle(db, 7, "Rehearse the rollback")
    retitle(db, 7, "Rehearse the restore")
    assert found(db, "rehearse") == [7, made.number]
    assert found(db, "wärmetauscher") == []
    index(db)
    assert found(db, "rehearse") == [7, made.number]
    assert in_index(db, 7) == {*grams_of_text("Rehearse the restore\n\n\n")}
    assert rows(db, SearchChange) == 0


@pytest.mark.walk
def test_an_item_that_fills_a_gap_is_found(db: Database) -> None:
    with db.begin() as session:
        session.execute(delete(table_of(ItemRow)).where(ItemRow.number == 50))
    index(db)
    with db.begin() as session:
        add_numbered(session, table_of(ItemRow), 49, 50, _item(session, title="Fills the gap"))
    assert found(db, "gap") == [50]
    index(db)
    assert found(db, "gap") == [50]
    assert rows(db, SearchChange) == 0


def test_what_changes_while_its_block_is_read_is_found(db: Database) -> None:
    with db.begin() as session:
        block = claim_block(session, WORKSPACE, NOW, NOW + timedelta(minutes=5))
    assert block
    with db.read() as session:
        grams = grams_of(read_block(session, block))
    retitle(db, 7, "Rehearse the restore")
    with db.begin() as session:
        assert record_grams(session, block, grams)
        assert record_indexed(session, block)
    assert found(db, "rehearse") == [7]
    index(db)
    assert found(db, "rehearse") == [7]
    assert in_index(db, 7) == {*grams_of_text("Rehearse the restore\n\n\n")}


def test_a_block_has_one_replica_at_a_time_and_is_begun_again_when_that_died(db: Database) -> None:
    def claim(at: timedelta) -> Any:
        with db.begin() as session:
            return claim_block(session, WORKSPACE, NOW + at, NOW + at + timedelta(minutes=5))

    first = claim(timedelta())
    assert claim(timedelta(minutes=4)) is None
    assert claim(timedelta(minutes=6)).number == first.number
    index_later = partial(keep_index, db, lambda: NOW + timedelta(hours=1), 60)
    index_later()
    with db.begin() as session:  # the first one comes too late
        assert not record_grams(session, first, [(b"zzz", b"")])
    assert found(db, "checkout") == [BLOCK - 1, BLOCK + 9, LAST - 3]


def test_while_an_import_brings_items_nothing_is_put_into_the_index(db: Database) -> None:
    with db.begin() as session:
        begin_import(session, WORKSPACE, NOW)
    index(db)
    assert rows(db, GramRow) == 0
    with db.begin() as session:
        seal_import(session, WORKSPACE, [], NOW)
    keep_index(db, lambda: NOW + timedelta(hours=1), seconds=60)
    assert rows(db, GramRow) == 0
    with db.begin() as session:
        assert take_piece(session, WORKSPACE, NOW) is None  # it has ended
    index(db)
    assert rows(db, GramRow) > 0


def test_numbers_without_items_are_passed_over(db: Database) -> None:
    far = 100 * BLOCK
    with db.begin() as session:
        add_numbered(session, table_of(ItemRow), far, far + 1, _item(session))
        session.execute(update(WorkspaceRow).values(last_item_number=far + 1))
    index(db)
    with db.read() as session:
        assert session.scalar(select(SearchProgress.indexed)) == far - 1
    assert found(db, "alert", f"number {far + 1}") == [far + 1]


@pytest.mark.walk
def test_whoever_erases_leaves_nothing_in_the_index(db: Database) -> None:
    index(db)
    retitle(db, 7, "Ask Quentin Zwick")
    retitle(db, BLOCK, "Ask Quentin Zwick")
    with db.begin() as session:
        settle_all(session, WORKSPACE)
        said = in_words(session)
        assert {"qu", "zwi"} <= said
        session.execute(update(ItemRow).where(ItemRow.title.contains("Zwick")).values(title="Ask them"))
        settle_all(session, WORKSPACE)
        assert not {"qu", "zwi"} & in_words(session)
        assert session.scalar(select(func.count()).select_from(SearchChange)) == 0


def in_words(session: Session) -> set[str]:
    return {bytes(gram).decode() for gram in session.scalars(select(GramRow.gram))}


def test_whoever_erases_has_a_block_that_is_being_written_begun_again(db: Database) -> None:
    with db.begin() as session:
        block = claim_block(session, WORKSPACE, NOW, NOW + timedelta(minutes=5))
        assert block
        assert record_grams(session, block, grams_of(read_block(session, block)))
    with db.begin() as session:
        settle_all(session, WORKSPACE)
        assert in_words(session) == set()
    with db.begin() as session:
        assert not record_grams(session, block, [(b"zzz", b"")])
    index(db)
    assert found(db, "checkout") == [BLOCK - 1, BLOCK + 9, LAST - 3]


def test_what_was_read_before_somebody_was_erased_is_not_written_after_another_replica_has_begun_again(
    db: Database,
) -> None:
    """It hid what the items say since, and brought the letters of the name back."""
    blocks: list[Any] = []
    retitle(db, 7, "Ask Quentin Zwick")
    for at in range(2):
        with db.begin() as session:
            blocks.append(claim_block(session, WORKSPACE, NOW, NOW + timedelta(minutes=5, seconds=at)))
        if at == 0:
            with db.read() as session:
                read_before = grams_of(read_block(session, blocks[0]))
            with db.begin() as session:
                session.execute(update(ItemRow).where(ItemRow.number == 7).values(title="Ask an erased person"))
                settle_all(session, WORKSPACE)
    with db.read() as session:
        read_since = grams_of(read_block(session, blocks[1]))
    with db.begin() as session:
        assert record_grams(session, blocks[1], read_since)
        assert not record_grams(session, blocks[0], read_before)
        assert record_indexed(session, blocks[1])
    index(db)
    assert is_narrowed(db, "erased", "person")
    assert found(db, "erased", "person") == [7]
    with db.read() as session:
        assert "zwi" not in in_words(session)


def test_what_is_changed_and_changed_back_around_the_reading_of_its_block_is_found(db: Database) -> None:
    with db.begin() as session:
        block = claim_block(session, WORKSPACE, NOW, NOW + timedelta(minutes=5))
    assert block
    title = SPECIAL[7]["title"]
    retitle(db, 7, "Rehearse the restore")
    with db.read() as session:
        grams = grams_of(read_block(session, block))
    retitle(db, 7, title)
    with db.begin() as session:
        assert record_grams(session, block, grams)
        assert record_indexed(session, block)
    index(db)
    assert found(db, "wärmetauscher") == [7]
    assert in_index(db, 7) == {*grams_of_text(f"{title}\n\n\n")}


def test_long_texts_are_brought_into_the_index_one_after_another(db: Database) -> None:
    """A hundred of them held SQLite's only writer for two seconds."""
    index(db)
    text = "".join(map(chr, range(0x4E00, 0x4E00 + GRAMS_AT_ONCE)))
    for number in (7, 8, 9):
        retitle(db, number, text)
    left = []
    for _ in range(3):
        with db.begin() as session:
            settle_changes(session, WORKSPACE)
        left.append(rows(db, SearchChange))
    assert left == [2, 1, 0]
    assert found(db, text[5:9]) == [7, 8, 9]


def test_of_a_long_text_only_what_was_changed_is_written(db: Database) -> None:
    index(db)
    text = "".join(map(chr, range(0x4E00, 0x4E00 + GRAMS_AT_ONCE)))
    for number in (7, 8, 9):
        retitle(db, number, text)
    index(db)
    for number in (7, 8, 9):
        retitle(db, number, f"{text} 8")
    with db.begin() as session:
        assert not settle_changes(session, WORKSPACE)  # all three at once
    assert rows(db, SearchChange) == 0
    assert found(db, text[5:9]) == [7, 8, 9]


@pytest.mark.walk
def test_a_letter_is_forgiven_with_the_index_too(db: Database) -> None:
    def near(*words: str) -> list[str]:
        with db.read() as session:
            return [each[0] for each in list_titles_that_may_say(session, WORKSPACE, words, READER, limit=20)]

    words = (("chekcout",), ("chekcout", "quee"), ("wärmetaucher",), ("wärmetaucher", "db"))
    before = [near(*each) for each in words]
    assert before[0] == ["Cap the checkout queue"]
    index(db)
    assert [near(*each) for each in words] == before


def test_a_search_looks_at_the_items_that_the_index_names(db: Database) -> None:
    index(db)
    asked: list[tuple[str, Any]] = []
    with db.begin() as session:
        connection = session.connection()
        note: Callable[..., None] = lambda *each: asked.append(each[2:4])  # noqa: E731
        event.listen(connection, "before_cursor_execute", note)
        count_items(session, WORKSPACE, Wanted(words=("checkout",)), READER)
        event.remove(connection, "before_cursor_execute", note)
        plan = " ".join(
            row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1][0]}", asked[-1][1])
        )
    assert "items USING INDEX sqlite_autoindex_items_1 (workspace=? AND number=?)" in plan, plan
